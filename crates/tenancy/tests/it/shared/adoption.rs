//! Adoption: an asset that turns up in a tenant's group is the tenant's, and nobody else's.

use seedance_model::{AssetStatus, MediaKind};
use tenancy::{Adoption, IntentState, NewLibraryIntent, NewLibraryItem, TenantScope};

use crate::support::{NOW, UPSTREAM, at, image_intent, library_id};

async fn adopt(scope: &TenantScope, group: &str, id: &str, kind: MediaKind) -> Adoption {
    let (group, id) = (library_id(group), library_id(id));
    scope.adopt_asset(&group, &id, kind, AssetStatus::Active, at(9)).await.unwrap()
}

#[tokio::test]
async fn p08_an_asset_of_an_unknown_create_is_found_in_its_group() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let group = world.group(&scope, "group-1").await;
    let [sent, first, second] = {
        let mut ids = Vec::new();
        for second in 0..3 {
            ids.push(scope.open_library_intent(image_intent(&group), at(second)).await.unwrap());
        }
        ids.try_into().unwrap()
    };
    let creates = NewLibraryItem::Asset { group, kind: MediaKind::Video, name: None };
    let video = NewLibraryIntent { upstream: UPSTREAM.into(), creates };
    let video = scope.open_library_intent(video, NOW).await.unwrap();
    for id in [first, second, video] {
        store.mark_library_intent_unknown(id, at(5)).await.unwrap();
    }
    // The oldest unknown one of the same group and kind is closed; the sent one is not touched.
    for (asset, left) in [
        ("asset-1", vec![sent, second, video]),
        ("asset-2", vec![sent, video]),
        ("asset-3", vec![sent, video]),
    ] {
        assert_eq!(adopt(&scope, "group-1", asset, MediaKind::Image).await, Adoption::Adopted);
        let open = store.open_library_intents(UPSTREAM, None, 10).await.unwrap();
        assert_eq!(open.iter().map(|intent| intent.id).collect::<Vec<_>>(), left);
        assert_eq!(open[0].state, IntentState::Sent);
        let found = scope.find_asset(asset).await.unwrap().unwrap();
        assert_eq!((found.group.as_str(), found.kind), ("group-1", MediaKind::Image));
        assert_eq!((found.upstream.as_str(), found.status), (UPSTREAM, Some(AssetStatus::Active)));
        assert_eq!((found.created_at, found.seen_at), (at(9), Some(at(9))));
    }
    world.finish().await;
}

#[tokio::test]
async fn what_is_known_is_not_adopted_again() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    let before = scope.find_asset("asset-1").await.unwrap();
    let unknown = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
    world.store.mark_library_intent_unknown(unknown, NOW).await.unwrap();
    for kind in MediaKind::ALL {
        assert_eq!(adopt(&scope, "group-1", "asset-1", kind).await, Adoption::Known);
    }
    assert_eq!(scope.find_asset("asset-1").await.unwrap(), before);
    assert_eq!(world.store.open_library_intents(UPSTREAM, None, 10).await.unwrap().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn p14_nothing_foreign_is_adopted() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let group = world.group(&acme, "group-1").await;
    world.group(&zeta, "group-2").await;
    world.group(&acme, "group-3").await;
    world.asset(&acme, &group, "asset-1").await;
    let lost = acme.open_library_intent(image_intent(&group), NOW).await.unwrap();
    world.store.mark_library_intent_unknown(lost, NOW).await.unwrap();
    let before = acme.find_asset("asset-1").await.unwrap();
    for (scope, group, asset) in [
        (&zeta, "group-2", "asset-1"), // Another tenant's asset.
        (&zeta, "group-1", "asset-2"), // Another tenant's group.
        (&zeta, "group-9", "asset-2"), // Nobody's group.
        (&acme, "group-3", "asset-1"), // The tenant's, and in another group.
    ] {
        assert_eq!(adopt(scope, group, asset, MediaKind::Image).await, Adoption::Refused);
    }
    assert_eq!(acme.find_asset("asset-1").await.unwrap(), before);
    for scope in [&acme, &zeta] {
        assert_eq!(scope.find_asset("asset-2").await.unwrap(), None);
    }
    assert_eq!(zeta.find_asset("asset-1").await.unwrap(), None);
    assert_eq!(world.store.open_library_intents(UPSTREAM, None, 10).await.unwrap().len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn racing_listings_adopt_an_asset_once() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    for _ in 0..3 {
        let id = scope.open_library_intent(image_intent(&group), NOW).await.unwrap();
        world.store.mark_library_intent_unknown(id, NOW).await.unwrap();
    }
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let scope = scope.clone();
            tokio::spawn(async move { adopt(&scope, "group-1", "asset-1", MediaKind::Image).await })
        })
        .collect();
    let mut adopted = 0;
    for racer in racers {
        adopted += usize::from(racer.await.unwrap() == Adoption::Adopted);
    }
    assert_eq!(adopted, 1);
    assert_eq!(world.store.open_library_intents(UPSTREAM, None, 10).await.unwrap().len(), 2);
    world.finish().await;
}
