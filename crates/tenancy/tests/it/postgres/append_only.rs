//! What was written for good cannot be changed, not even by the owner of the tables.

use seedance_model::TaskStatus;

use crate::support::{NOW, World, at};

/// A database with one settled task in it.
async fn settled() -> Option<World> {
    let world = World::start_on_postgres().await?;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    Some(world)
}

/// What the database says to a change.
async fn refusal(world: &World, change: &str) -> String {
    world.sql(change).await.unwrap_err()
}

#[tokio::test]
async fn p07_the_ledger_takes_no_change() {
    let Some(world) = settled().await else { return };
    for change in [
        "UPDATE ledger SET tokens = 1",
        "UPDATE ledger SET settled_at = settled_at",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "TRUNCATE tasks CASCADE",
    ] {
        let refusal = refusal(&world, change).await;
        let told = ["the ledger is append-only", "a task is never deleted"];
        assert!(told.iter().any(|told| refusal.contains(told)), "{change}: {refusal}");
    }
    let again = "INSERT INTO ledger SELECT * FROM ledger";
    assert!(refusal(&world, again).await.contains("ledger_task_id_correction_key"));
    let replaced = "INSERT INTO ledger SELECT * FROM ledger
                    ON CONFLICT (task_id, correction) DO UPDATE SET tokens = 1";
    assert!(refusal(&world, replaced).await.contains("the ledger is append-only"));
    assert_eq!(world.store.ledger_totals().await.unwrap().tokens, 108_900);
    world.finish().await;
}

#[tokio::test]
async fn tasks_tariffs_library_and_audit_log_keep_their_rows() {
    let Some(world) = settled().await else { return };
    let scope = world.scope("zeta").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    world.store.record_audit("ops", "look", "asset-1", "", NOW).await.unwrap();
    for (change, answer) in [
        ("DELETE FROM tasks", "a task is never deleted"),
        ("DELETE FROM tariffs", "a recorded tariff is never deleted"),
        ("UPDATE tariffs SET document = ''", "a recorded tariff is never changed"),
        ("DELETE FROM asset_groups", "a group is never deleted"),
        ("DELETE FROM assets", "an asset is never deleted"),
        ("DELETE FROM library_intents", "an intent of the library is never deleted"),
        ("DELETE FROM audit_log", "the audit log is append-only"),
        ("UPDATE audit_log SET actor = ''", "the audit log is append-only"),
        ("TRUNCATE audit_log", "the audit log is append-only"),
    ] {
        let refusal = refusal(&world, change).await;
        assert!(refusal.contains(answer), "{change}: {refusal}");
    }
    world.finish().await;
}

#[tokio::test]
async fn p07_a_task_is_settled_once() {
    let Some(world) = settled().await else { return };
    world.task(&world.scope("zeta").await, "cgt-2", NOW).await;
    for change in [
        "UPDATE tasks SET settlement = 'free' WHERE task_id = 'cgt-1'",
        "UPDATE tasks SET settlement = 'quarantined' WHERE task_id = 'cgt-1'",
        "UPDATE tasks SET settlement = 'open', live = true, status = 'running'
         WHERE task_id = 'cgt-1'",
        "UPDATE tasks SET status = 'succeeded', settlement = 'free', live = false
         WHERE task_id = 'cgt-2'",
    ] {
        assert!(refusal(&world, change).await.contains("a task is settled once"), "{change}");
    }
    world.finish().await;
}

#[tokio::test]
async fn p14_an_asset_cannot_be_in_a_foreign_group() {
    let Some(world) = settled().await else { return };
    let scope = world.scope("zeta").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    for change in [
        "UPDATE assets SET tenant_id = 1",
        "UPDATE assets SET upstream = 'other'",
        "UPDATE asset_groups SET tenant_id = 1",
        "UPDATE library_intents SET tenant_id = 1 WHERE kind = 'Image'",
    ] {
        let refusal = refusal(&world, change).await;
        assert!(refusal.contains("violates foreign key constraint"), "{change}: {refusal}");
    }
    world.finish().await;
}

#[tokio::test]
async fn the_schema_refuses_states_that_cannot_be() {
    let Some(world) = settled().await else { return };
    for change in [
        "UPDATE tasks SET status = 'running'",
        "UPDATE tasks SET status = 'failed'",
        "UPDATE tasks SET live = true",
        "UPDATE tasks SET status = 'unheard-of'",
        "UPDATE intents SET state = 'sent'",
        "UPDATE tasks SET buried_at = 1",
    ] {
        let refusal = refusal(&world, change).await;
        assert!(refusal.contains("violates check constraint"), "{change}: {refusal}");
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
        let Some(world) = settled().await else { return };
        assert!(world.store.audit().await.unwrap().is_clean());
        world.open_the_ledger().await;
        world.sql(damage).await.unwrap();
        let audit = world.store.audit().await.unwrap();
        assert!(!audit.is_clean());
        assert_eq!(audit.unsettled.len(), usize::from(noticed == "unsettled"));
        assert_eq!(audit.unfounded.len(), usize::from(noticed == "unfounded"));
        assert_eq!(audit.sums_agree, !matches!(noticed, "sums" | "unsettled"));
        assert_eq!(audit.counts_agree, noticed != "counts");
    }
}
