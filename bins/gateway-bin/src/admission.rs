//! How many requests are handled at a time, and what happens to the rest: as many wait for a
//! moment, and all others are refused at once, before they cost anything.
//!
//! Requests that read and requests that change have seats of their own, so that creates which wait
//! for a slow upstream leave room for answers from the store. A request that may wait for the
//! upstream has to be within its tenant's share as well (`admission/shares.rs`). A request whose
//! body is still to come has no seat, so that slow senders take none; what it has sent counts
//! against the room for bodies instead, and against its tenant's share of that
//! (`admission/room.rs`).

mod room;
mod shares;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::{Method, Request};
use tenancy::{Tenant, TenantId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::callers::Callers;
use crate::connections::ComeBackLater;
use crate::error::{ApiError, Kind};
use crate::metrics::{EdgeMetrics, Shed};
use crate::paths::ASSETS;
use crate::request_id::note_who;
use crate::tasks::Refusal;
use crate::verdict::Reason;
use crate::{assets, caller};
use room::{Bodies, Room};
use shares::{Share, Shares};

/// Longest wait for a seat, and how long the connection of a request without one rests.
const PATIENCE: Duration = Duration::from_millis(500);
/// When to come back, in seconds.
const RETRY_AFTER_SECONDS: u64 = 1;

/// The seats of one gateway, and its room for bodies. A clone is the same seats.
#[derive(Clone, Debug)]
pub(crate) struct Admission(Arc<House>);

#[derive(Clone, Debug)]
struct House {
    reading: Seats,
    changing: Seats,
    bodies: Bodies,
    metrics: EdgeMetrics,
    /// Who is likely to ask, where tenants do.
    callers: Option<Callers>,
}

/// The seats for requests of one kind, who has how many, and the places where others wait for one.
#[derive(Clone, Debug)]
struct Seats {
    free: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    shares: Shares<TenantId>,
}

impl Seats {
    /// As many may wait as there are seats: whoever comes later would wait in vain, and delay those
    /// who came before.
    fn new(count: usize) -> Self {
        let places = || Arc::new(Semaphore::new(count));
        Self { free: places(), waiting: places(), shares: Shares::of_at_least(1) }
    }

    /// A seat, if one is free or becomes free in a moment.
    async fn take(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(seat);
        }
        let _waits = self.waiting.try_acquire().ok()?;
        // In a box, because few requests wait, and a timer is larger than all else that they need.
        Box::pin(timeout(PATIENCE, Arc::clone(&self.free).acquire_owned())).await.ok()?.ok()
    }
}

impl Admission {
    /// This many seats for either kind, and room for as many bodies of the largest size.
    pub(crate) fn new(requests: usize, body_limit_bytes: usize, metrics: EdgeMetrics) -> Self {
        Self(Arc::new(House {
            reading: Seats::new(requests),
            changing: Seats::new(requests),
            bodies: Bodies::new(requests, body_limit_bytes),
            metrics,
            callers: None,
        }))
    }

    /// The same for tenants, who are turned away before they wait if it can be told who they are.
    pub(crate) fn of_tenants(self, callers: Callers) -> Self {
        Self(Arc::new(House { callers: Some(callers), ..House::clone(&self.0) }))
    }

    /// Stands around the routes: goes on with a request that has a seat.
    pub(crate) async fn admit<F>(
        self,
        mut request: Request<Body>,
        next: impl FnOnce(Request<Body>) -> F,
    ) -> Response
    where
        F: Future<Output = Response>,
    {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
        // Most requests that read are answered from the store, and those leave their seats at once.
        let callers = self.0.callers.as_ref().filter(|_| !reads);
        let likely = callers.and_then(|callers| caller::likely(callers, request.headers()));
        let seat = Seat(Arc::new(Place { house: self.0, reads, taken: Mutex::default() }));
        let admitted = match likely {
            Some(tenant) => seat.take_for(&tenant).await,
            None => seat.take().await,
        };
        if let Err(error) = admitted {
            let mut refusal = refusal(&request, error);
            refusal.extensions_mut().insert(ComeBackLater(PATIENCE));
            return refusal;
        }
        request.extensions_mut().insert(seat.clone());
        let response = next(request).await;
        seat.leave();
        response
    }
}

