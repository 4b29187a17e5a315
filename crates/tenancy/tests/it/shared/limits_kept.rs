//! The counters behind the limits: kept by the database itself, and held against the rows.

use seedance_model::TaskStatus;

use crate::support::{NOW, at, intent, opened};

#[tokio::test]
async fn p07_the_audit_notices_counters_that_are_wrong() {
    for (damage, is_money) in [
        ("UPDATE live_counts SET live_tasks = live_tasks + 1", false),
        ("UPDATE live_counts SET live_tasks = 0", false),
        ("UPDATE spending SET reserved_usd_micros = reserved_usd_micros + 1", true),
        ("UPDATE spending SET charged_usd_micros = 0", true),
        ("UPDATE spending SET month = month + 1", true),
        ("DELETE FROM spending", true),
        ("INSERT INTO spending SELECT tenant_id, 190001, 0, -1 FROM tenants", true),
    ] {
        let Some(world) = super::start().await else { return };
        let scope = world.scope("acme").await;
        let task = world.task(&scope, "cgt-1", NOW).await;
        world.observe(&task, TaskStatus::Succeeded, at(1)).await;
        world.task(&scope, "cgt-2", NOW).await;
        assert!(world.store.audit().await.unwrap().is_clean());
        world.sql(damage).await.unwrap();
        let audit = world.store.audit().await.unwrap();
        assert_eq!((audit.counts_agree, audit.spending_agrees), (is_money, !is_money), "{damage}");
        assert!(!audit.is_clean());
    }
}

#[tokio::test]
async fn what_was_reserved_stays_as_it_was() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let id = opened(scope.open_intent(intent(), NOW).await.unwrap());
    world.store.refuse_intent(id, NOW).await.unwrap();
    for (change, answer) in [
        (
            "UPDATE intents SET reserved_usd_micros = 0",
            "the reservation of an intent is never changed",
        ),
        ("UPDATE intents SET opened_at = 0", "the reservation of an intent is never changed"),
        ("UPDATE intents SET state = 'sent'", "a closed intent is not opened again"),
        ("UPDATE intents SET state = 'unknown'", "a closed intent is not opened again"),
    ] {
        let refusal = world.sql(change).await.unwrap_err();
        assert!(refusal.contains(answer), "{change}: {refusal}");
    }
    world.finish().await;
}
