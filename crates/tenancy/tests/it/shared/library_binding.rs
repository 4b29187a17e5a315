//! Binding: what was created becomes its tenant's once, by the one intent that created it.

use seedance_model::{AssetStatus, MediaKind};
use tenancy::{Adoption, IntentState, LibraryBinding, LibraryIntentId, TenantScope};

use crate::support::{NOW, UPSTREAM, World, at, group_intent, image_intent, library_id};

/// The item and the state of an intent of the library, as the database shows them.
async fn intent(world: &World, id: LibraryIntentId) -> (Option<String>, IntentState) {
    let shown = world
        .text(&format!(
            "SELECT state || ' ' || coalesce(g.group_id, asset_id, '') FROM library_intents
             LEFT JOIN asset_groups g ON g.seq = made_group
             LEFT JOIN assets a ON a.seq = made_asset WHERE intent_id = {id}"
        ))
        .await;
    let (state, item) = shown.split_once(' ').unwrap();
    let item = (!item.is_empty()).then(|| item.to_owned());
    (item, IntentState::parse(state).unwrap())
}

async fn bind(world: &World, id: LibraryIntentId, item: &str) -> LibraryBinding {
    world.store.bind_library_intent(id, &library_id(item), at(5)).await.unwrap()
}

async fn adopt(scope: &TenantScope, item: &str) -> Adoption {
    let (group, id) = (library_id("group-1"), library_id(item));
    scope.adopt_asset(&group, &id, MediaKind::Image, AssetStatus::Active, at(4)).await.unwrap()
}

#[tokio::test]
async fn what_is_bound_takes_its_owner_from_the_intent() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let id = scope.open_library_intent(group_intent(), at(1)).await.unwrap();
    assert_eq!(bind(&world, id, "group-1").await, LibraryBinding::Bound);
    let group = scope.find_group("group-1").await.unwrap().unwrap();
    assert_eq!((group.upstream.as_str(), group.created_at), (UPSTREAM, at(1)));
    let id = scope.open_library_intent(image_intent(&group.id), at(2)).await.unwrap();
    assert_eq!(bind(&world, id, "asset-1").await, LibraryBinding::Bound);
    let asset = scope.find_asset("asset-1").await.unwrap().unwrap();
    assert_eq!((asset.group, asset.kind), (group.id, MediaKind::Image));
    assert_eq!((asset.upstream.as_str(), asset.created_at), (UPSTREAM, at(2)));
    assert_eq!((asset.status, asset.seen_at), (None, None));
    assert_eq!(intent(&world, id).await, (Some("asset-1".into()), IntentState::Bound));
    world.finish().await;
}

#[tokio::test]
async fn binding_twice_or_to_another_intent_changes_nothing() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let group = world.group(&acme, "group-1").await;
    for (intent, prefix) in [(group_intent(), "group"), (image_intent(&group), "asset")] {
        let [a, b, c] = ["a", "b", "c"].map(|end| format!("{prefix}-{end}"));
        let first = acme.open_library_intent(intent.clone(), NOW).await.unwrap();
        let second = acme.open_library_intent(intent, NOW).await.unwrap();
        let foreign = zeta.open_library_intent(group_intent(), NOW).await.unwrap();
        assert_eq!(bind(&world, first, &a).await, LibraryBinding::Bound);
        assert_eq!(bind(&world, first, &a).await, LibraryBinding::AlreadyBound);
        let taken = LibraryBinding::IntentTaken(library_id(&a));
        assert_eq!(bind(&world, first, &b).await, taken);
        assert_eq!(bind(&world, second, &a).await, LibraryBinding::ItemTaken);
        if prefix == "group" {
            assert_eq!(bind(&world, foreign, &a).await, LibraryBinding::ItemTaken);
        }
        assert_eq!(bind(&world, second, &c).await, LibraryBinding::Bound);
        assert_eq!(acme.find_asset(&b).await.unwrap(), None);
    }
    world.finish().await;
}

