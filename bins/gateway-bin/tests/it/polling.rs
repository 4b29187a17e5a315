//! Polling within the quota: who gets the scarce calls, and what happens while there are none.

use std::time::Duration;

use ark_sim::{ErrorBody, Fault, ListOddity, Verb};
use tenancy::LedgerFilter;

use crate::support::{GOOD, TenantClient, World, eventually};

/// Long enough that the stored state is stale, and too short for a task to be due.
const STALE: Duration = Duration::from_millis(5);

async fn creates(tenant: &TenantClient, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(tenant.creates(GOOD).await);
    }
    ids
}

/// The ids that were asked for by LIST, call by call.
fn lists(world: &World) -> Vec<String> {
    let calls = world.sim.calls();
    calls.into_iter().filter(|call| call.verb == Verb::List).map(|call| call.query).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tenant_waits_for_is_in_the_next_list_when_no_get_is_left() {
    let world = World::with_quota(1000, 1).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 3).await;
    world.clock.advance(STALE);
    acme.get(&ids[0]).await;
    assert_eq!(world.sim.count(Verb::Get), 1);
    assert_eq!(acme.get(&ids[1]).await.json["status"], "queued");
    assert_eq!(world.sim.count(Verb::Get), 1, "the quota is used up");
    let asked = eventually(async || lists(&world).pop()).await;
    assert!(asked.contains(&ids[1]), "{asked}");
    assert!(!asked.contains(&ids[2]), "nobody waits for it, and it is not due: {asked}");
    let put_off = world.metric("phanedge_looks_put_off_total{upstream=\"default\"}").await;
    assert_eq!(put_off, Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p16_no_request_of_a_tenant_causes_a_list() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 3).await;
    world.clock.advance(STALE);
    for id in &ids {
        acme.get(id).await;
        acme.list(&format!("filter.task_ids={id}")).await;
        acme.delete(id).await;
    }
    assert_eq!(world.sim.count(Verb::List), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p47_polls_stop_during_an_outage_and_everything_is_settled_after_it() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 20).await;
    for verb in [Verb::Get, Verb::List] {
        world.sim.faults().always(verb, Fault::status(503));
    }
    let is_open = "phanedge_breaker_open{upstream=\"default\"}";
    eventually(async || {
        world.clock.advance(STALE);
        assert_eq!(acme.get(&ids[0]).await.status, 200);
        (world.metric(is_open).await == Some(1.0)).then_some(())
    })
    .await;
    let before = world.sim.count(Verb::Get);
    for id in ids.iter().cycle().take(200) {
        world.clock.advance(STALE);
        assert_eq!(acme.get(id).await.json["status"], "queued");
    }
    assert_eq!(world.sim.count(Verb::Get), before, "polls are answered from the store");
    for id in &ids {
        world.sim.succeed(id).unwrap();
    }
    world.sim.faults().clear();
    for id in &ids {
        acme.sees(id, "succeeded").await;
    }
    let entries = world.store.ledger_page(&LedgerFilter::default(), None, 100).await.unwrap();
    assert_eq!(entries.len(), ids.len());
    assert_eq!(world.metric(is_open).await, Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p47_a_pause_that_the_upstream_asks_for_is_kept() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 10).await;
    let throttled =
        Fault::Status { status: 429, retry_after: Some("60".to_owned()), body: ErrorBody::Empty };
    world.sim.faults().next(Verb::Get, throttled);
    world.clock.advance(STALE);
    for id in &ids {
        assert_eq!(acme.get(id).await.status, 200);
    }
    assert_eq!(world.sim.count(Verb::Get), 1);
    let throttled =
        "phanedge_upstream_calls_total{upstream=\"default\",call=\"get\",outcome=\"throttled\"}";
    assert_eq!(world.metric(throttled).await, Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p44_what_a_list_does_not_show_is_asked_for_one_by_one() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 5).await;
    world.sim.faults().always(Verb::List, Fault::OddList(ListOddity::Hidden));
    for id in &ids {
        world.sim.succeed(id).unwrap();
    }
    world.clock.advance(Duration::from_secs(2));
    let settled = eventually(async || {
        let entries = world.store.ledger_page(&LedgerFilter::default(), None, 100).await.unwrap();
        (entries.len() == ids.len()).then_some(entries.len())
    });
    settled.await;
    assert_eq!(world.sim.count(Verb::Get), ids.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn p44_a_get_that_hangs_upstream_is_answered_from_the_store() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.faults().always(Verb::Get, Fault::NeverAnswer);
    world.clock.advance(STALE);
    // The upstream's own timeout is thirty seconds.
    let reply = tokio::time::timeout(Duration::from_secs(15), acme.get(&id)).await.unwrap();
    assert_eq!(reply.json["status"], "queued");
}

#[tokio::test(flavor = "multi_thread")]
async fn p49_an_old_live_task_is_seen_and_settled_after_six_days_without_the_upstream() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    for verb in [Verb::Get, Verb::List] {
        world.sim.faults().always(verb, Fault::ResetBeforeRead);
    }
    world.clock.advance(Duration::from_hours(6 * 24));
    let age = "phanedge_oldest_unsettled_seconds{upstream=\"default\"}";
    let days = Duration::from_hours(6 * 24).as_secs();
    eventually(async || {
        let seconds = world.metric(age).await?;
        (seconds >= f64::from(u32::try_from(days).unwrap())).then_some(())
    })
    .await;
    world.sim.succeed(&id).unwrap();
    world.sim.faults().clear();
    acme.sees(&id, "succeeded").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_is_behind_reads_whole_pages_in_between() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("acme").await;
    let ids = creates(&acme, 250).await;
    for id in &ids {
        world.sim.succeed(id).unwrap();
    }
    world.clock.advance(Duration::from_secs(5));
    eventually(async || {
        let entries = world.store.ledger_page(&LedgerFilter::default(), None, 500).await.unwrap();
        (entries.len() == ids.len()).then_some(())
    })
    .await;
    let asked = lists(&world);
    assert!(asked.iter().any(|query| !query.contains("task_ids")), "{asked:?}");
    assert_eq!(world.sim.count(Verb::Get), 0);
}
