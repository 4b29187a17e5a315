//! No tenant sees or changes what belongs to another, by any method of a scope.

use seedance_model::{AssetStatus, MediaKind, Model, ServiceTier, TaskQuery, TaskStatus};
use tenancy::{Adoption, IntentState, Opening, TaskPage, Tenant, Token};

use crate::support::{
    NOW, UPSTREAM, World, at, first_page, image_intent, keyed_intent, library_id, new_task, opened,
    task_id,
};

/// Everything that a tenant can see of itself.
async fn view(world: &World, tenant: &Tenant) -> String {
    let scope = world.store.scope(tenant);
    let tokens = world.store.list_tokens(tenant.id).await.unwrap();
    let mut seen = vec![format!("{tokens:?}")];
    for id in ["cgt-1", "cgt-2", "cgt-3"].map(task_id) {
        seen.push(format!("{:?}", scope.find_task(&id).await.unwrap()));
        seen.push(format!("{:?}", scope.ledger_entry(&id).await.unwrap()));
    }
    for query in queries() {
        seen.push(format!("{:?}", scope.page_tasks(&query, at(9)).await.unwrap()));
    }
    seen.push(format!("{:?}", scope.group_ids(UPSTREAM).await.unwrap()));
    seen.push(format!("{:?}", scope.find_groups(&["group-1", "group-2"]).await.unwrap()));
    seen.push(format!("{:?}", scope.find_assets(&["asset-1", "asset-2"]).await.unwrap()));
    seen.concat()
}

/// Every form of a list.
fn queries() -> Vec<TaskQuery> {
    let status = Some(TaskStatus::Succeeded);
    let model = Some(Model::Standard);
    let task_ids: Vec<String> = ["cgt-1", "cgt-2", "cgt-3"].map(str::to_owned).to_vec();
    let page = first_page();
    vec![
        page.clone(),
        TaskQuery { status, ..page.clone() },
        TaskQuery { model, ..page.clone() },
        TaskQuery { status, model, ..page.clone() },
        TaskQuery { task_ids: task_ids.clone(), ..page.clone() },
        TaskQuery { task_ids, status, model, ..page.clone() },
        TaskQuery { service_tier: Some(ServiceTier::Default), ..page },
    ]
}

#[tokio::test]
async fn p14_a_tenant_neither_sees_nor_changes_what_is_anothers() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.tenant("acme").await, world.tenant("zeta").await);
    let token = Token::generate().unwrap();
    world.store.issue_token(acme.id, &token, None, None, NOW).await.unwrap();
    let scope = world.store.scope(&acme);
    let intent = opened(scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap());
    world.store.bind_intent(intent, new_task("cgt-1"), NOW).await.unwrap();
    world.task(&scope, "cgt-2", at(1)).await;
    world.observe(&task_id("cgt-1"), TaskStatus::Succeeded, at(2)).await;

    let intruder = world.store.scope(&zeta);
    let nothing = view(&world, &zeta).await;
    let before = view(&world, &acme).await;
    assert!(before.contains("cgt-1") && before.contains("cgt-2"));
    assert!(!nothing.contains("cgt-") && !nothing.contains("hint"));

    for id in ["cgt-1", "cgt-2", "cgt-3"].map(task_id) {
        assert_eq!(intruder.find_task(&id).await.unwrap(), None);
        assert_eq!(intruder.ledger_entry(&id).await.unwrap(), None);
        assert!(!intruder.bury_task(&id, at(3)).await.unwrap());
    }
    for query in queries() {
        let empty = TaskPage { items: Vec::new(), total: 0 };
        assert_eq!(intruder.page_tasks(&query, at(3)).await.unwrap(), empty);
    }
    assert_eq!(intruder.find_intent(intent).await.unwrap(), None);
    assert_eq!(view(&world, &acme).await, before);
    world.finish().await;
}

#[tokio::test]
async fn p14_a_tenant_neither_sees_nor_changes_anothers_library() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.tenant("acme").await, world.tenant("zeta").await);
    let (owner, intruder) = (world.store.scope(&acme), world.store.scope(&zeta));
    let group = world.group(&owner, "group-1").await;
    let own = world.group(&intruder, "group-2").await;
    let asset = world.asset(&owner, &group, "asset-1").await;
    owner.record_asset_status("asset-1", AssetStatus::Processing, NOW).await.unwrap();
    let before = view(&world, &acme).await;
    assert!(before.contains("group-1") && before.contains("asset-1"));

    // Foreign and missing ids get the same answers.
    for (group, asset) in [(group, asset), (library_id("group-9"), library_id("asset-9"))] {
        assert_eq!(intruder.find_group(group.as_str()).await.unwrap(), None);
        assert_eq!(intruder.find_groups(&[group.as_str()]).await.unwrap(), []);
        assert_eq!(intruder.find_asset(asset.as_str()).await.unwrap(), None);
        assert_eq!(intruder.find_assets(&[asset.as_str()]).await.unwrap(), []);
        let status = AssetStatus::Failed;
        assert!(!intruder.record_asset_status(asset.as_str(), status, at(3)).await.unwrap());
        let kind = MediaKind::Image;
        let adopted = intruder.adopt_asset(&group, &asset, kind, status, at(3)).await.unwrap();
        assert_eq!(adopted, Adoption::Refused);
        assert!(intruder.open_library_intent(image_intent(&group), at(3)).await.is_err());
    }
    let (asset, kind) = (library_id("asset-1"), MediaKind::Image);
    let stolen = intruder.adopt_asset(&own, &asset, kind, AssetStatus::Active, at(3)).await;
    assert_eq!(stolen.unwrap(), Adoption::Refused);
    assert_eq!(intruder.group_ids(UPSTREAM).await.unwrap(), [own]);
    assert!(world.store.open_library_intents(UPSTREAM, None, 9).await.unwrap().is_empty());
    assert_eq!(view(&world, &acme).await, before);
    world.finish().await;
}

#[tokio::test]
async fn p14_the_same_key_of_two_tenants_is_two_keys() {
    let Some(world) = super::start().await else { return };
    let scopes = [world.scope("acme").await, world.scope("zeta").await];
    let mut ids = Vec::new();
    for (scope, body) in scopes.iter().zip(1..) {
        ids.push(opened(scope.open_intent(keyed_intent("k", body), NOW).await.unwrap()));
    }
    assert_ne!(ids[0], ids[1]);
    for ((scope, id), body) in scopes.iter().zip(&ids).zip(1..) {
        let again = scope.open_intent(keyed_intent("k", body), at(1)).await.unwrap();
        let Opening::Known(known) = again else {
            panic!("the tenant's own key was forgotten: {again:?}");
        };
        assert_eq!((known.id, known.state), (*id, IntentState::Sent));
    }
    world.finish().await;
}

#[tokio::test]
async fn p16_totals_do_not_count_foreign_rows() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.scope("acme").await, world.scope("zeta").await);
    world.task(&acme, "mine", NOW).await;
    for number in 0..50 {
        world.task(&zeta, &format!("theirs-{number}"), at(number)).await;
    }
    let mine = acme.page_tasks(&first_page(), at(99)).await.unwrap();
    assert_eq!((mine.items.len(), mine.total), (1, 1));
    let theirs = zeta.page_tasks(&first_page(), at(99)).await.unwrap();
    assert_eq!((theirs.items.len(), theirs.total), (10, 50));
    world.finish().await;
}
