//! Tenants who poll: every task at its own moment of each period, on a schedule that nobody's
//! answers can move.
//!
//! The time of a poll runs from its moment on the schedule to the end of its answer, so a poll that
//! waits for its connection, or for a late client, counts as slow. Timers are good to a millisecond.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::door::{Bought, Door};
use crate::wire::{Wire, place_of};

/// What a body of a finished task holds.
pub(crate) const FINISHED: &[u8] = br#""status":"succeeded""#;
/// Until the first poll, so that all connections are there.
const RUN_UP: Duration = Duration::from_millis(300);

/// Who polls what, and for how long.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    pub(crate) door: &'a Door,
    pub(crate) tasks: &'a [Bought],
    pub(crate) connections: usize,
    /// Each task is polled once in it.
    pub(crate) period: Duration,
    /// Polls go on for this long at least.
    pub(crate) polled_for: Duration,
    /// And for this much longer at most, until every task was seen as finished.
    pub(crate) patience: Duration,
}

/// What the tenants saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Microseconds of each poll that was answered with 200.
    pub(crate) good: Vec<u64>,
    /// Polls that were answered with 429.
    pub(crate) throttled: usize,
    /// Polls that were answered with anything else, or not at all.
    pub(crate) failed: usize,
    /// When each task was first seen as finished: its place among the tasks, and the time.
    pub(crate) finished: Vec<(usize, Instant)>,
    /// From the first poll to the last.
    pub(crate) took: Duration,
    /// Polls whose moment came in that time; more than were made, if the server did not keep up.
    pub(crate) due: u64,
}

impl Seen {
    pub(crate) fn polls(&self) -> usize {
        self.good.len() + self.throttled + self.failed
    }

    fn absorb(&mut self, other: Self) {
        self.good.extend(other.good);
        self.throttled += other.throttled;
        self.failed += other.failed;
        self.finished.extend(other.finished);
    }
}

/// One task on the schedule of a connection.
#[derive(Debug)]
struct Slot {
    place: usize,
    offset: Duration,
    request: Vec<u8>,
    finished: bool,
}

/// What all connections share.
#[derive(Debug)]
struct Schedule {
    start: Instant,
    period: Duration,
    enough: Instant,
    end: Instant,
    unfinished: AtomicUsize,
}

impl Load<'_> {
    /// Polls to the end of the schedule.
    pub(crate) async fn run(&self) -> anyhow::Result<Seen> {
        let start = Instant::now() + RUN_UP;
        let enough = start + self.polled_for;
        let schedule = Arc::new(Schedule {
            start,
            period: self.period,
            enough,
            end: enough + self.patience,
            unfinished: AtomicUsize::new(self.tasks.len()),
        });
        let mut polling = JoinSet::new();
        for slots in self.slots() {
            polling.spawn(poll_all(self.door.address, slots, Arc::clone(&schedule)));
        }
        let mut seen = Seen::default();
        while let Some(done) = polling.join_next().await {
            seen.absorb(done?);
        }
        seen.took = start.elapsed();
        let tasks = self.tasks.len() as u64;
        seen.due = micros(seen.took) * tasks / micros(self.period);
        Ok(seen)
    }

    /// The tasks of each connection, in the order of their moments.
    fn slots(&self) -> impl Iterator<Item = Vec<Slot>> {
        let tenants = self.door.keys.len();
        let mut slots: Vec<Vec<Slot>> = Vec::new();
        slots.resize_with(tenants * self.connections, Vec::new);
        for (place, task) in self.tasks.iter().enumerate() {
            let connection = task.tenant + tenants * (place / tenants % self.connections);
            let offset = part(self.period, place, self.tasks.len());
            let request = self.door.get(task);
            if let Some(mine) = slots.get_mut(connection) {
                mine.push(Slot { place, offset, request, finished: false });
            }
        }
        slots.into_iter().filter(|slots| !slots.is_empty())
    }
}

/// The same part of `whole` that `place` is of `places`.
fn part(whole: Duration, place: usize, places: usize) -> Duration {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    whole * number(place) / number(places).max(1)
}

/// Polls the tasks of one connection, one after the other, each at its moment or as soon after it
/// as the connection is free.
async fn poll_all(address: SocketAddr, mut slots: Vec<Slot>, schedule: Arc<Schedule>) -> Seen {
    let mut seen = Seen::default();
    let mut wire = None;
    for round in 0.. {
        for slot in &mut slots {
            let due = schedule.start + schedule.period * round + slot.offset;
            if schedule.is_over(due) {
                return seen;
            }
            sleep_until(due).await;
            let Ok(status) = poll(address, &mut wire, slot).await else {
                (wire, seen.failed) = (None, seen.failed + 1);
                continue;
            };
            match status {
                Polled::Refused(429) => seen.throttled += 1,
                Polled::Refused(_) => seen.failed += 1,
                Polled::Shown { finished } => {
                    let now = Instant::now();
                    seen.good.push(micros(now - due));
                    if finished && !slot.finished {
                        slot.finished = true;
                        seen.finished.push((slot.place, now));
                        schedule.unfinished.fetch_sub(1, Ordering::Relaxed);
                    }
                }
            }
        }
    }
    seen
}

/// The answer to one poll.
enum Polled {
    Shown { finished: bool },
    Refused(u16),
}

async fn poll(address: SocketAddr, wire: &mut Option<Wire>, slot: &Slot) -> io::Result<Polled> {
    let wire = match wire {
        Some(wire) => wire,
        None => wire.insert(Wire::connect(address).await?),
    };
    let answer = wire.call(&slot.request).await?;
    Ok(match answer.status {
        200 => Polled::Shown { finished: place_of(answer.body, FINISHED).is_some() },
        status => Polled::Refused(status),
    })
}

impl Schedule {
    fn is_over(&self, due: Instant) -> bool {
        let all_seen = self.unfinished.load(Ordering::Relaxed) == 0;
        due >= self.end || Instant::now() >= self.end || (due >= self.enough && all_seen)
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
