//! Any number of servers on one database, and none while its tables change.

use tenancy::Store;

use crate::cluster::{connect_as_platform, migrated_database};

/// How many servers say that they serve.
const SERVERS: &str = "
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 28776 AND objid = 1 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[tokio::test]
async fn p59_any_number_of_servers_share_a_database() {
    let Some(url) = migrated_database().await else { return };
    let observer = connect_as_platform(&url).await;
    let stores = [Store::open(&url).await.unwrap(), Store::open(&url).await.unwrap()];
    let locks =
        [stores[0].lock_for_serving().await.unwrap(), stores[1].lock_for_serving().await.unwrap()];
    assert_eq!(observer.query_one(SERVERS, &[]).await.unwrap().get::<_, i64>(0), 2);
    drop(locks);
    while observer.query_one(SERVERS, &[]).await.unwrap().get::<_, i64>(0) > 0 {}
}

#[tokio::test]
async fn p58_an_older_database_is_not_migrated_under_a_running_server() {
    let Some(url) = migrated_database().await else { return };
    let store = Store::open(&url).await.unwrap();
    let lock = store.lock_for_serving().await.unwrap();
    let outsider = connect_as_platform(&url).await;
    let older = "DELETE FROM refinery_schema_history WHERE version = 8";
    outsider.batch_execute(older).await.unwrap();
    let refusal = Store::open(&url).await.unwrap_err();
    assert!(refusal.is_locked(), "{refusal:?}");
    drop(lock);
    while observer_sees_a_server(&outsider).await {}
    // Now the last migration is tried, and finds its own tables there.
    assert!(!Store::open(&url).await.unwrap_err().is_locked());
    store.close().await.unwrap();
}

async fn observer_sees_a_server(observer: &tokio_postgres::Client) -> bool {
    observer.query_one(SERVERS, &[]).await.unwrap().get::<_, i64>(0) > 0
}

#[tokio::test]
async fn p59_the_lock_is_taken_again_after_its_connection_broke() {
    let Some(url) = migrated_database().await else { return };
    let store = Store::open(&url).await.unwrap();
    let _lock = store.lock_for_serving().await.unwrap();
    let observer = connect_as_platform(&url).await;
    let broken = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert!(observer.query_one(broken, &[]).await.unwrap().get::<_, i64>(0) > 0);
    while observer_sees_a_server(&observer).await {}
    while !observer_sees_a_server(&observer).await {}
    store.close().await.unwrap();
}
