//! A tenant's groups and assets as they are found, one or many, and the status that was seen.

use seedance_model::AssetStatus;
use tenancy::{Asset, NewLibraryIntent, TenantScope};

use crate::support::{NOW, UPSTREAM, at, group_intent, library_id};

async fn asset(scope: &TenantScope, id: &str) -> Asset {
    scope.find_asset(id).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_groups_of_an_account_come_newest_first() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for number in 0..5 {
        world.group(&scope, &format!("group-{number}")).await;
    }
    let elsewhere = NewLibraryIntent { upstream: "other".into(), ..group_intent() };
    let id = scope.open_library_intent(elsewhere, NOW).await.unwrap();
    world.store.bind_library_intent(id, &library_id("group-9"), NOW).await.unwrap();
    let ids = scope.group_ids(UPSTREAM).await.unwrap();
    let expected: Vec<_> =
        (0..5).rev().map(|number| library_id(&format!("group-{number}"))).collect();
    assert_eq!(ids, expected);
    assert_eq!(scope.group_ids("other").await.unwrap(), [library_id("group-9")]);
    assert!(scope.group_ids("none").await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn many_ids_are_looked_up_at_once() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    let group = world.group(&acme, "group-1").await;
    let foreign = world.group(&zeta, "group-2").await;
    for id in ["asset-20000", "asset-7", "asset-39999"] {
        world.asset(&acme, &group, id).await;
    }
    world.asset(&zeta, &foreign, "asset-8").await;
    // More than the 32,766 variables that SQLite binds.
    let ids: Vec<String> = (0..40_000).map(|number| format!("asset-{number}")).collect();
    let twice: Vec<&str> = ids.iter().chain(&ids).map(String::as_str).collect();
    let found = acme.find_assets(&twice).await.unwrap();
    let found: Vec<&str> = found.iter().map(|asset| asset.id.as_str()).collect();
    assert_eq!(found, ["asset-20000", "asset-39999", "asset-7"]);
    let groups = acme.find_groups(&["group-2", "group-1", "group-1", "x"]).await.unwrap();
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].id, group);
    assert!(acme.find_assets(&[]).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p27_odd_text_finds_nothing_and_breaks_nothing() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    let long = "asset-1".repeat(100_000);
    for odd in
        ["", "\0", "asset-1\0", "asset-1 ", "Asset-1", "asset-%", "' OR 1 --", "\u{202e}", &long]
    {
        assert_eq!(scope.find_asset(odd).await.unwrap(), None, "{odd:.20?}");
        assert_eq!(scope.find_group(odd).await.unwrap(), None);
        assert!(!scope.record_asset_status(odd, AssetStatus::Active, NOW).await.unwrap());
        assert!(scope.group_ids(odd).await.unwrap().is_empty());
        let found = scope.find_assets(&[odd, "asset-1", odd]).await.unwrap();
        assert_eq!(found.len(), 1);
    }
    world.finish().await;
}

#[tokio::test]
async fn the_last_status_is_remembered_with_the_time_since_when_it_is_seen() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let group = world.group(&scope, "group-1").await;
    world.asset(&scope, &group, "asset-1").await;
    for (status, second, since) in [
        (AssetStatus::Processing, 5, 5),
        (AssetStatus::Processing, 6, 5),
        (AssetStatus::Active, 7, 7),
        (AssetStatus::Active, 9, 7),
        (AssetStatus::Failed, 10, 10),
        (AssetStatus::Active, 11, 11),
    ] {
        assert!(scope.record_asset_status("asset-1", status, at(second)).await.unwrap());
        let asset = asset(&scope, "asset-1").await;
        assert_eq!((asset.status, asset.seen_at), (Some(status), Some(at(since))));
    }
    // Old news is the tenant's asset still, and changes nothing.
    assert!(scope.record_asset_status("asset-1", AssetStatus::Failed, at(8)).await.unwrap());
    assert_eq!(asset(&scope, "asset-1").await.status, Some(AssetStatus::Active));
    assert!(!scope.record_asset_status("asset-2", AssetStatus::Active, at(8)).await.unwrap());
    world.finish().await;
}
