//! What one gateway leaves undone, and how soon the other one has done it: tasks that are to be
//! settled, and creates that nobody heard of.

use std::time::Duration;

use ark_sim::{Damage, Fault, Sim, Verb};
use seedance_model::TaskId;
use tenancy::Store;

use crate::books;
use crate::memory::Memory;
use crate::verdict::Verdict;
use crate::world::{UPSTREAM, World};

/// How long a claim and a lead last.
const LEASE: Duration = Duration::from_secs(30);
/// The interval of the watcher.
const LOOK: Duration = Duration::from_secs(1);
/// The interval of the reconciler.
const ROUND: Duration = Duration::from_secs(5);
/// Until a LIST has its turn and its answer: watcher and reconciler share one a second, and its
/// answers are slow here.
const TURN: Duration = Duration::from_secs(10);
/// After this time, whatever is not bound has nobody who works on it but the reconciler.
const UNDER_WAY: Duration = Duration::from_secs(2);
/// Creates whose answer is lost, besides those of the gateway that stands still.
const LOST_ANSWERS: usize = 2;

/// The work that was open when one gateway stopped.
#[derive(Debug)]
pub(super) struct Takeover {
    bound: Vec<TaskId>,
    settled_after: Option<Duration>,
    /// Tasks that certainly have an owner who does not know of them.
    orphans: Option<Vec<TaskId>>,
    adopted_after: Option<Duration>,
}

impl Takeover {
    /// Every task succeeds now that nobody is about to delete, and the next creates lose their
    /// answers. What succeeds and is erased by a cancel that is on its way goes into quarantine,
    /// an hour later.
    pub(super) async fn begin(
        world: &World,
        store: &Store,
        memory: &Memory,
    ) -> anyhow::Result<Self> {
        for _ in 0..LOST_ANSWERS {
            let lost = Fault::CommitThen(Damage::CloseBeforeHeaders);
            world.sim.faults().next(Verb::Create, lost);
        }
        let ended = succeed(&world.sim, |id| !memory.may_be_deleted(id))?;
        let live = store.live_tasks(UPSTREAM, &ended).await?;
        let bound = live.into_iter().map(|task| task.id).collect();
        Ok(Self { bound, settled_after: None, orphans: None, adopted_after: None })
    }

    /// Whether all is done, or will not be done in time.
    pub(super) fn is_over(&self, time: Duration) -> bool {
        let is_done = self.settled_after.is_some() && self.adopted_after.is_some();
        is_done || time > 2 * LEASE
    }

    /// Looks at what is done by now.
    pub(super) async fn look(
        &mut self,
        world: &World,
        store: &Store,
        time: Duration,
    ) -> anyhow::Result<()> {
        if self.settled_after.is_none() && store.live_tasks(UPSTREAM, &self.bound).await?.is_empty()
        {
            self.settled_after = Some(time);
        }
        let Some(orphans) = &self.orphans else {
            if time > UNDER_WAY {
                self.orphans = Some(orphans(world, store).await?);
            }
            return Ok(());
        };
        let adopted = self.adopted_after.is_some();
        if !adopted && store.known_tasks(orphans).await?.len() == orphans.len() {
            self.adopted_after = Some(time);
        }
        Ok(())
    }

    /// Was it in time?
    pub(super) fn judge(&self, verdict: &mut Verdict) {
        let orphans = self.orphans.iter().flatten().count();
        verdict.add("left to settle", self.bound.len() as u64);
        verdict.add("left to adopt", orphans as u64);
        let settled = ("settled", self.settled_after, LEASE + LOOK + TURN);
        let adopted = ("adopted", self.adopted_after, LEASE + ROUND + TURN);
        for (name, after, limit) in [settled, adopted] {
            let millis = after.and_then(|after| u64::try_from(after.as_millis()).ok());
            verdict.most(&format!("ms until {name}"), millis.unwrap_or_default());
            let in_time = after.is_some_and(|after| after <= limit);
            verdict.require(in_time, || format!("{name} after {after:?}, and not {limit:?}"));
        }
    }
}

/// Everything that goes on upstream and is chosen succeeds.
pub(super) fn succeed(sim: &Sim, chosen: impl Fn(&str) -> bool) -> anyhow::Result<Vec<TaskId>> {
    let mut ended = Vec::new();
    for task in sim.tasks() {
        if ["queued", "running"].contains(&task.status.as_str()) && chosen(&task.id) {
            sim.succeed(&task.id)?;
            ended.extend(TaskId::parse(&task.id));
        }
    }
    Ok(ended)
}

async fn orphans(world: &World, store: &Store) -> anyhow::Result<Vec<TaskId>> {
    let sold = books::sold(&world.sim).into_iter().filter(|task| task.is_distinct);
    let ids: Vec<TaskId> = sold.map(|task| task.id).collect();
    let known = store.known_tasks(&ids).await?;
    Ok(ids.into_iter().filter(|id| !known.contains(id)).collect())
}
