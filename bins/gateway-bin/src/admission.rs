//! How many requests are handled at a time, and what happens to the rest: as many wait for a
//! moment, and all others are refused at once, before they cost anything.
//!
//! Requests that read and requests that change have seats of their own, so that creates which wait
//! for a slow upstream leave room for answers from the store. A request whose body is still to
//! come has no seat, so that slow senders take none; what it has sent counts against the room for
//! bodies instead.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{Method, Request};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::assets;
use crate::error::{ApiError, Kind};
use crate::metrics::{EdgeMetrics, Shed};
use crate::paths::ASSETS;
use crate::tasks::Refusal;
use crate::verdict::Reason;

/// Longest wait for a seat.
const PATIENCE: Duration = Duration::from_millis(500);
/// When to come back, in seconds.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The seats of one gateway, and its room for bodies.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    reading: Seats,
    changing: Seats,
    bodies: Arc<Semaphore>,
    metrics: EdgeMetrics,
}

/// The seats for requests of one kind, and the places where others wait for one.
#[derive(Clone, Debug)]
struct Seats {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Seats {
    /// As many may wait as there are seats: whoever comes later would wait in vain, and delay those
    /// who came before.
    fn new(count: usize) -> Self {
        let places = || Arc::new(Semaphore::new(count));
        Self { free: places(), waiting: places() }
    }

    /// A seat, if one is free or becomes free in a moment.
    async fn take(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(seat);
        }
        let _waits = self.waiting.try_acquire().ok()?;
        timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await.ok()?.ok()
    }
}

impl Admission {
    /// This many seats for either kind, and room for as many bodies of the largest size.
    pub(crate) fn new(requests: usize, body_limit_bytes: usize, metrics: EdgeMetrics) -> Self {
        let room = requests.saturating_mul(body_limit_bytes).min(Semaphore::MAX_PERMITS);
        Self {
            reading: Seats::new(requests),
            changing: Seats::new(requests),
            bodies: Arc::new(Semaphore::new(room)),
            metrics,
        }
    }
}

/// Middleware around the routes.
pub(crate) async fn admit(
    State(admission): State<Admission>,
    mut request: Request<Body>,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let seats = if reads { admission.reading } else { admission.changing };
    let (bodies, metrics) = (admission.bodies, admission.metrics);
    let seat = Seat { seats, taken: Arc::default(), bodies, metrics };
    if let Err(error) = seat.take().await {
        return refusal(&request, error);
    }
    request.extensions_mut().insert(seat.clone());
    let response = next.run(request).await;
    seat.leave();
    response
}

/// Refuses in the envelope of the surface that was asked.
fn refusal(request: &Request<Body>, error: ApiError) -> Response {
    if ASSETS.contains(&request.uri().path()) {
        return assets::refusal(request, &error);
    }
    Refusal::from(error).into_response()
}

/// The seat of one request.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    seats: Seats,
    taken: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
    bodies: Arc<Semaphore>,
    metrics: EdgeMetrics,
}

impl Seat {
    /// Waits for a seat, for a moment.
    pub(crate) async fn take(&self) -> Result<(), ApiError> {
        let Some(permit) = self.seats.take().await else {
            self.metrics.shed(Shed::Seats);
            return Err(busy(Reason::NoSeat));
        };
        self.put(Some(permit));
        Ok(())
    }

    /// Makes room for others.
    pub(crate) fn leave(&self) {
        self.put(None);
    }

    /// Room for a body that comes in.
    pub(crate) fn room(&self) -> Room {
        Room { bodies: Arc::clone(&self.bodies), taken: None, metrics: self.metrics.clone() }
    }

    fn put(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }
}

/// The memory that one body takes.
#[derive(Debug)]
pub(crate) struct Room {
    bodies: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
    metrics: EdgeMetrics,
}

impl Room {
    /// Takes this many bytes more, if all bodies together leave them.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let bodies = || Arc::clone(&self.bodies);
        let more = u32::try_from(bytes).ok().and_then(|n| bodies().try_acquire_many_owned(n).ok());
        let Some(more) = more else {
            self.metrics.shed(Shed::Bodies);
            return Err(busy(Reason::NoRoomForBodies));
        };
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// The body, which gives its room back when it is dropped.
    pub(crate) fn hold(self, body: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { body, _room: self })
    }
}

struct Held {
    body: Vec<u8>,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

fn busy(reason: Reason) -> ApiError {
    let text = "the gateway has too many requests under way; try again later";
    ApiError::new(Kind::ServiceUnavailable, text).retry_after(RETRY_AFTER_SECONDS).verdict(reason)
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{PATIENCE, Seats};

    #[tokio::test(start_paused = true)]
    async fn p41_as_many_wait_as_there_are_seats_and_the_rest_are_refused_at_once() {
        let seats = Seats::new(2);
        let taken = [seats.take().await, seats.take().await];
        assert!(taken.iter().all(Option::is_some));
        let begun = Instant::now();
        let waits = || {
            tokio::spawn({
                let seats = seats.clone();
                async move { seats.take().await.is_some() }
            })
        };
        let waiting = [waits(), waits()];
        tokio::task::yield_now().await;
        assert!(seats.take().await.is_none());
        assert_eq!(Instant::now(), begun, "it did not wait");
        drop(taken);
        for waiting in waiting {
            assert!(waiting.await.unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn p41_nobody_waits_for_a_seat_for_longer_than_a_moment() {
        let seats = Seats::new(1);
        let _taken = seats.take().await;
        let begun = Instant::now();
        assert!(seats.take().await.is_none());
        assert!(begun.elapsed() >= PATIENCE);
    }
}
