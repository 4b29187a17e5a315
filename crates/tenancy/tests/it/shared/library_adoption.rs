//! Adoption by intent: a group or an asset that a person or the reconciler found.

use std::collections::BTreeSet;

use tenancy::LibraryBinding;

use crate::support::{NOW, at, group_intent, image_intent, library_id};

#[tokio::test]
async fn p08_a_found_group_becomes_the_tenants_and_the_log_says_who_did_it() {
    let Some(world) = super::start().await else { return };
    let (store, acme) = (&world.store, world.scope("acme").await);
    let intent = acme.open_library_intent(group_intent(), NOW).await.unwrap();
    let found = library_id("group-1");
    assert!(store.known_groups(std::slice::from_ref(&found)).await.unwrap().is_empty());
    let adopt = || store.adopt_library_intent(intent, &found, "ops", at(9));
    assert_eq!(adopt().await.unwrap(), LibraryBinding::Bound);
    assert_eq!(adopt().await.unwrap(), LibraryBinding::AlreadyBound);
    assert!(acme.find_group("group-1").await.unwrap().is_some());
    let asked = [found.clone(), library_id("group-2")];
    assert_eq!(store.known_groups(&asked).await.unwrap(), BTreeSet::from([found]));
    let log = store.audit_page(None, 10).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].actor.as_str(), log[0].action.as_str()), ("ops", "adopt-library-intent"));
    assert_eq!(log[0].detail, "group-1");
    world.finish().await;
}

#[tokio::test]
async fn p14_what_is_somebodys_is_not_adopted() {
    let Some(world) = super::start().await else { return };
    let (store, acme) = (&world.store, world.scope("acme").await);
    let zen = world.scope("zen").await;
    let group = world.group(&acme, "group-1").await;
    let asset = world.asset(&acme, &group, "asset-1").await;
    let theirs = world.group(&zen, "group-2").await;
    for (intent, item) in [(group_intent(), group), (image_intent(&theirs), asset)] {
        let intent = zen.open_library_intent(intent, NOW).await.unwrap();
        let adopted = store.adopt_library_intent(intent, &item, "ops", at(9)).await.unwrap();
        assert_eq!(adopted, LibraryBinding::ItemTaken);
    }
    assert!(store.audit_page(None, 10).await.unwrap().is_empty());
    world.finish().await;
}
