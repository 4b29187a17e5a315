//! What was written for good cannot be changed, not even with SQLite's own tools.

use rusqlite::Connection;
use seedance_model::TaskStatus;

use crate::support::{NOW, World, at};

/// A database with one settled task in it.
async fn settled() -> (World, Connection) {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    let outsider = world.outsider();
    (world, outsider)
}

#[tokio::test]
async fn p07_the_ledger_takes_no_change() {
    let (world, outsider) = settled().await;
    for change in [
        "UPDATE ledger SET tokens = 1",
        "UPDATE ledger SET settled_at = settled_at",
        "DELETE FROM ledger",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger",
        "REPLACE INTO ledger SELECT 77, task_id, correction, tenant_id, upstream, model, sku,
             resolution, has_video, tokens, 0, 0, 0, 0, 0, tariff, 0, 0 FROM ledger",
        "INSERT INTO ledger SELECT NULL, task_id, correction, tenant_id, upstream, model, sku,
             resolution, has_video, tokens, 0, 0, 0, 0, 0, tariff, 0, 0 FROM ledger",
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert_eq!(refusal, "the ledger is append-only", "{change}");
    }
    assert_eq!(world.store.ledger_totals().await.unwrap().tokens, 108_900);
    world.finish().await;
}

#[tokio::test]
async fn tasks_and_tariffs_are_not_deleted() {
    let (world, outsider) = settled().await;
    outsider.pragma_update(None, "foreign_keys", false).unwrap();
    for (change, answer) in [
        ("DELETE FROM tasks", "a task is never deleted"),
        ("DELETE FROM tariffs", "a recorded tariff is never deleted"),
        ("UPDATE tariffs SET document = ''", "a recorded tariff is never changed"),
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert_eq!(refusal, answer);
    }
    world.finish().await;
}

#[tokio::test]
async fn p07_a_task_is_settled_once() {
    let (world, outsider) = settled().await;
    for change in [
        "UPDATE tasks SET settlement = 'free'",
        "UPDATE tasks SET settlement = 'quarantined'",
        "UPDATE tasks SET settlement = 'open', live = 1, status = 'running'",
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert_eq!(refusal, "a task is settled once", "{change}");
    }
    world.task(&world.scope("zeta").await, "cgt-2", NOW).await;
    let unpaid = "UPDATE tasks SET status = 'succeeded', settlement = 'free', live = 0
                  WHERE task_id = 'cgt-2'";
    let refusal = outsider.execute(unpaid, []).unwrap_err().to_string();
    assert_eq!(refusal, "a task is settled once");
    world.finish().await;
}

#[tokio::test]
async fn p14_the_library_and_the_audit_log_keep_their_rows() {
    let (world, outsider) = settled().await;
    let scope = world.scope("zeta").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    world.store.record_audit("ops", "look", "asset-1", "", NOW).await.unwrap();
    outsider.pragma_update(None, "foreign_keys", false).unwrap();
    for (change, answer) in [
        ("DELETE FROM asset_groups", "a group is never deleted"),
        ("DELETE FROM assets", "an asset is never deleted"),
        ("DELETE FROM library_intents", "an intent of the library is never deleted"),
        ("DELETE FROM audit_log", "the audit log is append-only"),
        ("UPDATE audit_log SET actor = ''", "the audit log is append-only"),
        ("REPLACE INTO audit_log SELECT * FROM audit_log", "the audit log is append-only"),
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert_eq!(refusal, answer, "{change}");
    }
    world.finish().await;
}

#[tokio::test]
async fn p14_an_asset_cannot_be_in_a_foreign_group() {
    let (world, outsider) = settled().await;
    let scope = world.scope("zeta").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    outsider.pragma_update(None, "foreign_keys", true).unwrap();
    for change in [
        "UPDATE assets SET tenant_id = 1",
        "UPDATE assets SET upstream = 'other'",
        "UPDATE asset_groups SET tenant_id = 1",
        "UPDATE library_intents SET tenant_id = 1 WHERE kind = 'Image'",
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert_eq!(refusal, "FOREIGN KEY constraint failed", "{change}");
    }
    world.finish().await;
}

#[tokio::test]
async fn the_schema_refuses_states_that_cannot_be() {
    let (world, outsider) = settled().await;
    for change in [
        "UPDATE tasks SET status = 'running'",
        "UPDATE tasks SET status = 'failed'",
        "UPDATE tasks SET live = 1",
        "UPDATE tasks SET status = 'unheard-of'",
        "UPDATE intents SET state = 'sent'",
        "UPDATE tasks SET buried_at = 1",
    ] {
        let refusal = outsider.execute(change, []).unwrap_err().to_string();
        assert!(refusal.starts_with("CHECK constraint failed"), "{change}: {refusal}");
    }
    world.finish().await;
}

#[tokio::test]
async fn p07_the_audit_notices_what_does_not_add_up() {
    for (damage, noticed) in [
        ("DELETE FROM ledger", "unsettled"),
        ("UPDATE ledger SET model = 'x'", "unfounded"),
        ("UPDATE ledger SET tokens = 1", "sums"),
        ("UPDATE listed_counts SET tasks = 7 WHERE status = 'succeeded'", "counts"),
    ] {
        let (world, outsider) = settled().await;
        assert!(world.store.audit().await.unwrap().is_clean());
        for trigger in ["ledger_is_not_changed", "ledger_is_not_deleted"] {
            outsider.execute(&format!("DROP TRIGGER {trigger}"), []).unwrap();
        }
        outsider.execute(damage, []).unwrap();
        let audit = world.store.audit().await.unwrap();
        assert!(!audit.is_clean());
        assert_eq!(audit.damage, None);
        assert_eq!(audit.unsettled.len(), usize::from(noticed == "unsettled"));
        assert_eq!(audit.unfounded.len(), usize::from(noticed == "unfounded"));
        assert_eq!(audit.sums_agree, !matches!(noticed, "sums" | "unsettled"));
        assert_eq!(audit.counts_agree, noticed != "counts");
    }
}
