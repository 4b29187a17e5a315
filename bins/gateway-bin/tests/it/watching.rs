//! Following tasks: settled without being asked for, once, and never on nonsense.

use std::time::Duration;

use ark_sim::{Fault, Gate, Pace, Quotas, SimSettings, Verb};
use seedance_model::TaskId;
use serde_json::{Value, json};
use tenancy::{LedgerFilter, SettlementState};

use crate::support::{GOOD, TenantClient, World, eventually};

async fn held() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "").await
}

/// How the task's money stands, once it is no longer open. Time passes while we wait.
async fn settled(world: &World, tenant: &TenantClient, id: &str) -> SettlementState {
    let (scope, id) = (world.store.scope(&tenant.tenant), TaskId::parse(id).unwrap());
    eventually(async || {
        world.clock.advance(Duration::from_secs(1));
        let task = scope.find_task(&id).await.unwrap().unwrap();
        (task.settlement != SettlementState::Open).then_some(task.settlement)
    })
    .await
}

async fn ledger_rows(world: &World) -> usize {
    world.store.ledger_page(&LedgerFilter::default(), None, 100).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_a_success_is_settled_although_no_tenant_asks() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    assert_eq!(settled(&world, &acme, &id).await, SettlementState::Charged);
    assert_eq!(ledger_rows(&world).await, 1);
    assert_eq!(world.sim.count(Verb::Get), 0, "LIST does the watching");
}

#[tokio::test(flavor = "multi_thread")]
async fn p03_tenants_and_watcher_together_settle_once() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(acme.creates(GOOD).await);
    }
    for id in &ids {
        world.sim.succeed(id).unwrap();
    }
    let polls: Vec<_> =
        ids.iter().flat_map(|id| [acme.get(id), acme.get(id)]).map(tokio::spawn).collect();
    world.clock.advance(Duration::from_secs(5));
    for poll in polls {
        poll.await.unwrap();
    }
    for id in &ids {
        assert_eq!(settled(&world, &acme, id).await, SettlementState::Charged);
    }
    assert_eq!(ledger_rows(&world).await, ids.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn p06_usage_that_makes_no_sense_is_quarantined_and_shown() {
    let nonsense = [
        json!({}),
        json!({"completion_tokens": 0}),
        json!({"completion_tokens": -1}),
        json!({"completion_tokens": 1.5}),
        json!({"completion_tokens": "108900"}),
        json!({"completion_tokens": 9_223_372_036_854_775_808_u64}),
    ];
    for usage in nonsense {
        let world = held().await;
        let acme = world.tenant("acme").await;
        let id = acme.creates(GOOD).await;
        world.sim.set_usage(&id, usage.clone()).unwrap();
        world.sim.succeed(&id).unwrap();
        assert_eq!(settled(&world, &acme, &id).await, SettlementState::Quarantined, "{usage}");
        assert_eq!(ledger_rows(&world).await, 0);
        assert_eq!(acme.get(&id).await.json["status"], "succeeded", "the tenant has its video");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_only_a_success_is_charged() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    for status in ["failed", "expired", "cancelled"] {
        let id = acme.creates(GOOD).await;
        world.sim.set_usage(&id, json!({"completion_tokens": 108_900})).unwrap();
        world.sim.set_status(&id, status).unwrap();
        assert_eq!(settled(&world, &acme, &id).await, SettlementState::Free);
        assert_eq!(acme.get(&id).await.json["status"], status);
    }
    assert_eq!(ledger_rows(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p48_an_unknown_status_is_watched_on_and_a_step_back_is_ignored() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.set_status(&id, "running").unwrap();
    acme.sees(&id, "running").await;
    for status in ["meditating", "queued"] {
        world.sim.set_status(&id, status).unwrap();
        world.clock.advance(Duration::from_secs(1));
        assert_eq!(acme.get(&id).await.json["status"], "running");
    }
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    world.sim.set_status(&id, "running").unwrap();
    world.clock.advance(Duration::from_secs(1));
    assert_eq!(acme.get(&id).await.json["status"], "succeeded");
    assert_eq!(ledger_rows(&world).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_final_resolution_decides_on_the_price() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    world.sim.set_field(&id, "resolution", Value::from("1080p")).unwrap();
    settled(&world, &acme, &id).await;
    let entries = world.store.ledger_page(&LedgerFilter::default(), None, 10).await.unwrap();
    assert_eq!(entries[0].sku, "doubao-seedance-2-0-1080p-novideo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_vanishes_is_lost_after_an_hour_and_never_charged() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.forget(&id).unwrap();
    let scope = world.store.scope(&acme.tenant);
    let known = TaskId::parse(&id).unwrap();
    eventually(async || {
        world.clock.advance(Duration::from_mins(2));
        let task = scope.find_task(&known).await.unwrap().unwrap();
        (task.settlement == SettlementState::Lost).then_some(())
    })
    .await;
    assert_eq!(ledger_rows(&world).await, 0);
    assert_eq!(acme.delete(&id).await.text, "{}", "the tenant may clear it away");
    acme.get(&id).await.is(404, "task_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_readers_of_one_task_cause_one_call() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    // No round of the watcher: a LIST that never answers keeps it busy.
    world.sim.faults().always(Verb::List, Fault::NeverAnswer);
    world.sim.faults().always(Verb::Get, Fault::Delay(Duration::from_millis(300)));
    world.clock.advance(Duration::from_secs(1));
    let polls: Vec<_> = (0..50).map(|_| tokio::spawn(acme.get(&id))).collect();
    for poll in polls {
        assert_eq!(poll.await.unwrap().status, 200);
    }
    assert!(world.sim.count(Verb::Get) <= 2, "{} calls", world.sim.count(Verb::Get));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_task_never_causes_an_upstream_call() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    world.sim.clear_calls();
    world.clock.advance(Duration::from_hours(1));
    for _ in 0..20 {
        assert_eq!(acme.get(&id).await.status, 200);
    }
    assert_eq!(world.sim.count(Verb::Get), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p48_a_usage_that_changes_after_the_charge_is_an_alarm_and_no_second_row() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    let gate = Gate::closed();
    let held_back = world.sim.faults().next(Verb::Get, Fault::HoldBack(gate.clone()));
    world.clock.advance(Duration::from_millis(5));
    let late = tokio::spawn(acme.get(&id));
    eventually(async || (held_back.uses() == 1).then_some(())).await;
    world.sim.succeed(&id).unwrap();
    assert_eq!(settled(&world, &acme, &id).await, SettlementState::Charged);
    world.sim.set_usage(&id, json!({"completion_tokens": 7})).unwrap();
    gate.open();
    late.await.unwrap();
    let alarm = "phanedge_odd_replies_total{upstream=\"default\",oddity=\"other_usage\"}";
    eventually(async || world.metric(alarm).await).await;
    assert_eq!(ledger_rows(&world).await, 1);
}
