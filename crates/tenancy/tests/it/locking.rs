//! One server per database, any number of commands beside it.

use tenancy::Store;

use crate::support::{NOW, TARIFF, World};

#[tokio::test]
async fn p54_a_second_server_on_the_file_is_refused() {
    let world = World::start().await;
    let lock = world.store.lock_for_serving().await.unwrap();
    let second = Store::open(&world.url()).await.unwrap();
    for refused in [&second, &world.store] {
        let refusal = refused.lock_for_serving().await.unwrap_err();
        assert!(refusal.is_locked());
        assert_eq!(refusal.to_string(), "cannot lock the store for serving");
        let reason = std::error::Error::source(&refusal).unwrap().to_string();
        assert!(reason.contains("store.db.lock") && reason.contains("stop it first"), "{reason}");
    }
    drop(lock);
    second.lock_for_serving().await.unwrap();
    second.close().await.unwrap();
    world.finish().await;
}

#[tokio::test]
async fn commands_work_while_a_server_runs() {
    let world = World::start().await;
    let _lock = world.store.lock_for_serving().await.unwrap();
    let command = Store::open(&world.url()).await.unwrap();
    let document = command.tariff_document(TARIFF).await.unwrap();
    assert_eq!(document.as_deref(), Some("{}"));
    command.record_tariff("from a command", "{}", NOW).await.unwrap();
    command.close().await.unwrap();
    let seen = world.store.tariff_document("from a command").await.unwrap();
    assert_eq!(seen.as_deref(), Some("{}"));
    // Closing the command's store did not close the server's.
    world.tenant("acme").await;
    world.finish().await;
}
