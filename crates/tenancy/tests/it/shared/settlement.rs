//! Settlement: a success is charged once, everything else never, nonsense is kept for a human.

use std::time::Duration;

use seedance_model::{TaskId, TaskStatus};
use tenancy::{NewLedgerEntry, Observation, Recorded, Settlement, SettlementState};

use crate::support::{NOW, TARIFF, UPSTREAM, at, charge, seen, task_id};

#[tokio::test]
async fn a_success_is_charged_with_the_terms_of_its_task() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", at(1)).await;
    assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    let recorded = world.observe(&task, TaskStatus::Succeeded, at(60)).await;
    assert_eq!(recorded, Recorded::Changed);
    let entry = scope.ledger_entry(&task).await.unwrap().unwrap();
    let NewLedgerEntry {
        sku,
        tokens,
        price_cny_micros_per_million: price,
        charge_usd_micros: usd,
        ..
    } = charge();
    assert_eq!((entry.task_id.clone(), entry.tenant.as_str()), (task.clone(), "acme"));
    assert_eq!((entry.upstream.as_str(), entry.tariff.as_str()), (UPSTREAM, TARIFF));
    assert_eq!((entry.sku, entry.tokens), (sku, i64::try_from(tokens).unwrap()));
    assert_eq!((entry.price_cny_micros_per_million, entry.charge_usd_micros), (price, usd));
    assert_eq!((entry.task_created_at, entry.settled_at), (at(1), at(60)));
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Succeeded, SettlementState::Charged));
    assert_eq!(
        (kept.body.as_slice(), kept.refreshed_at),
        (&br#"{"status":"succeeded"}"#[..], at(60))
    );
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap().live_tasks, 0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p03_racing_observers_charge_a_task_once() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for round in 0..20 {
        let task = world.task(&scope, &format!("cgt-{round}"), NOW).await;
        let racers: Vec<_> = (0..16)
            .map(|racer| {
                let store = world.store.clone();
                let observation = seen(&task, TaskStatus::Succeeded, at(racer));
                tokio::spawn(async move { store.record_observation(observation).await.unwrap() })
            })
            .collect();
        let mut changed = 0;
        for racer in racers {
            let recorded = racer.await.unwrap();
            changed += usize::from(recorded == Recorded::Changed);
            assert!(matches!(recorded, Recorded::Changed | Recorded::AlreadyTerminal));
        }
        assert_eq!(changed, 1);
    }
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 20);
    world.finish().await;
}

#[tokio::test]
async fn p05_a_task_that_did_not_succeed_is_never_charged() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for end in [TaskStatus::Failed, TaskStatus::Expired, TaskStatus::Cancelled] {
        let task = world.task(&scope, &format!("cgt-{end}"), NOW).await;
        assert_eq!(world.observe(&task, end, at(1)).await, Recorded::Changed);
        let late = world.observe(&task, TaskStatus::Succeeded, at(2)).await;
        assert_eq!(late, Recorded::AlreadyTerminal);
        let kept = scope.find_task(&task).await.unwrap().unwrap();
        assert_eq!((kept.status, kept.settlement), (end, SettlementState::Free));
        assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    }
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 0);
    world.finish().await;
}

#[tokio::test]
async fn p06_a_senseless_usage_is_quarantined_and_shown() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    let settlement = Settlement::Quarantine {
        reason: "tokens are negative".into(),
        usage: r#"{"completion_tokens":-1}"#.into(),
    };
    let observation = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, at(9)) };
    world.store.record_observation(observation).await.unwrap();
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!(kept.settlement, SettlementState::Quarantined);
    assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    let shown = world.store.list_quarantined(10).await.unwrap();
    assert_eq!(shown.len(), 1);
    assert_eq!((shown[0].task.clone(), shown[0].tenant.as_str()), (task, "acme"));
    assert_eq!(shown[0].reason, "tokens are negative");
    assert_eq!(shown[0].usage, r#"{"completion_tokens":-1}"#);
    assert_eq!(shown[0].quarantined_at, at(9));
    world.finish().await;
}

#[tokio::test]
async fn a_success_without_a_charge_is_not_let_go() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for (id, settlement) in [("cgt-1", Settlement::None), ("cgt-2", Settlement::Free)] {
        let task = world.task(&scope, id, NOW).await;
        let observation = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, at(1)) };
        world.store.record_observation(observation).await.unwrap();
    }
    let reasons = world.store.list_quarantined(10).await.unwrap();
    assert_eq!(reasons.len(), 2);
    assert!(reasons.iter().all(|task| task.reason == "the success came without a charge"));
    world.finish().await;
}

#[tokio::test]
async fn p13_a_charge_that_cannot_be_written_leaves_the_task_as_it_was() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    let before = scope.find_task(&task).await.unwrap();
    let too_many = NewLedgerEntry { tokens: u64::MAX, ..charge() };
    let settlement = Settlement::Charge(too_many);
    let observation = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, at(1)) };
    assert!(world.store.record_observation(observation).await.is_err());
    assert_eq!(scope.find_task(&task).await.unwrap(), before);
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap().live_tasks, 1);
    assert_eq!(world.observe(&task, TaskStatus::Succeeded, at(2)).await, Recorded::Changed);
    world.finish().await;
}

#[tokio::test]
async fn p12_a_buried_task_is_still_settled() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    assert!(scope.bury_task(&task, at(1)).await.unwrap());
    assert_eq!(world.observe(&task, TaskStatus::Succeeded, at(2)).await, Recorded::Changed);
    assert_eq!(scope.find_task(&task).await.unwrap(), None);
    assert!(scope.ledger_entry(&task).await.unwrap().is_some());
    world.finish().await;
}

#[tokio::test]
async fn what_is_not_known_is_not_recorded() {
    let Some(world) = super::start().await else { return };
    let nobodys: TaskId = task_id("cgt-9");
    let recorded = world.observe(&nobodys, TaskStatus::Succeeded, NOW).await;
    assert_eq!(recorded, Recorded::NoSuchTask);
    world.finish().await;
}

#[tokio::test]
async fn old_news_and_unknown_news_only_set_the_next_check() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Running, at(1)).await;
    let running = scope.find_task(&task).await.unwrap().unwrap();
    let back = seen(&task, TaskStatus::Queued, at(2));
    let unknown = Observation { status: None, ..seen(&task, TaskStatus::Failed, at(3)) };
    for news in [back, unknown] {
        let observed_at = news.observed_at;
        let recorded = world.store.record_observation(news).await.unwrap();
        assert_eq!(recorded, Recorded::Unchanged);
        let kept = scope.find_task(&task).await.unwrap().unwrap();
        assert_eq!((kept.status, &kept.body), (TaskStatus::Running, &running.body));
        assert_eq!(kept.refreshed_at, observed_at);
        let due_at = observed_at.plus(Duration::from_secs(1));
        let load = world.store.watch_load(UPSTREAM).await.unwrap();
        assert_eq!(load.first_due_at, Some(due_at));
    }
    world.finish().await;
}