/// Refuses in the envelope of the surface that was asked.
fn refusal(request: &Request<Body>, error: ApiError) -> Response {
    if ASSETS.contains(&request.uri().path()) {
        return assets::refusal(request, &error);
    }
    Refusal::from(error).into_response()
}

/// The seat of one request; a clone is the same seat.
#[derive(Clone, Debug)]
pub(crate) struct Seat(Arc<Place>);

#[derive(Debug)]
struct Place {
    house: Arc<House>,
    /// Of which seats: those for requests that read, or those for requests that change.
    reads: bool,
    taken: Mutex<Taken>,
}

impl Place {
    fn seats(&self) -> &Seats {
        if self.reads { &self.house.reading } else { &self.house.changing }
    }
}

/// What a request has of its kind's seats at this moment.
#[derive(Debug, Default)]
struct Taken {
    permit: Option<OwnedSemaphorePermit>,
    share: Option<Share<TenantId>>,
    /// Whose share it counts against, once that is known.
    tenant: Option<TenantId>,
}

impl Seat {
    /// Waits for a seat, for a moment. One that was left and is taken again counts for the same
    /// tenant.
    pub(crate) async fn take(&self) -> Result<(), ApiError> {
        let tenant = self.taken().tenant;
        if let Some(tenant) = tenant {
            self.belongs_to(tenant)?;
        }
        let Some(permit) = self.0.seats().take().await else {
            self.leave();
            self.0.house.metrics.shed(Shed::Seats);
            return Err(busy(Reason::NoSeat));
        };
        self.taken().permit = Some(permit);
        Ok(())
    }

    /// The same for this tenant, who is refused without a wait if it has its share.
    async fn take_for(&self, tenant: &Tenant) -> Result<(), ApiError> {
        self.belongs_to(tenant.id).inspect_err(|_| note_who(&format!("tenant {}", tenant.name)))?;
        self.take().await
    }

    /// Makes room for others.
    pub(crate) fn leave(&self) {
        let mut taken = self.taken();
        (taken.permit, taken.share) = (None, None);
    }

    /// Refuses a request that is more than its tenant's share of those under way.
    pub(crate) fn belongs_to(&self, tenant: TenantId) -> Result<(), ApiError> {
        if self.is_within_share_of(tenant) {
            return Ok(());
        }
        self.0.house.metrics.shed(Shed::Share);
        let text = "this account has too many requests under way, and others need room, too; \
                    try again later";
        Err(more_than_a_share(text, Reason::NoShare))
    }

    /// Counts the seat for its tenant until it is left. If that is more than the tenant's share,
    /// it is not counted, and should not be kept for long.
    pub(crate) fn is_within_share_of(&self, tenant: TenantId) -> bool {
        let Seats { free, shares, .. } = self.0.seats();
        let mut taken = self.taken();
        taken.tenant = Some(tenant);
        if taken.share.is_none() {
            // What stays free once it has a seat.
            let left = free.available_permits() + usize::from(taken.permit.is_some());
            let mut share = shares.of(tenant);
            taken.share = share.grow(1, left.saturating_sub(1)).then_some(share);
        }
        taken.share.is_some()
    }

    /// Room for a body that comes in, of the tenant that the seat counts for.
    pub(crate) fn room(&self) -> Room {
        let (house, tenant) = (&self.0.house, self.taken().tenant);
        Room::of(house.bodies.clone(), tenant, house.metrics.clone())
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(reason: Reason) -> ApiError {
    let text = "the gateway has too many requests under way; try again later";
    ApiError::new(Kind::ServiceUnavailable, text).retry_after(RETRY_AFTER_SECONDS).verdict(reason)
}

fn more_than_a_share(text: &str, reason: Reason) -> ApiError {
    ApiError::new(Kind::RateLimited, text).retry_after(RETRY_AFTER_SECONDS).verdict(reason)
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
