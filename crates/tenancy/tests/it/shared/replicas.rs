//! What servers share: leases, and turns to call an upstream account.

use std::collections::BTreeSet;
use std::time::Duration;

use tenancy::{Store, UnixMillis};

use crate::support::at;

const SPACING: Duration = Duration::from_secs(1);

async fn leads(store: &Store, holder: &str, now: u64, until: u64) -> bool {
    store.lease("reconciler", holder, at(now), at(until)).await.unwrap()
}

async fn call(store: &Store, lane: &str, now: u64, latest: u64) -> Option<UnixMillis> {
    store.reserve_call(lane, SPACING, at(now), at(latest)).await.unwrap()
}

#[tokio::test]
async fn p59_a_lease_is_renewed_by_its_holder_and_taken_over_once_it_is_over() {
    let Some(world) = super::start().await else { return };
    let store = &world.store;
    assert!(leads(store, "one", 0, 10).await);
    assert!(!leads(store, "two", 1, 11).await);
    assert!(leads(store, "one", 5, 15).await);
    assert!(!leads(store, "two", 14, 24).await);
    assert!(leads(store, "two", 15, 25).await);
    assert!(!leads(store, "one", 16, 26).await);
    assert!(!store.release_lease("reconciler", "one").await.unwrap());
    assert!(store.release_lease("reconciler", "two").await.unwrap());
    assert!(leads(store, "one", 17, 27).await);
    assert!(store.lease("verification", "two", at(17), at(27)).await.unwrap());
    world.finish().await;
}

#[tokio::test]
async fn p60_a_lease_or_lane_of_a_clock_that_was_set_back_is_over() {
    let Some(world) = super::start().await else { return };
    let (store, day) = (&world.store, 86_400);
    assert!(leads(store, "one", day, day + 10).await);
    assert!(leads(store, "two", 0, 10).await);
    assert_eq!(call(store, "list", day, day).await, Some(at(day)));
    assert_eq!(call(store, "list", 0, 0).await, Some(at(0)));
    assert_eq!(call(store, "list", 0, 0).await, None);
    world.finish().await;
}

#[tokio::test]
async fn calls_of_a_lane_are_spaced_and_lanes_do_not_wait_for_each_other() {
    let Some(world) = super::start().await else { return };
    let store = &world.store;
    assert_eq!(call(store, "list", 5, 4).await, None);
    for second in 0..3 {
        assert_eq!(call(store, "list", 0, 2).await, Some(at(second)));
    }
    assert_eq!(call(store, "list", 0, 2).await, None);
    assert_eq!(call(store, "get", 0, 2).await, Some(at(0)));
    // What was not used is not saved up.
    assert_eq!(call(store, "list", 60, 60).await, Some(at(60)));
    assert_eq!(call(store, "list", 60, 60).await, None);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_callers_get_slots_of_their_own() {
    let Some(world) = super::start().await else { return };
    let racers: Vec<_> = (0..40)
        .map(|_| {
            let store = world.store.clone();
            tokio::spawn(async move { call(&store, "list", 0, 29).await })
        })
        .collect();
    let mut slots = BTreeSet::new();
    let mut too_late = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Some(slot) => assert!(slots.insert(slot)),
            None => too_late += 1,
        }
    }
    assert_eq!((slots.len(), too_late), (30, 10));
    assert_eq!(slots, (0..30).map(at).collect());
    world.finish().await;
}