#[tokio::test]
async fn p08_a_late_answer_is_taken_and_a_refused_intent_creates_nothing() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let [unknown, abandoned, refused] = {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(scope.open_library_intent(group_intent(), NOW).await.unwrap());
        }
        ids.try_into().unwrap()
    };
    store.mark_library_intent_unknown(unknown, at(1)).await.unwrap();
    store.abandon_library_intent(abandoned, "reconciler", at(1)).await.unwrap();
    store.refuse_library_intent(refused, at(1)).await.unwrap();
    for (id, group) in [(unknown, "group-1"), (abandoned, "group-2")] {
        assert_eq!(bind(&world, id, group).await, LibraryBinding::Bound);
        assert_eq!(intent(&world, id).await, (Some(group.into()), IntentState::Adopted));
    }
    assert_eq!(bind(&world, refused, "group-3").await, LibraryBinding::IntentRefused);
    assert_eq!(scope.find_group("group-3").await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn nothing_is_bound_to_an_intent_that_is_not_there() {
    let Some(here) = super::start().await else { return };
    let Some(there) = super::start().await else { return };
    let scope = there.scope("acme").await;
    let id = scope.open_library_intent(group_intent(), NOW).await.unwrap();
    assert_eq!(bind(&here, id, "group-1").await, LibraryBinding::NoSuchIntent);
    here.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_binders_bind_one_asset_once() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    let mut racers = Vec::new();
    for _ in 0..16 {
        let id = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
        let store = world.store.clone();
        let asset = library_id("asset-1");
        racers
            .push(tokio::spawn(async move { store.bind_library_intent(id, &asset, at(1)).await }));
    }
    let mut bound = 0;
    for racer in racers {
        let binding = racer.await.unwrap().unwrap();
        bound += usize::from(binding == LibraryBinding::Bound);
        assert!(matches!(binding, LibraryBinding::Bound | LibraryBinding::ItemTaken));
    }
    assert_eq!(bound, 1);
    world.finish().await;
}

#[tokio::test]
async fn p08_a_sender_knows_better_than_an_adoption_before_its_answer() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let group = world.group(&scope, "group-1").await;
    let lost = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
    store.mark_library_intent_unknown(lost, at(1)).await.unwrap();
    let sent = scope.open_library_intent(image_intent(&group), at(2)).await.unwrap();
    // The tenant lists its assets while the create of `sent` is on its way back.
    assert_eq!(adopt(&scope, "asset-1").await, Adoption::Adopted);
    assert_eq!(intent(&world, lost).await, (Some("asset-1".into()), IntentState::Adopted));
    assert_eq!(bind(&world, sent, "asset-1").await, LibraryBinding::Bound);
    assert_eq!(intent(&world, sent).await, (Some("asset-1".into()), IntentState::Bound));
    assert_eq!(intent(&world, lost).await, (None, IntentState::Unknown));
    // The asset of the lost intent turns up later.
    assert_eq!(adopt(&scope, "asset-2").await, Adoption::Adopted);
    assert_eq!(intent(&world, lost).await, (Some("asset-2".into()), IntentState::Adopted));
    world.finish().await;
}

#[tokio::test]
async fn only_a_sender_of_the_same_kind_and_group_claims_an_adopted_asset() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let group = world.group(&acme, "group-1").await;
    let other = world.group(&acme, "group-2").await;
    let foreign = world.group(&zeta, "group-3").await;
    assert_eq!(adopt(&acme, "asset-1").await, Adoption::Adopted);
    let unknown = acme.open_library_intent(image_intent(&group), NOW).await.unwrap();
    world.store.mark_library_intent_unknown(unknown, NOW).await.unwrap();
    let elsewhere = acme.open_library_intent(image_intent(&other), NOW).await.unwrap();
    let theirs = zeta.open_library_intent(image_intent(&foreign), NOW).await.unwrap();
    for id in [unknown, elsewhere, theirs] {
        assert_eq!(bind(&world, id, "asset-1").await, LibraryBinding::ItemTaken);
    }
    assert!(acme.find_asset("asset-1").await.unwrap().is_some());
    assert_eq!(zeta.find_asset("asset-1").await.unwrap(), None);
    world.finish().await;
}
