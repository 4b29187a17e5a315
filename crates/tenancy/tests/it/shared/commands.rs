//! Any number of commands beside a server.

use tenancy::Store;

use crate::support::{NOW, TARIFF};

#[tokio::test]
async fn commands_work_while_a_server_runs() {
    let Some(world) = super::start().await else { return };
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
