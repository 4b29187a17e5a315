//! Corrections: rows of their own beside the charge, and the sums with them.

use seedance_model::TaskStatus;
use tenancy::{LedgerFilter, LedgerKind, LedgerTotals, NewCorrection};

use crate::support::{NOW, at, charge, task_id};

/// The first correction of a task.
fn correction(task: &str, usd: i64) -> NewCorrection {
    NewCorrection {
        task: task_id(task),
        number: 1,
        tokens: usd / 10,
        charge_cny_micros: usd * 7,
        charge_usd_micros: usd,
        reason: "the upstream's invoice says less".into(),
    }
}

#[tokio::test]
async fn p07_a_correction_stands_beside_its_charge() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for id in ["cgt-1", "cgt-2"] {
        let task = world.task(&scope, id, NOW).await;
        world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    }
    let paid = scope.ledger_entry(&task_id("cgt-1")).await.unwrap().unwrap();
    for (number, second, usd) in [(1, 5, -700_000), (2, 6, 30)] {
        let correction = NewCorrection { number, ..correction("cgt-1", usd) };
        let added = world.store.add_correction(correction, "finance", at(second)).await;
        let added = added.unwrap().unwrap();
        assert_eq!(added.kind, LedgerKind::Correction);
        assert_eq!((added.tokens, added.charge_usd_micros), (usd / 10, usd));
        assert_eq!((added.charge_cny_micros, added.settled_at), (usd * 7, at(second)));
        let terms = (added.sku, added.tariff, added.tenant, added.task_created_at);
        let of_charge = paid.clone();
        let charged =
            (of_charge.sku, of_charge.tariff, of_charge.tenant, of_charge.task_created_at);
        assert_eq!(terms, charged);
        assert_eq!(added.rate_usd_micros_per_million, paid.rate_usd_micros_per_million);
    }
    assert_eq!(scope.ledger_entry(&task_id("cgt-1")).await.unwrap(), Some(paid));
    let page = world.store.ledger_page(&LedgerFilter::default(), None, 10).await.unwrap();
    let rows: Vec<_> = page.iter().map(|entry| (entry.task_id.as_str(), entry.kind)).collect();
    let (paid, corrected) = (LedgerKind::Charge, LedgerKind::Correction);
    let expected = [("cgt-1", paid), ("cgt-2", paid), ("cgt-1", corrected), ("cgt-1", corrected)];
    assert_eq!(rows, expected);
    world.finish().await;
}

#[tokio::test]
async fn p07_of_two_corrections_that_saw_the_same_charge_one_is_added() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    let correct = |usd| world.store.add_correction(correction("cgt-1", usd), "finance", NOW);
    let (one, other) = tokio::join!(correct(-10), correct(-20));
    let refused = if one.is_ok() { other } else { one }.unwrap_err();
    assert!(refused.is_overtaken(), "{refused:?}");
    assert!(correct(-30).await.unwrap_err().is_overtaken());
    let ahead = NewCorrection { number: 3, ..correction("cgt-1", -30) };
    let ahead = world.store.add_correction(ahead, "finance", NOW).await;
    assert!(ahead.unwrap_err().is_overtaken());
    assert_eq!(world.store.ledger_of_task(&task).await.unwrap().len(), 2);
    assert_eq!(world.store.audit_page(None, 10).await.unwrap().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn the_sums_may_fall_below_zero() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    world.store.add_correction(correction("cgt-1", -2_000_000), "finance", NOW).await.unwrap();
    let expected = LedgerTotals {
        entries: 2,
        tokens: 108_900 - 200_000,
        charge_cny_micros: charge().charge_cny_micros - 14_000_000,
        charge_usd_micros: charge().charge_usd_micros - 2_000_000,
    };
    assert_eq!(world.store.ledger_totals().await.unwrap(), expected);
    world.finish().await;
}

#[tokio::test]
async fn what_was_not_charged_is_not_corrected() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    world.task(&scope, "cgt-1", NOW).await;
    let failed = world.task(&scope, "cgt-2", NOW).await;
    world.observe(&failed, TaskStatus::Failed, at(1)).await;
    world.quarantined(&scope, "cgt-3").await;
    for task in ["cgt-1", "cgt-2", "cgt-3", "cgt-4"] {
        let added = world.store.add_correction(correction(task, 1), "finance", NOW).await;
        assert_eq!(added.unwrap(), None);
    }
    assert_eq!(world.store.ledger_totals().await.unwrap(), LedgerTotals::default());
    assert!(world.store.audit_page(None, 10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn a_correction_that_the_sums_cannot_hold_leaves_nothing() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    let before = world.store.ledger_totals().await.unwrap();
    let tokens = i64::MAX;
    let huge = NewCorrection { tokens, ..correction("cgt-1", 1) };
    assert!(world.store.add_correction(huge, "finance", NOW).await.is_err());
    assert_eq!(world.store.ledger_totals().await.unwrap(), before);
    assert!(world.store.audit_page(None, 10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p07_the_audit_notices_a_correction_of_nothing() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    world.store.add_correction(correction("cgt-1", 1), "finance", NOW).await.unwrap();
    world.task(&scope, "cgt-2", NOW).await;
    world.open_the_ledger().await;
    world.sql("UPDATE ledger SET task_id = 'cgt-2' WHERE correction = 1").await.unwrap();
    let audit = world.store.audit().await.unwrap();
    assert_eq!(audit.unfounded, [task_id("cgt-2")]);
    assert!(audit.unsettled.is_empty() && audit.sums_agree);
}
