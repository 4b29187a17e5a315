//! Creates whose outcome nobody hears: neither dropped nor sent twice (P08, P09).
//!
//! Every create may suffer from the menu of damaged answers, with and without a task behind it.
//! Half of the orders have terms of their own, so their tasks must all find their owner. The
//! other half is alike over all tenants: there an operator may have to decide, and nobody may get
//! what another has bought.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ark_sim::{Damage, Fault, Quotas, SimSettings, Verb};
use tokio::task::JoinSet;

use crate::dice::Dice;
use crate::orders::{self, Order};
use crate::tenant_client::{TenantClient, http_client};
use crate::verdict::Verdict;
use crate::world::{CREATE_TIMEOUT, World};
use crate::{books, quiet};

const TENANTS: usize = 4;
/// Creates under way at the same time.
const CLIENTS: usize = 24;
/// How many creates of a thousand suffer.
const PER_THOUSAND: u32 = 700;

/// What the clients remember.
#[derive(Debug, Default)]
struct Heard {
    acknowledged: Vec<(usize, String)>,
    unclear: Vec<u64>,
    verdict: Verdict,
}

pub(crate) async fn run(seed: u64, creates: u64) -> anyhow::Result<Verdict> {
    let mut dice = Dice::new(seed);
    let settings =
        SimSettings { quotas: Quotas::OFF, record_calls: 1_000_000, ..SimSettings::default() };
    let world = Arc::new(World::build(settings, TENANTS).await?);
    let server = world.server().await?;
    let url = format!("http://{}", server.address());
    world.sim.faults().sometimes(Verb::Create, PER_THOUSAND, dice.roll(), menu());
    let mut heard = order(&world, &url, &mut dice, creates).await?;
    world.sim.faults().clear();

    let mut verdict = std::mem::take(&mut heard.verdict);
    verdict.add("creates", creates);
    verdict.add("acknowledged", heard.acknowledged.len() as u64);
    verdict.add("unclear", heard.unclear.len() as u64);
    let twice = sent_twice(&world, &mut verdict);
    verdict.add("sent twice", twice);
    let store = world.store().await?;
    verdict.absorb(quiet::settled(&world.sim, &store).await?);
    verdict.absorb(books::balance(&world, &store).await?);
    every_open_intent_is_explained(&world, &heard, &mut verdict, &store).await?;
    visible(&world, &url, &heard, &mut verdict).await?;
    store.close().await?;
    server.stop().await?;
    Ok(verdict)
}

/// Every damage that leaves the outcome open, with a task behind it and without one.
fn menu() -> Vec<Fault> {
    let too_late = CREATE_TIMEOUT + Duration::from_millis(300);
    let damages = [
        Damage::Delay(too_late),
        Damage::CloseBeforeHeaders,
        Damage::CloseMidHeader,
        Damage::CloseMidBody,
        Damage::Reset,
        Damage::Status500,
        Damage::GarbageJson,
        Damage::WrongTypes,
        Damage::TruncateByOne,
        Damage::ContentLengthTooLong,
        Damage::ContentLengthTooShort,
    ];
    let done = damages.iter().cloned().map(Fault::CommitThen);
    let undone = damages.iter().cloned().map(Fault::WithoutCommit);
    done.chain(undone).collect()
}

/// Places all orders, `CLIENTS` at a time.
async fn order(
    world: &Arc<World>,
    url: &str,
    dice: &mut Dice,
    creates: u64,
) -> anyhow::Result<Heard> {
    let http = http_client()?;
    let mut heard = Heard::default();
    let mut under_way = JoinSet::new();
    for number in 0..creates {
        if under_way.len() >= CLIENTS
            && let Some(ended) = under_way.join_next().await
        {
            hear(&mut heard, ended?)?;
        }
        let tenant = dice.place(TENANTS);
        let order = Order::new(number, tenant, dice, number % 2 == 0);
        let Some(customer) = world.customers.get(tenant) else { continue };
        let client = TenantClient::new(&http, url, customer);
        under_way.spawn(async move {
            let answer = client.create(&order).await;
            (order, answer)
        });
    }
    while let Some(ended) = under_way.join_next().await {
        hear(&mut heard, ended?)?;
    }
    Ok(heard)
}

fn hear(
    heard: &mut Heard,
    (order, answer): (Order, reqwest::Result<crate::tenant_client::Answer>),
) -> anyhow::Result<()> {
    let answer = answer?;
    match (answer.status, answer.created()) {
        (200, Some(id)) => heard.acknowledged.push((order.tenant, id.to_owned())),
        (502, _) => heard.unclear.push(order.number),
        _ => heard.verdict.wrong(format!("order {}: {answer:?}", order.number)),
    }
    Ok(())
}

/// How many orders were sent upstream more than once.
fn sent_twice(world: &World, verdict: &mut Verdict) -> u64 {
    let mut sent: BTreeMap<u64, u64> = BTreeMap::new();
    let calls = world.sim.calls().into_iter().filter(|call| call.verb == Verb::Create);
    for (number, _) in calls.filter_map(|call| orders::origin(&call.json())) {
        *sent.entry(number).or_default() += 1;
    }
    let twice: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
    verdict.require(twice.is_empty(), || format!("sent more than once: {twice:?}"));
    twice.len() as u64
}

/// Bought = bound + open, to the last one: what is open without a task behind it are exactly the
/// unclear creates that bought nothing.
async fn every_open_intent_is_explained(
    world: &World,
    heard: &Heard,
    verdict: &mut Verdict,
    store: &tenancy::Store,
) -> anyhow::Result<()> {
    let sold = books::sold(&world.sim);
    let ids: Vec<_> = sold.iter().map(|task| task.id.clone()).collect();
    let bound = store.known_tasks(&ids).await?.len();
    let is_sold = |number: &u64| sold.iter().any(|task| task.order == *number);
    let bought_nothing = heard.unclear.iter().filter(|number| !is_sold(number)).count();
    let open = books::open_intents(store).await?.len();
    let unbound = sold.len() - bound;
    verdict.add("left to an operator", unbound as u64);
    verdict.require(open == unbound + bought_nothing, || {
        format!("{open} intents are open, for {unbound} tasks unbound and {bought_nothing} unsold")
    });
    Ok(())
}

/// What was acknowledged is in its tenant's list, and nothing is that another one bought.
async fn visible(
    world: &World,
    url: &str,
    heard: &Heard,
    verdict: &mut Verdict,
) -> anyhow::Result<()> {
    let http = http_client()?;
    let sold = books::sold(&world.sim);
    for (place, customer) in world.customers.iter().enumerate() {
        let listed = TenantClient::new(&http, url, customer).list_all().await?;
        let missing = heard
            .acknowledged
            .iter()
            .filter(|(tenant, id)| *tenant == place && !listed.contains(id))
            .count();
        verdict.require(missing == 0, || format!("tenant {place} misses {missing} tasks"));
        let foreign = sold
            .iter()
            .filter(|task| task.tenant != place && listed.iter().any(|id| id == task.id.as_str()))
            .count();
        verdict.add("with the wrong tenant", foreign as u64);
        verdict.require(foreign == 0, || format!("tenant {place} sees {foreign} of others"));
    }
    Ok(())
}
