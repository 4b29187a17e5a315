//! The books: what the simulator sold against what the store says of it.
//!
//! The simulator is the ground truth: it keeps every task that was ever bought, also those whose
//! records are gone.

use std::collections::{BTreeMap, BTreeSet};

use ark_sim::{Sim, SimTask};
use seedance_model::TaskId;
use tenancy::{Intent, LedgerFilter, LedgerKind, Store};

use crate::orders;
use crate::process::ledger_faults;
use crate::verdict::Verdict;
use crate::world::{UPSTREAM, World};

/// Rows in one page of whatever is read in pages.
const PAGE: u32 = 1000;

/// A task that the simulator sold.
#[derive(Clone, Debug)]
pub(crate) struct Sold {
    pub(crate) id: TaskId,
    pub(crate) order: u64,
    pub(crate) tenant: usize,
    /// No other order has these terms, so its owner can always be found.
    pub(crate) is_distinct: bool,
    pub(crate) status: String,
    /// What is to be charged, should it have succeeded; `None` for usage that makes no sense.
    pub(crate) tokens: Option<i64>,
}

/// Everything that was ever sold to the tenants of the world.
pub(crate) fn sold(sim: &Sim) -> Vec<Sold> {
    sim.tasks().iter().filter_map(sold_task).collect()
}

fn sold_task(task: &SimTask) -> Option<Sold> {
    let (order, tenant) = orders::origin(&task.body)?;
    let tokens = task.usage["completion_tokens"].as_i64().filter(|tokens| *tokens > 0);
    Some(Sold {
        id: TaskId::parse(&task.id)?,
        order,
        tenant,
        is_distinct: orders::is_distinct(&task.body),
        status: task.status.clone(),
        tokens,
    })
}

/// Every intent that is still open.
pub(crate) async fn open_intents(store: &Store) -> anyhow::Result<Vec<Intent>> {
    let mut open: Vec<Intent> = Vec::new();
    loop {
        let after = open.last().map(|intent| intent.id);
        let page = store.open_intents(UPSTREAM, after, PAGE).await?;
        if page.is_empty() {
            return Ok(open);
        }
        open.extend(page);
    }
}

/// Checks everything that has to hold once nothing moves any more.
pub(crate) async fn balance(world: &World, store: &Store) -> anyhow::Result<Verdict> {
    let sold = sold(&world.sim);
    let mut verdict = Verdict::default();
    ownership(world, store, &sold, &mut verdict).await?;
    money(store, &sold, &mut verdict).await?;
    let audit = store.audit().await?;
    verdict.require(audit.is_clean(), || format!("the audit finds {audit:?}"));
    let faults = ledger_faults(world).await?;
    verdict.require(faults.is_none(), || format!("the ledger does not add up: {faults:?}"));
    Ok(verdict)
}

/// Sold once, bound to the tenant who asked, or still open in that tenant's name.
async fn ownership(
    world: &World,
    store: &Store,
    sold: &[Sold],
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let ids: Vec<TaskId> = sold.iter().map(|task| task.id.clone()).collect();
    let bound = store.known_tasks(&ids).await?;
    let open = open_intents(store).await?;
    verdict.add("sold", sold.len() as u64);
    verdict.add("bound", bound.len() as u64);
    verdict.add("adopted", adopted(store).await?);
    verdict.add("open", open.len() as u64);
    let doubled = doubled(sold, verdict);
    verdict.add("doubled", doubled);
    for task in sold {
        if bound.contains(&task.id) {
            foreign(world, store, task, verdict).await?;
        } else if task.is_distinct {
            verdict.wrong(format!("{} is certainly order {}'s, not adopted", task.id, task.order));
        }
    }
    for (place, customer) in world.customers.iter().enumerate() {
        let unbound = sold.iter().filter(|t| t.tenant == place && !bound.contains(&t.id)).count();
        let waiting = open.iter().filter(|intent| intent.tenant == customer.tenant.id).count();
        verdict.require(unbound <= waiting, || {
            format!("tenant {place} has {unbound} tasks unbound and {waiting} intents open")
        });
    }
    Ok(())
}

/// How many orders were sold more than once.
fn doubled(sold: &[Sold], verdict: &mut Verdict) -> u64 {
    let (mut seen, mut doubled) = (BTreeSet::new(), 0);
    for task in sold {
        if !seen.insert(task.order) {
            doubled += 1;
            verdict.wrong(format!("order {} was sold again as {}", task.order, task.id));
        }
    }
    doubled
}

/// The task is nobody's but its buyer's.
async fn foreign(
    world: &World,
    store: &Store,
    task: &Sold,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let others = world.customers.iter().enumerate().filter(|(place, _)| *place != task.tenant);
    for (place, customer) in others {
        let found = store.scope(&customer.tenant).find_task(&task.id).await?;
        verdict.require(found.is_none(), || {
            format!("{} was bought by {} and belongs to {place}", task.id, task.tenant)
        });
    }
    Ok(())
}

/// Each success is charged once and for its tokens, or in quarantine; nothing else is charged.
async fn money(store: &Store, sold: &[Sold], verdict: &mut Verdict) -> anyhow::Result<()> {
    let ledger = charges(store).await?;
    let quarantined: BTreeSet<TaskId> =
        store.list_quarantined(u32::MAX).await?.into_iter().map(|entry| entry.task).collect();
    let ids: Vec<TaskId> = sold.iter().map(|task| task.id.clone()).collect();
    let bound = store.known_tasks(&ids).await?;
    verdict.add("charged", ledger.values().map(|tokens| tokens.len() as u64).sum());
    verdict.add("quarantined", quarantined.len() as u64);
    for task in sold.iter().filter(|task| bound.contains(&task.id)) {
        let charged = ledger.get(&task.id).map(Vec::as_slice).unwrap_or_default();
        let succeeded = task.status == "succeeded";
        let due: Vec<i64> = task.tokens.filter(|_| succeeded).into_iter().collect();
        verdict.require(charged == due, || {
            let (id, status) = (&task.id, &task.status);
            format!("{id} is {status}: charged {charged:?} tokens, due {due:?}")
        });
        let strange = succeeded && task.tokens.is_none();
        verdict.require(quarantined.contains(&task.id) == strange, || {
            format!("{} is {}: its quarantine should be {strange}", task.id, task.status)
        });
    }
    let strangers = ledger.keys().filter(|id| !bound.contains(id)).count();
    verdict.require(strangers == 0, || format!("{strangers} charges for what was never sold"));
    Ok(())
}

/// The tokens of every charge, by task.
async fn charges(store: &Store) -> anyhow::Result<BTreeMap<TaskId, Vec<i64>>> {
    let mut charges: BTreeMap<TaskId, Vec<i64>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = store.ledger_page(&LedgerFilter::default(), after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(charges) };
        after = Some(last.entry_id);
        for entry in page.into_iter().filter(|entry| entry.kind == LedgerKind::Charge) {
            charges.entry(entry.task_id).or_default().push(entry.tokens);
        }
    }
}

async fn adopted(store: &Store) -> anyhow::Result<u64> {
    let (mut after, mut adopted) = (None, 0);
    loop {
        let page = store.audit_page(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(adopted) };
        after = Some(last.record_id);
        adopted += page.iter().filter(|record| record.action == "adopt-intent").count() as u64;
    }
}
