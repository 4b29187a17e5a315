//! Keeps calls to one upstream account within its calls-per-second limit, and shares what is there
//! between the tenants.
//!
//! The upstream counts a call when it arrives, which is some time between its start here and its
//! answer. So a call counts from its start until a second after its answer: then no second of the
//! upstream can hold more than the limit, however late anything is.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenancy::TenantId;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::lane::Lane;

/// A second, and a little more for clocks that do not run alike.
pub(crate) const SECOND: Duration = Duration::from_millis(1005);

/// A limit of calls a second, shared by everyone who holds it.
#[derive(Debug)]
pub(crate) struct Quota {
    free: Arc<Semaphore>,
    shares: Arc<Mutex<Shares<TenantId>>>,
    not_before: Mutex<Option<Instant>>,
    /// Where the limit is kept together with other gateways.
    lane: Option<Lane>,
}

/// One call. It is to be held until the answer is there.
#[derive(Debug)]
#[must_use = "the call counts from now until a second after this is dropped"]
pub(crate) struct Permit {
    place: Option<OwnedSemaphorePermit>,
    tenant: Option<TenantId>,
    shares: Arc<Mutex<Shares<TenantId>>>,
}

impl Quota {
    pub(crate) fn per_second(limit: u32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).clamp(1, Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(limit)),
            shares: Arc::new(Mutex::new(Shares::of(limit))),
            not_before: Mutex::default(),
            lane: None,
        }
    }

    /// A limit that other gateways take from as well, if there is a lane for it.
    pub(crate) fn shared(limit: u32, lane: Option<Lane>) -> Self {
        Self { lane, ..Self::per_second(limit) }
    }

    /// One call now, if the limit has room.
    pub(crate) fn try_take(&self) -> Option<Permit> {
        let place = Arc::clone(&self.free).try_acquire_owned().ok();
        place.filter(|_| self.pause_ends().is_none()).map(|place| self.permit(Some(place), None))
    }

    /// One call now for `tenant`, if the limit has room and the tenant has not had its share.
    ///
    /// Shares are equal between the tenants that asked within the last second; who is alone may
    /// have everything.
    pub(crate) fn try_take_for(&self, tenant: TenantId) -> Option<Permit> {
        let now = Instant::now();
        let mut shares = lock(&self.shares);
        let share = shares.of_asker(tenant, now);
        if self.pause_ends().is_some() || shares.taken_by(tenant) >= share {
            return None;
        }
        if self.lane.as_ref().is_some_and(|lane| !lane.has_slot(now)) {
            return None;
        }
        let place = Arc::clone(&self.free).try_acquire_owned().ok()?;
        if let Some(lane) = &self.lane {
            lane.use_slot();
        }
        shares.take(tenant);
        Some(self.permit(Some(place), Some(tenant)))
    }

    /// Waits for room, in the order of asking, and takes one call.
    pub(crate) async fn take(&self) -> Permit {
        loop {
            // The semaphore is never closed; if it were, nobody would be held up.
            let place = Arc::clone(&self.free).acquire_owned().await.ok();
            if let Some(end) = self.pause_ends() {
                sleep_until(end).await;
                continue;
            }
            if let Some(lane) = &self.lane {
                lane.take().await;
            }
            return self.permit(place, None);
        }
    }

    /// Waits until there is room, and takes nothing.
    pub(crate) async fn has_room(&self) {
        let place = self.free.acquire().await;
        if let Some(end) = self.pause_ends() {
            sleep_until(end).await;
        }
        drop(place);
    }

    /// Keeps a call ready for tenants where a lane gives them out, until `stop`.
    pub(crate) async fn reserve_ahead(&self, stop: CancellationToken) {
        if let Some(lane) = &self.lane {
            lane.reserve_ahead(stop).await;
        }
    }

    /// Gives out nothing before that time: the upstream asked for a pause.
    pub(crate) fn hold_off_until(&self, until: Instant) {
        *lock(&self.not_before) = Some(until);
    }

    fn pause_ends(&self) -> Option<Instant> {
        lock(&self.not_before).filter(|end| Instant::now() < *end)
    }

    fn permit(&self, place: Option<OwnedSemaphorePermit>, tenant: Option<TenantId>) -> Permit {
        Permit { place, tenant, shares: Arc::clone(&self.shares) }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let (place, tenant) = (self.place.take(), self.tenant);
        let shares = Arc::clone(&self.shares);
        let over_at = Instant::now() + SECOND;
        let ending = async move {
            sleep_until(over_at).await;
            if let Some(tenant) = tenant {
                lock(&shares).give_back(tenant);
            }
            drop(place);
        };
        // Without a runtime nobody makes another call.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(ending);
        }
    }
}

