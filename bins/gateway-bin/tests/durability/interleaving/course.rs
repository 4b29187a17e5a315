//! One order of the four events, what has to come of it, and what did.

use ark_sim::Sim;
use seedance_model::TaskId;
use tenancy::Store;
use tokio::task::JoinHandle;

use crate::tenant_client::{Answer, TenantClient};
use crate::verdict::Verdict;

/// Something that happens to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// It succeeds upstream.
    Succeed,
    /// The watcher looks at it.
    Look,
    /// Its tenant sends DELETE.
    Delete,
    /// The gateway is killed, and started again.
    Kill,
}

/// A task, and the order in which things happen to it.
#[derive(Debug)]
pub(super) struct Course {
    pub(super) order: Vec<Event>,
    /// The upstream acts on the DELETE when all events are over.
    pub(super) in_flight: bool,
    pub(super) id: String,
    /// A DELETE that is on its way.
    pub(super) waiting: Option<JoinHandle<reqwest::Result<Answer>>>,
    /// The status of the answer that the tenant got in the end.
    pub(super) told: Option<u16>,
    /// What the tenant saw right after that.
    pub(super) seen: Option<String>,
}

/// What a task costs in the end.
#[derive(Debug, PartialEq, Eq)]
enum Due {
    Charge,
    Quarantine,
    Nothing,
}

/// All 24 orders with either kind of DELETE, grouped by the places of look and kill.
pub(super) fn groups() -> Vec<Vec<Course>> {
    let places = (0..4).flat_map(|look| (0..4).map(move |kill| (look, kill)));
    places.filter(|(look, kill)| look != kill).map(|(look, kill)| group(look, kill)).collect()
}

fn group(look: usize, kill: usize) -> Vec<Course> {
    let mut group = Vec::new();
    for own in [[Event::Succeed, Event::Delete], [Event::Delete, Event::Succeed]] {
        for in_flight in [false, true] {
            let mut own = own.into_iter();
            let event = |place| match place {
                _ if place == look => Some(Event::Look),
                _ if place == kill => Some(Event::Kill),
                _ => own.next(),
            };
            let order = (0..4).filter_map(event).collect();
            let id = String::new();
            group.push(Course { order, in_flight, id, waiting: None, told: None, seen: None });
        }
    }
    group
}

impl Course {
    pub(super) fn task(&self) -> TaskId {
        TaskId::parse(&self.id).unwrap_or_else(|| unreachable!("the simulator made it"))
    }

    fn is_before(&self, one: Event, other: Event) -> bool {
        let place = |event| self.order.iter().position(|is| *is == event);
        place(one) < place(other)
    }

    fn due(&self) -> Due {
        if self.is_before(Event::Succeed, Event::Delete) {
            return Due::Charge; // The DELETE looks first.
        }
        if !self.in_flight {
            return Due::Nothing; // It was cancelled.
        }
        // The upstream erases a success; somebody has to have seen it.
        if self.is_before(Event::Succeed, Event::Look) { Due::Charge } else { Due::Quarantine }
    }

    /// Holds what came of the task against what had to.
    pub(super) async fn check(
        &self,
        sim: &Sim,
        store: &Store,
        tenant: &TenantClient,
        verdict: &mut Verdict,
    ) -> anyhow::Result<()> {
        let charges = store.ledger_of_task(&self.task()).await?.len();
        let is_quarantined = store.find_quarantined(&self.task()).await?.is_some();
        let found = match (charges, is_quarantined) {
            (1, false) => Due::Charge,
            (0, true) => Due::Quarantine,
            _ => Due::Nothing,
        };
        let due = self.due();
        verdict.add("orders", 1);
        verdict.add("charged", u64::from(found == Due::Charge));
        verdict.add("quarantined", u64::from(found == Due::Quarantine));
        verdict.add("cancelled", u64::from(found == Due::Nothing));
        verdict.require(charges < 2 && found == due, || {
            format!("{self}: {due:?} was due, found {charges} charges, {found:?}")
        });
        let truth = sim.task(&self.id).map(|task| task.status);
        let ended = if due == Due::Nothing { "cancelled" } else { "succeeded" };
        verdict.require(truth.as_deref() == Some(ended), || format!("{self}: it is {truth:?}"));
        self.check_answers(tenant, due, verdict).await
    }

    /// What the tenant was told stays true.
    async fn check_answers(
        &self,
        tenant: &TenantClient,
        due: Due,
        verdict: &mut Verdict,
    ) -> anyhow::Result<()> {
        let later = tenant.get(&self.id).await?;
        let later = later.json["status"].as_str().map_or(later.status.to_string(), str::to_owned);
        let expected = if due == Due::Nothing { "cancelled" } else { "404" };
        let seen = self.seen.as_deref().unwrap_or_default();
        verdict.require(self.told == Some(200), || format!("{self}: DELETE was {:?}", self.told));
        verdict.require(seen == expected && later == expected, || {
            format!("{self}: the tenant saw {seen}, then {later}, expected {expected}")
        });
        Ok(())
    }
}

impl std::fmt::Display for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let how = if self.in_flight { "in flight" } else { "whole" };
        write!(f, "{} {:?}, DELETE {how}", self.id, self.order)
    }
}
