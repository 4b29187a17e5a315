//! The order of the ledger's numbers is the order in which its entries can be seen.

use seedance_model::TaskStatus;
use tenancy::NewCorrection;

use crate::cluster::connect_as_platform;
use crate::support::{NOW, World, at, task_id};

/// An entry that another process adds and has not committed yet.
const BEGIN: &str = "
    BEGIN;
    INSERT INTO ledger SELECT 0, task_id, 1, tenant_id, upstream, model, sku, resolution,
        has_video, 0, 0, 0, 0, 0, 0, tariff, task_created_at, settled_at
    FROM ledger WHERE task_id = 'cgt-1'";

#[tokio::test]
async fn p07_an_entry_never_appears_before_one_that_is_there() {
    let Some(world) = World::start_on_postgres().await else { return };
    // Of two tenants, so that nothing else is in the way.
    for (name, id) in [("acme", "cgt-1"), ("zeta", "cgt-2")] {
        let task = world.task(&world.scope(name).await, id, NOW).await;
        world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    }
    let (outsider, observer) =
        (connect_as_platform(&world.url()).await, connect_as_platform(&world.url()).await);
    outsider.batch_execute(BEGIN).await.unwrap();
    let correction = NewCorrection {
        task: task_id("cgt-2"),
        number: 1,
        tokens: 0,
        charge_cny_micros: 0,
        charge_usd_micros: 0,
        reason: "late".into(),
    };
    let store = world.store.clone();
    let later =
        tokio::spawn(async move { store.add_correction(correction, "ops", at(2)).await.unwrap() });
    // It waits for the one in front, which has the smaller number.
    let waiting = "SELECT count(*) FROM pg_locks
                   WHERE locktype = 'advisory' AND classid = 28776 AND NOT granted";
    while observer.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(!later.is_finished(), "it did not wait");
    }
    assert_eq!(world.store.newest_ledger_entries(9).await.unwrap().len(), 2);
    outsider.batch_execute("COMMIT").await.unwrap();
    let later = later.await.unwrap().unwrap();
    let newest = world.store.newest_ledger_entries(2).await.unwrap();
    assert_eq!(newest[0], later);
    assert_eq!(newest[1].task_id, task_id("cgt-1"));
    world.finish().await;
}