/// Who has how many of the calls that count now.
#[derive(Debug)]
struct Shares<K> {
    limit: usize,
    taken: HashMap<K, usize>,
    /// Who asked, and when last.
    askers: HashMap<K, Instant>,
    counted_at: Option<Instant>,
}

impl<K: Copy + Eq + Hash> Shares<K> {
    fn of(limit: usize) -> Self {
        Self { limit, taken: HashMap::new(), askers: HashMap::new(), counted_at: None }
    }

    /// How many calls the asker may have at a time.
    fn of_asker(&mut self, asker: K, now: Instant) -> usize {
        self.askers.insert(asker, now);
        // Counted anew once in a second, and not at each of ten thousand polls.
        if self.counted_at.is_none_or(|counted| now >= counted + SECOND) {
            self.askers.retain(|_, last| now < *last + SECOND);
            self.counted_at = Some(now);
        }
        (self.limit / self.askers.len().max(1)).max(1)
    }

    fn taken_by(&self, asker: K) -> usize {
        self.taken.get(&asker).copied().unwrap_or_default()
    }

    fn take(&mut self, asker: K) {
        *self.taken.entry(asker).or_default() += 1;
    }

    fn give_back(&mut self, asker: K) {
        if let Some(taken) = self.taken.get_mut(&asker) {
            *taken -= 1;
            if *taken == 0 {
                self.taken.remove(&asker);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    /// On the paused clock of a test.
    async fn passes(time: Duration) {
        sleep_until(Instant::now() + time).await;
    }

    #[tokio::test(start_paused = true)]
    async fn p47_a_call_counts_until_a_second_after_its_answer() {
        let quota = Quota::per_second(1);
        let begun = Instant::now();
        for round in 0..4 {
            let call = quota.take().await;
            assert!(begun.elapsed() >= (SECOND + TENTH * 3) * round, "round {round}");
            assert!(quota.try_take().is_none());
            passes(TENTH * 3).await;
            drop(call);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn p47_no_second_holds_more_arrivals_than_the_limit_however_late_they_are() {
        let quota = Arc::new(Quota::per_second(20));
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let calls: Vec<_> = (0..400_u32)
            .map(|number| {
                let (quota, arrivals) = (Arc::clone(&quota), Arc::clone(&arrivals));
                tokio::spawn(async move {
                    let _call = quota.take().await;
                    passes(TENTH * (number * 7 % 11)).await;
                    lock(&arrivals).push(Instant::now());
                    passes(TENTH * (number * 5 % 3)).await;
                })
            })
            .collect();
        for call in calls {
            call.await.unwrap();
        }
        let mut arrivals = lock(&arrivals).clone();
        arrivals.sort_unstable();
        for pair in arrivals.windows(21) {
            assert!(pair[20] - pair[0] >= Duration::from_secs(1));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn p44_nothing_is_given_out_in_a_pause_that_the_upstream_asked_for() {
        let (quota, begun) = (Quota::per_second(20), Instant::now());
        quota.hold_off_until(begun + SECOND * 3);
        assert!(quota.try_take().is_none());
        let call = quota.take().await;
        assert!(begun.elapsed() >= SECOND * 3);
        drop((call, quota.try_take().unwrap()));
    }

    #[test]
    fn p17_a_tenant_that_polls_fifty_times_as_much_gets_no_more_than_its_share() {
        let (mut shares, start) = (Shares::of(20), Instant::now());
        let mut granted = [0, 0];
        for tick in 0..10_u32 {
            let now = start + TENTH * tick;
            for (tenant, polls) in [('a', 50), ('b', 5)] {
                for _ in 0..polls {
                    if shares.taken_by(tenant) < shares.of_asker(tenant, now) {
                        shares.take(tenant);
                        granted[usize::from(tenant == 'b')] += 1;
                    }
                }
            }
        }
        // The first poll came before anybody else's.
        assert_eq!(granted, [20, 10]);
        assert_eq!(
            shares.of_asker('b', start + SECOND * 3),
            20,
            "who is alone may have everything"
        );
    }
}
