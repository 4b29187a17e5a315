//! Keeps calls to one upstream account within its calls-per-second limit, and shares what is there
//! between the tenants.
//!
//! The last calls are remembered, so that no window of one second ever holds more than the limit,
//! while an idle account may still make a burst of that size.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tenancy::TenantId;
use tokio::time::{Instant, sleep_until};

use crate::lane::Lane;

/// One second, and a little more, because calls do not all travel equally fast.
pub(crate) const WINDOW: Duration = Duration::from_millis(1050);

/// A limit of calls a second, shared by everyone who holds it.
#[derive(Debug)]
pub(crate) struct Quota {
    calls: Mutex<Calls<TenantId>>,
    /// Where the limit is kept together with other gateways.
    lane: Option<Arc<Lane>>,
}

impl Quota {
    pub(crate) fn per_second(limit: u32) -> Self {
        Self { calls: Mutex::new(Calls::per_second(limit)), lane: None }
    }

    /// A limit that other gateways take from as well.
    pub(crate) fn shared(limit: u32, lane: Arc<Lane>) -> Self {
        Self { lane: Some(lane), ..Self::per_second(limit) }
    }

    /// Takes one call for `tenant`, if the limit has room now and the tenant has not had its share.
    ///
    /// Shares are equal between the tenants that asked within the last second; who is alone may
    /// have everything.
    pub(crate) fn try_take_for(&self, tenant: TenantId) -> bool {
        let now = Instant::now();
        let Some(lane) = &self.lane else { return self.calls().try_take(tenant, now) };
        let taken = lane.has_slot(now) && self.calls().try_take(tenant, now);
        if taken {
            lane.use_slot();
        }
        taken
    }

    /// Takes one call if the limit has room now.
    pub(crate) fn try_take(&self) -> bool {
        self.calls().try_reserve(Instant::now())
    }

    /// Waits for room, then takes one call. Calls are given out in the order of asking; who stops
    /// waiting has used up its own.
    pub(crate) async fn take(&self) {
        let Some(lane) = &self.lane else {
            let at = self.calls().reserve(Instant::now());
            return sleep_until(at).await;
        };
        self.has_room().await;
        lane.take().await;
    }

    /// Waits until there is room, and takes nothing.
    pub(crate) async fn has_room(&self) {
        // In a lane, slots are taken and not looked at; only a pause is waited for.
        loop {
            let free_at = self.calls().free_at(Instant::now());
            if free_at <= Instant::now() {
                return;
            }
            sleep_until(free_at).await;
        }
    }

    /// Gives out nothing before that time: the upstream asked for a pause.
    pub(crate) fn hold_off_until(&self, until: Instant) {
        self.calls().not_before = Some(until);
    }

    fn calls(&self) -> MutexGuard<'_, Calls<TenantId>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The calls of the last window, those included that are reserved for a time to come. In order.
#[derive(Debug)]
struct Calls<K> {
    per_second: usize,
    recent: VecDeque<(Instant, Option<K>)>,
    /// Who asked, and when last.
    askers: HashMap<K, Instant>,
    askers_counted_at: Option<Instant>,
    not_before: Option<Instant>,
}

impl<K: Copy + Eq + std::hash::Hash> Calls<K> {
    fn per_second(limit: u32) -> Self {
        Self {
            per_second: usize::try_from(limit).unwrap_or(usize::MAX).max(1),
            recent: VecDeque::new(),
            askers: HashMap::new(),
            askers_counted_at: None,
            not_before: None,
        }
    }

    fn try_take(&mut self, asker: K, now: Instant) -> bool {
        let share = self.share(asker, now);
        if self.free_at(now) > now {
            return false;
        }
        let had = self.recent.iter().filter(|(_, taker)| *taker == Some(asker)).count();
        let granted = had < share;
        if granted {
            self.recent.push_back((now, Some(asker)));
        }
        granted
    }

