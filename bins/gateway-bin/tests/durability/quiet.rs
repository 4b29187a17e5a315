//! Waiting until nothing moves any more: every live task has ended, and the reconciler has looked
//! at everything that it may look at.

use std::time::Duration;

use ark_sim::{Sim, Verb};
use tenancy::{Store, UnixMillis};
use tokio::time::{Instant, interval};

use crate::books;
use crate::verdict::Verdict;
use crate::world::{CREATE_TIMEOUT, UPSTREAM, now};

/// The reconciler's tolerance for clocks: a create that is older by this much, beyond its
/// timeout, has nobody who works on it.
const SLACK: Duration = Duration::from_secs(6);
/// Longest wait.
const PATIENCE: Duration = Duration::from_mins(2);
/// Sweeps over the upstream's list that the reconciler gets, once all intents are ripe.
const SWEEPS: usize = 4;

/// Waits for the end of everything; a gateway is running.
pub(crate) async fn settled(sim: &Sim, store: &Store) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let deadline = Instant::now() + PATIENCE;
    let mut looks = interval(Duration::from_millis(100));
    sim.clear_calls();
    loop {
        looks.tick().await;
        let live = store.watch_load(UPSTREAM).await?.live_tasks;
        let open = books::open_intents(store).await?;
        let youngest = open.iter().map(|intent| intent.opened_at).max();
        let reconciled = youngest.is_none_or(|opened| is_swept(sim, opened));
        if live == 0 && reconciled {
            return Ok(verdict);
        }
        if Instant::now() > deadline {
            let open = open.len();
            verdict.wrong(format!("it never came to rest: {live} tasks live, {open} intents open"));
            return Ok(verdict);
        }
    }
}

/// Whether the reconciler has been over the list often enough since the youngest intent is ripe.
/// A sweep begins with page 1, and what it adopts can make room for another match.
fn is_swept(sim: &Sim, youngest: UnixMillis) -> bool {
    let ripe = youngest.plus(CREATE_TIMEOUT + SLACK);
    let calls = || sim.calls().into_iter().filter(move |call| call.at_ms > ripe.0);
    now() > ripe
        && calls()
            .filter(|call| call.verb == Verb::List && call.status == Some(200))
            .filter(|call| call.query.contains("page_num=1&") && call.query.contains("size=500"))
            .count()
            >= SWEEPS
}
