//! A gateway that was held up between writing down a create and sending it.

use std::time::Duration;

use ark_sim::{Quotas, SimSettings, Verb};
use rusqlite::Connection;
use tokio::time::interval;

use crate::support::{GOOD, World};

/// Until a create has surely come to the store: it needs a few milliseconds.
const ATTEMPTS: u32 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_create_that_was_held_up_is_refused_and_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("gateway.db");
    let settings = SimSettings { quotas: Quotas::OFF, ..SimSettings::default() };
    let world = World::in_folder(folder, settings, "").await;
    let acme = world.tenant("acme").await;
    let blocker = Connection::open(database).unwrap();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let creating = tokio::spawn(acme.create(GOOD));
    // Time passes by hand, before the create and while it waits for the store.
    let mut ticks = interval(Duration::from_millis(10));
    for _ in 0..ATTEMPTS {
        ticks.tick().await;
        world.clock.advance(Duration::from_secs(10));
    }
    blocker.execute_batch("COMMIT").unwrap();
    creating.await.unwrap().is(503, "service_unavailable");
    assert_eq!(world.sim.count(Verb::Create), 0);
    assert!(world.store.open_intents("default", None, 10).await.unwrap().is_empty());
    acme.creates(GOOD).await;
}