    fn try_reserve(&mut self, now: Instant) -> bool {
        let is_free = self.free_at(now) <= now;
        if is_free {
            self.recent.push_back((now, None));
        }
        is_free
    }

    fn reserve(&mut self, now: Instant) -> Instant {
        let at = self.free_at(now);
        self.recent.push_back((at, None));
        at
    }

    /// When the next call may be made: now, or when the call that is in its way leaves the window.
    fn free_at(&mut self, now: Instant) -> Instant {
        while self.recent.front().is_some_and(|(oldest, _)| now >= *oldest + WINDOW) {
            self.recent.pop_front();
        }
        let in_the_way = self.recent.len().checked_sub(self.per_second);
        let blocker = in_the_way.and_then(|index| self.recent.get(index));
        let free_at = blocker.map_or(now, |(at, _)| *at + WINDOW).max(now);
        free_at.max(self.not_before.unwrap_or(now))
    }

    /// How many calls of a window are the asker's.
    fn share(&mut self, asker: K, now: Instant) -> usize {
        self.askers.insert(asker, now);
        // Counted anew once in a window, and not at each of ten thousand polls.
        if self.askers_counted_at.is_none_or(|counted| now >= counted + WINDOW) {
            self.askers.retain(|_, last| now < *last + WINDOW);
            self.askers_counted_at = Some(now);
        }
        (self.per_second / self.askers.len().max(1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    #[test]
    fn p47_no_window_of_a_second_holds_more_than_the_limit() {
        let (mut calls, start) = (Calls::per_second(20), Instant::now());
        let mut taken = Vec::new();
        for tick in 0..4_000 {
            let now = start + Duration::from_millis(tick);
            if tick % 7 == 0 && calls.recent.len() < 40 {
                taken.push(calls.reserve(now));
            } else if calls.try_take(tick % 5, now) {
                taken.push(now);
            }
        }
        taken.sort_unstable();
        assert!(taken.len() > 60, "{} calls in four seconds", taken.len());
        for pair in taken.windows(21) {
            assert!(pair[20] - pair[0] >= Duration::from_secs(1));
        }
    }

    #[test]
    fn who_is_alone_may_have_everything_at_once() {
        let (mut calls, now) = (Calls::per_second(20), Instant::now());
        let taken = (0..30).filter(|_| calls.try_take('a', now)).count();
        assert_eq!(taken, 20);
    }

    #[test]
    fn p17_a_tenant_that_polls_fifty_times_as_much_gets_no_more_than_its_share() {
        let (mut calls, start) = (Calls::per_second(20), Instant::now());
        let mut granted = [0, 0];
        for tick in 0..30_u32 {
            let now = start + TENTH * tick;
            for _ in 0..50 {
                granted[0] += usize::from(calls.try_take('a', now));
            }
            granted[1] += usize::from(calls.try_take('b', now));
        }
        // From the second window on, ten a second each; `b` asks ten times a second.
        assert!(granted[1] >= 18, "the quiet tenant got {granted:?}");
    }

    #[test]
    fn reservations_are_kept_in_order_and_count_against_the_limit() {
        let (mut calls, now) = (Calls::per_second(2), Instant::now());
        let reserved: Vec<Duration> = (0..6).map(|_| calls.reserve(now) - now).collect();
        let zero = Duration::ZERO;
        assert_eq!(reserved, [zero, zero, WINDOW, WINDOW, WINDOW * 2, WINDOW * 2]);
        assert!(!calls.try_take('a', now + WINDOW));
    }

    #[test]
    fn p44_nothing_is_given_out_in_a_pause_that_the_upstream_asked_for() {
        let (mut calls, now) = (Calls::per_second(20), Instant::now());
        calls.not_before = Some(now + WINDOW * 3);
        assert!(!calls.try_take('a', now + WINDOW));
        assert_eq!(calls.reserve(now), now + WINDOW * 3);
        assert!(calls.try_take('a', now + WINDOW * 3));
    }
}
