//! One server per file.

use tenancy::Store;

use crate::support::World;

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
