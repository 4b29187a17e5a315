//! What arrived at the account, by the simulator's own record.

use std::collections::VecDeque;

use ark_sim::{Sim, Verb};

/// Calls to remember, so that they can be counted by the second.
pub(crate) const REMEMBERED: usize = 200_000;

/// The calls of one verb.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Calls {
    pub(crate) total: usize,
    /// The most in one second of the account's clock, which is how it counts its quota.
    pub(crate) most_in_a_second: usize,
    /// The most in any thousand milliseconds, wherever they begin.
    pub(crate) most_in_any_second: usize,
    /// Answered with 429.
    pub(crate) throttled: u64,
}

/// The calls since the record was cleared; `throttled` counts from the beginning.
pub(crate) fn of(sim: &Sim, verb: Verb) -> Calls {
    let calls = sim.calls();
    let times = || calls.iter().filter(|call| call.verb == verb).map(|call| call.at_ms);
    Calls {
        total: sim.count(verb),
        most_in_a_second: most_within(times().map(|time| time / 1000 * 1000)),
        most_in_any_second: most_within(times()),
        throttled: sim.throttled(verb),
    }
}

/// The most that are less than a second apart.
fn most_within(times: impl Iterator<Item = i64>) -> usize {
    let (mut window, mut most) = (VecDeque::new(), 0);
    for time in times {
        window.push_back(time);
        while window.front().is_some_and(|first| time - first >= 1000) {
            window.pop_front();
        }
        most = most.max(window.len());
    }
    most
}
