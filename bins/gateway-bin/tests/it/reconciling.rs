//! Creates with an unclear outcome: found, adopted where it is certain, given up after a day.

use std::time::Duration;

use ark_sim::{Damage, Fault, Pace, Quotas, SimClock, SimSettings, Verb};
use seedance_model::TaskId;
use serde_json::Value;
use tenancy::{Intent, NewIntent, NewTask, Opening};

use crate::canary;
use crate::support::{GOOD, TenantClient, World, eventually, send};

async fn held() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    truthful(World::with(settings, "").await)
}

/// The account calls models by their names, by which the reconciler knows its tasks.
fn truthful(world: World) -> World {
    world.sim.spare_models();
    world
}

/// A task that somebody else creates in the account.
async fn elsewhere(world: &World, tenant: &TenantClient, body: String) {
    let url = format!("{}/contents/generations/tasks", world.sim.task_base_url());
    let create = tenant.http.post(url).bearer_auth(canary::KEY).body(body);
    assert_eq!(create.send().await.unwrap().status(), 200);
}

/// A create that buys a task and does not tell.
async fn buys_unheard(world: &World, tenant: &TenantClient, body: &str) -> String {
    world.sim.faults().next(Verb::Create, Fault::CommitThen(Damage::CloseBeforeHeaders));
    tenant.create(body).await.is(502, "service_error");
    world.sim.tasks().last().unwrap().id.clone()
}

async fn open(world: &World) -> Vec<Intent> {
    world.store.open_intents("default", None, 100).await.unwrap()
}

async fn listed(tenant: &TenantClient) -> Vec<Value> {
    tenant.list("").await.json["items"].as_array().unwrap().clone()
}

/// Waits for another round of the reconciler, told by its LIST of everything.
async fn another_round(world: &World) {
    let rounds = || world.sim.calls().iter().filter(|call| is_sweep(&call.query)).count();
    let before = rounds();
    // The second one from now began after this moment.
    eventually(async || {
        // Sweeps rest while time stands still.
        world.clock.advance(Duration::from_mins(1));
        (rounds() >= before + 2).then_some(())
    })
    .await;
}

