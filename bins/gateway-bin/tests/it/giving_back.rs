//! What a stopped gateway had claimed is anybody's at once, not only when the claim ends.

use std::time::Duration;

use ark_sim::{Fault, ListOddity, Pace, PlannedFault, Quotas, SimSettings, Verb};
use tenancy::Claim;

use crate::support::{GOOD, World, eventually};

async fn held() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "").await
}

/// Waits until the watcher's call is under way that is never answered, and every live task is
/// claimed: not due for a while yet.
async fn under_way(world: &World, call: &PlannedFault) {
    eventually(async || {
        world.clock.advance(Duration::from_millis(100));
        let load = world.store.watch_load("default").await.unwrap();
        let due = load.first_due_at.map_or(0, |at| at.0);
        (call.uses() > 0 && due > world.clock.now().0 + 10_000).then_some(())
    })
    .await;
}

/// Stops the gateway, and claims what there is to look at in the same millisecond.
async fn claimed_after_a_stop(world: World) -> Vec<String> {
    let World { sim, server, clock, store, .. } = world;
    server.stop().await.unwrap();
    let (upstream, now) = ("default".to_owned(), clock.now());
    let claim = Claim { upstream, asked: Vec::new(), after: None, limit: 10, until: now };
    let claimed = store.claim_tasks(claim, now).await.unwrap();
    store.close().await.unwrap();
    sim.shutdown().await;
    claimed.iter().map(|task| task.id.as_str().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn p61_a_stop_that_cuts_a_list_gives_its_tasks_back() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let list = world.sim.faults().next(Verb::List, Fault::NeverAnswer);
    let id = acme.creates(GOOD).await;
    under_way(&world, &list).await;
    assert_eq!(claimed_after_a_stop(world).await, [id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p61_a_stop_gives_the_stragglers_back_those_that_wait_too() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    let get = world.sim.faults().always(Verb::Get, Fault::NeverAnswer);
    world.sim.faults().always(Verb::List, Fault::OddList(ListOddity::Hidden));
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(acme.creates(GOOD).await);
    }
    under_way(&world, &get).await;
    let mut claimed = claimed_after_a_stop(world).await;
    claimed.sort();
    ids.sort();
    assert_eq!(claimed, ids);
}
