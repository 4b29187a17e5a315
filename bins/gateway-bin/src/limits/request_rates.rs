//! How often each tenant may call: a bucket of as many requests as the tenant may make in a second,
//! filled again at that rate.
//!
//! Kept in memory by each gateway for itself, and told by one point in time for each tenant: when
//! its bucket will be full again. Tenants with a full bucket, or without a limit, are not kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tenancy::{Tenant, TenantId};
use tokio::time::Instant;

use crate::error::{ApiError, Kind};
use crate::verdict::Reason;

/// The limit is one of requests in this time.
const PERIOD: Duration = Duration::from_secs(1);

/// The buckets of all tenants.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestRates(Arc<Mutex<Buckets<TenantId>>>);

#[derive(Debug)]
struct Buckets<K> {
    full_at: HashMap<K, Instant>,
    swept_at: Option<Instant>,
}

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self { full_at: HashMap::new(), swept_at: None }
    }
}

impl RequestRates {
    /// Takes one request of the tenant, or refuses it.
    pub(crate) fn take(&self, tenant: &Tenant) -> Result<(), ApiError> {
        let Some(limit) = tenant.limits.requests_per_second else {
            return Ok(());
        };
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.take(tenant.id, limit, Instant::now()).map_err(|wait| refusal(limit, wait))
    }
}

impl<K: Copy + Eq + Hash> Buckets<K> {
    /// Takes one request out of the bucket; the error is how long there will be none in it.
    fn take(&mut self, tenant: K, limit: NonZeroU32, now: Instant) -> Result<(), Duration> {
        self.forget_full_ones(now);
        let full_at = self.full_at.get(&tenant).map_or(now, |full_at| (*full_at).max(now));
        // A limit beyond a request a nanosecond is none.
        let after = full_at + PERIOD / u32::from(limit);
        let wait = after.duration_since(now).saturating_sub(PERIOD);
        if !wait.is_zero() {
            return Err(wait);
        }
        self.full_at.insert(tenant, after);
        Ok(())
    }

    /// Once in a period, and not at each request.
    fn forget_full_ones(&mut self, now: Instant) {
        if self.swept_at.is_none_or(|swept_at| now >= swept_at + PERIOD) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = Some(now);
        }
    }
}

fn refusal(limit: NonZeroU32, wait: Duration) -> ApiError {
    let text = format!("this account may make {limit} requests a second; make fewer");
    ApiError::new(Kind::RateLimited, text)
        .retry_after(wait.as_secs() + 1)
        .verdict(Reason::RequestRate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_second(limit: u32) -> NonZeroU32 {
        NonZeroU32::new(limit).unwrap()
    }

    #[test]
    fn p17_a_tenant_gets_its_rate_and_a_seconds_burst_however_much_it_asks() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        for limit in [1, 3, 7, 50, 1_000] {
            let mut granted = 0;
            for tick in 0..=40_000_u32 {
                let now = start + Duration::from_micros(250) * tick;
                granted += u32::from(buckets.take(limit, per_second(limit), now).is_ok());
            }
            // Ten seconds, and the bucket that was full in the beginning.
            assert!(
                (11 * limit - 1..=11 * limit).contains(&granted),
                "{granted} of {limit} a second"
            );
        }
    }

    #[test]
    fn who_waits_as_long_as_it_is_told_gets_through() {
        let (mut buckets, mut now) = (Buckets::default(), Instant::now());
        let (tenant, limit) = ('a', per_second(3));
        let mut refusals = 0;
        for _ in 0..30 {
            if let Err(wait) = buckets.take(tenant, limit, now) {
                refusals += 1;
                assert!(wait <= PERIOD, "{wait:?}");
                now += wait;
                buckets.take(tenant, limit, now).unwrap();
            }
        }
        assert_eq!(refusals, 27);
    }

    #[test]
    fn p17_buckets_are_apart_and_full_ones_are_forgotten() {
        let (mut buckets, start) = (Buckets::default(), Instant::now());
        for number in 0..1_000 {
            for expected in [true, false] {
                let taken = buckets.take(number, per_second(1), start);
                assert_eq!(taken.is_ok(), expected);
            }
        }
        assert_eq!(buckets.full_at.len(), 1_000);
        buckets.take(7, per_second(1), start + PERIOD).unwrap();
        assert_eq!(buckets.full_at.len(), 1);
    }

    #[test]
    fn a_limit_that_is_changed_holds_from_the_next_request_on() {
        let (mut buckets, now) = (Buckets::default(), Instant::now());
        let tenant = 'a';
        let taken = |buckets: &mut Buckets<char>, limit| {
            (0..20).filter(|_| buckets.take(tenant, per_second(limit), now).is_ok()).count()
        };
        assert_eq!(taken(&mut buckets, 5), 5);
        assert_eq!(taken(&mut buckets, 1), 0);
        // A raised limit starts with what the old one has filled since.
        let later = now + PERIOD / 2;
        let granted = (0..20).filter(|_| buckets.take(tenant, per_second(10), later).is_ok());
        assert_eq!(granted.count(), 5);
    }
}