fn is_sweep(query: &str) -> bool {
    query.contains("page_size=500")
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_task_that_was_bought_unheard_is_adopted_followed_and_settled() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let bought = buys_unheard(&world, &acme, GOOD).await;
    let items =
        eventually(async || Some(listed(&acme).await).filter(|items| !items.is_empty())).await;
    assert_eq!(items[0]["id"], bought.as_str());
    assert!(open(&world).await.is_empty());
    world.sim.succeed(&bought).unwrap();
    acme.sees(&bought, "succeeded").await;
    let task = TaskId::parse(&bought).unwrap();
    assert!(world.store.scope(&acme.tenant).ledger_entry(&task).await.unwrap().is_some());
    assert_eq!(world.sim.count(Verb::Create), 1, "nothing was sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_the_key_of_an_unheard_create_leads_to_its_task() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let create = || {
        let request = acme.request("POST", "").header("idempotency-key", "order-7");
        send(request.header("content-type", "application/json").body(GOOD))
    };
    world.sim.faults().next(Verb::Create, Fault::CommitThen(Damage::TruncateByOne));
    create().await.is(502, "service_error");
    let bought = world.sim.tasks()[0].id.clone();
    eventually(async || open(&world).await.is_empty().then_some(())).await;
    assert_eq!(create().await.json["id"], bought.as_str());
    assert_eq!(world.sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_equal_creates_of_two_tenants_are_left_to_an_operator() {
    let world = held().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    world.sim.faults().always(Verb::List, Fault::status(503));
    let bought = buys_unheard(&world, &acme, GOOD).await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    zen.create(GOOD).await.is(502, "service_error");
    world.sim.faults().clear();
    another_round(&world).await;
    assert_eq!(open(&world).await.len(), 2, "nobody gets what may be another's");
    assert!(listed(&acme).await.is_empty() && listed(&zen).await.is_empty());

    // The operator decides.
    let (intents, task) = (open(&world).await, TaskId::parse(&bought).unwrap());
    let intent = intents.iter().find(|intent| intent.tenant == acme.tenant.id).unwrap();
    let now = world.clock.now();
    let body = format!(r#"{{"id":"{bought}","status":"queued"}}"#).into_bytes();
    let new = NewTask { id: task, body, next_check_at: now };
    world.store.adopt_intent(intent.id, new, "test", now).await.unwrap();
    assert_eq!(listed(&acme).await[0]["id"], bought.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_creates_that_differ_find_their_own_tasks() {
    let world = held().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    world.sim.faults().always(Verb::List, Fault::status(503));
    let mine = GOOD.replace("\"duration\":4", "\"safety_identifier\":\"user-1\",\"duration\":4");
    let theirs = GOOD.replace("\"duration\":4", "\"priority\":7,\"duration\":4");
    let first = buys_unheard(&world, &acme, &mine).await;
    let second = buys_unheard(&world, &zen, &theirs).await;
    world.sim.faults().clear();
    eventually(async || open(&world).await.is_empty().then_some(())).await;
    assert_eq!(listed(&acme).await[0]["id"], first.as_str());
    assert_eq!(listed(&zen).await[0]["id"], second.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_equal_creates_of_one_tenant_are_all_adopted() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().always(Verb::List, Fault::status(503));
    for _ in 0..3 {
        buys_unheard(&world, &acme, GOOD).await;
    }
    world.sim.faults().clear();
    eventually(async || open(&world).await.is_empty().then_some(())).await;
    assert_eq!(listed(&acme).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_of_somebody_else_in_the_account_is_never_adopted() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let console = GOOD
        .replace("doubao-seedance-2-0", "doubao-seedance-2-0-260128")
        .replace("\"duration\":4", "\"priority\":3,\"duration\":4");
    elsewhere(&world, &acme, console).await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::Status500));
    acme.create(GOOD).await.is(502, "service_error");
    another_round(&world).await;
    assert!(listed(&acme).await.is_empty());
    assert_eq!(open(&world).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_an_intent_without_a_task_is_given_up_after_a_day_and_costs_nothing() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    world.clock.advance(Duration::from_hours(12));
    another_round(&world).await;
    assert_eq!(open(&world).await.len(), 1);
    world.clock.advance(Duration::from_hours(12));
    eventually(async || open(&world).await.is_empty().then_some(())).await;
    let audit = world.store.audit_page(None, 10).await.unwrap();
    assert!(audit.iter().any(|record| record.actor == "reconciler"), "{audit:?}");
    assert_eq!(world.sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_an_intent_behind_a_thousand_open_ones_still_finds_its_task() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    let scope = world.store.scope(&acme.tenant);
    let known = open(&world).await.remove(0);
    let many = (0..1200).map(|_| scope.open_intent(like(&known), known.opened_at));
    for opening in many {
        let Opening::Opened(intent) = opening.await.unwrap() else { panic!("it has no key") };
        world.store.mark_intent_unknown(intent, known.opened_at).await.unwrap();
    }
    let mine = GOOD.replace("\"duration\":4", "\"safety_identifier\":\"user-1\",\"duration\":4");
    let bought = buys_unheard(&world, &acme, &mine).await;
    let items =
        eventually(async || Some(listed(&acme).await).filter(|items| !items.is_empty())).await;
    assert_eq!(items[0]["id"], bought.as_str());
}

/// The same once more, as a create without a key would open it.
fn like(known: &Intent) -> NewIntent {
    NewIntent {
        upstream: known.upstream.clone(),
        model: known.model,
        has_video: known.has_video,
        tariff: known.tariff.clone(),
        terms: known.terms.clone(),
        idempotency: None,
        reserve_usd_micros: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_task_behind_thousands_of_newer_ones_is_found() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().always(Verb::List, Fault::status(503));
    let bought = buys_unheard(&world, &acme, GOOD).await;
    let theirs = GOOD
        .replace("doubao-seedance-2-0", "doubao-seedance-2-0-260128")
        .replace("\"duration\":4", "\"safety_identifier\":\"theirs\",\"duration\":4");
    for _ in 0..2100 {
        elsewhere(&world, &acme, theirs.clone()).await;
    }
    world.sim.faults().clear();
    let items =
        eventually(async || Some(listed(&acme).await).filter(|items| !items.is_empty())).await;
    assert_eq!(items[0]["id"], bought.as_str());
}

/// A task and its equal on another page: the younger one must not use up the older one's intent in a
/// way that leaves the older one to a tenant who has not bought it.
#[tokio::test(flavor = "multi_thread")]
async fn p08_a_task_on_a_later_page_never_goes_to_another_tenant() {
    let clock = SimClock::manual(1_780_000_000_000);
    let settings = SimSettings {
        quotas: Quotas::OFF,
        pace: Pace::HELD,
        clock: clock.clone(),
        ..SimSettings::default()
    };
    let world = truthful(World::with(settings, "").await);
    let passes = |seconds| {
        clock.advance(Duration::from_secs(seconds));
        world.clock.advance(Duration::from_secs(seconds));
    };
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    world.sim.faults().always(Verb::List, Fault::status(503));
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    zen.create(GOOD).await.is(502, "service_error");
    passes(60);
    let older = buys_unheard(&world, &acme, GOOD).await;
    passes(30);
    let filler = GOOD.replace("\"duration\":4", "\"duration\":7");
    for _ in 0..500 {
        acme.creates(&filler).await;
    }
    let younger = buys_unheard(&world, &acme, GOOD).await;
    world.sim.faults().clear();
    another_round(&world).await;
    another_round(&world).await;
    assert!(listed(&zen).await.is_empty(), "zen has bought nothing");
    let young = acme.get(&younger).await;
    assert_eq!(young.status, 200, "it can only be acme's: {}", young.text);
    acme.get(&older).await.is(404, "task_not_found");
    assert_eq!(open(&world).await.len(), 2, "an operator decides on the older one");
}
