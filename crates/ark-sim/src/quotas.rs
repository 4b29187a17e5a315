//! What the account may call per second, counted in fixed windows of the simulator's clock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::refusal::Refusal;
use crate::route::Verb;
use crate::settings::Quotas;

/// The counters behind [`Quotas`].
#[derive(Debug)]
pub(crate) struct Gate {
    quotas: Quotas,
    windows: Mutex<BTreeMap<Verb, Window>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    second: i64,
    used: u32,
    refused: u64,
}

impl Gate {
    pub(crate) fn new(quotas: Quotas) -> Self {
        Self { quotas, windows: Mutex::default() }
    }

    /// Takes one call of the quota, or refuses with 429.
    pub(crate) fn pass(&self, verb: Verb, now_ms: i64) -> Result<(), Refusal> {
        let Some(limit) = self.limit(verb) else {
            return Ok(());
        };
        let second = now_ms.div_euclid(1000);
        let mut windows = self.windows();
        let window = windows.entry(verb).or_default();
        if window.second != second {
            window.second = second;
            window.used = 0;
        }
        if window.used < limit {
            window.used += 1;
            return Ok(());
        }
        window.refused += 1;
        Err(refusal(verb))
    }

    /// How many calls were refused so far.
    pub(crate) fn refused(&self, verb: Verb) -> u64 {
        self.windows().get(&verb).map_or(0, |window| window.refused)
    }

    fn limit(&self, verb: Verb) -> Option<u32> {
        match verb {
            Verb::Create => self.quotas.create_per_second,
            Verb::Get => self.quotas.get_per_second,
            Verb::List => self.quotas.list_per_second,
            Verb::Delete => self.quotas.delete_per_second,
            Verb::AssetAction => self.quotas.asset_per_second,
            Verb::Media | Verb::Other => None,
        }
    }

    fn windows(&self) -> MutexGuard<'_, BTreeMap<Verb, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(verb: Verb) -> Refusal {
    if verb == Verb::AssetAction {
        let message = "The request is rejected because the flow limit of the account is exceeded.";
        return Refusal::new(429, "FlowLimitExceeded", message).numbered(100_018);
    }
    let message = "The requests per second limit of the account has been exceeded. \
                   Please try again later.";
    Refusal::new(429, "AccountRateLimitExceeded", message)
}
