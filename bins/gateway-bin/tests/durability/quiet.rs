//! Waiting until nothing moves any more: every live task has ended, and the reconciler has looked
//! at everything that it may look at.

use std::time::Duration;

use ark_sim::{Sim, Verb};
use tenancy::{Store, UnixMillis};

use crate::awake::Awake;
use crate::books;
use crate::verdict::Verdict;
use crate::world::{CREATE_TIMEOUT, UPSTREAM, now};

/// The reconciler's tolerance for clocks: a create that is older by this much, beyond its
/// timeout, has nobody who works on it.
const SLACK: Duration = Duration::from_secs(6);
/// Longest wait in which nothing moves, besides the pauses that the reconciler makes: a quarter of
/// the youngest intent's age.
const PATIENCE: Duration = Duration::from_mins(2);
const REST_PART: u32 = 4;
/// Longest wait altogether: calls alone, which change nothing, are no end either.
const PATIENCE_IN_ALL: Duration = Duration::from_mins(20);
/// Sweeps over the upstream's list that the reconciler gets, once all intents are ripe.
const SWEEPS: usize = 4;

/// What moves while a gateway works: live tasks, open intents, and calls upstream.
type Moving = (u64, usize, usize);

/// Waits for the end of everything; a gateway is running.
pub(crate) async fn settled(sim: &Sim, store: &Store) -> anyhow::Result<Verdict> {
    let mut verdict = Verdict::default();
    let (mut awake, mut last) = (Awake::begin(), (Moving::default(), Duration::ZERO));
    sim.clear_calls();
    loop {
        let time = awake.look().await;
        let live = store.watch_load(UPSTREAM).await?.live_tasks;
        let open = books::open_intents(store).await?;
        let youngest = open.iter().map(|intent| intent.opened_at).max();
        let reconciled = youngest.is_none_or(|opened| is_swept(sim, opened));
        if live == 0 && reconciled {
            return Ok(verdict);
        }
        let moving = (live, open.len(), sim.count(Verb::List) + sim.count(Verb::Get));
        if moving != last.0 {
            last = (moving, time);
        }
        let rest = youngest.map_or(Duration::ZERO, since) / REST_PART;
        if time > last.1 + PATIENCE + rest || time > PATIENCE_IN_ALL {
            let (open, seconds) = (open.len(), time.as_secs());
            verdict.wrong(format!(
                "it never came to rest in {seconds} s: {live} tasks live, {open} intents open"
            ));
            return Ok(verdict);
        }
    }
}

fn since(past: UnixMillis) -> Duration {
    Duration::from_millis(u64::try_from(now().0.saturating_sub(past.0)).unwrap_or_default())
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
