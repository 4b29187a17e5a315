//! What text can be stored: everything but NUL, which is refused before anything is changed.

use seedance_model::{LibraryId, TaskStatus};
use tenancy::{
    NewCorrection, NewIntent, NewLibraryIntent, NewLibraryItem, NewTenant, Observation, Recorded,
    Settlement, Token,
};

use crate::support::{
    NOW, UPSTREAM, at, charge, intent, keyed_intent, opened, seen, task_id, tenant_of,
};

const NUL: &str = "a\0b";

/// The answer says what it is about, and is nothing to try again.
#[track_caller]
fn refused<T: std::fmt::Debug>(answer: Result<T, tenancy::Error>) {
    let error = answer.unwrap_err();
    assert!(error.is_unstorable_text(), "{error:?}");
    assert!(!error.is_busy() && !error.is_unreachable() && !error.is_in_doubt());
}

#[tokio::test]
async fn p27_a_tenants_text_with_nul_is_refused() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    refused(scope.open_intent(NewIntent { upstream: NUL.into(), ..intent() }, NOW).await);
    refused(scope.open_intent(NewIntent { tariff: NUL.into(), ..intent() }, NOW).await);
    refused(scope.open_intent(NewIntent { terms: NUL.into(), ..intent() }, NOW).await);
    refused(scope.open_intent(keyed_intent(NUL, 1), NOW).await);
    let creates = NewLibraryItem::Group { name: NUL.into() };
    let group = NewLibraryIntent { upstream: UPSTREAM.into(), creates };
    refused(scope.open_library_intent(group, NOW).await);
    assert!(world.store.open_intents(UPSTREAM, None, 10).await.unwrap().is_empty());
    assert!(world.store.open_library_intents(UPSTREAM, None, 10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p27_a_platforms_text_with_nul_is_refused() {
    let Some(world) = super::start().await else { return };
    let (store, tenant) = (&world.store, world.tenant("acme").await);
    let token = Token::generate().unwrap();
    refused(store.issue_token(tenant.id, &token, Some(NUL.into()), None, NOW).await);
    refused(store.create_tenant(NewTenant { upstream: NUL.into(), ..tenant_of("b") }, NOW).await);
    refused(store.record_tariff(NUL, "{}", NOW).await);
    refused(store.record_tariff("v", NUL, NOW).await);
    refused(store.record_audit("ops", "look", NUL, "", NOW).await);
    refused(store.lease(NUL, "me", NOW, at(1)).await);
    assert_eq!(store.tariff_document(NUL).await.unwrap(), None);
    assert!(store.audit_page(None, 10).await.unwrap().is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p27_a_settlement_with_nul_is_refused_and_can_be_settled_without() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    let settlement = Settlement::Quarantine { reason: "odd".into(), usage: NUL.into() };
    let odd = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, at(1)) };
    refused(world.store.record_observation(odd).await);
    assert_eq!(world.observe(&task, TaskStatus::Succeeded, at(2)).await, Recorded::Changed);
    let correction = NewCorrection {
        task: task_id("cgt-1"),
        number: 1,
        tokens: 0,
        charge_cny_micros: 1,
        charge_usd_micros: 1,
        reason: NUL.into(),
    };
    refused(world.store.add_correction(correction, "ops", NOW).await);
    refused(world.store.resolve_quarantine(&task, Some(charge()), NUL, "", NOW).await);
    world.finish().await;
}

#[tokio::test]
async fn p27_odd_names_of_groups_and_accounts_come_back_as_they_were() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for odd in ["'; DROP TABLE assets; --", "\u{feff}\u{202e}\u{10ffff}", ""] {
        let creates = NewLibraryItem::Group { name: odd.to_owned() };
        let intent = NewLibraryIntent { upstream: odd.to_owned(), creates: creates.clone() };
        let id = scope.open_library_intent(intent, NOW).await.unwrap();
        let found = world.store.open_library_intents(odd, None, 10).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].upstream, &found[0].creates), (&odd.to_owned(), &creates));
        let group = LibraryId::parse(&format!("group-{id}")).unwrap();
        world.store.bind_library_intent(id, &group, NOW).await.unwrap();
        assert_eq!(scope.group_ids(odd).await.unwrap(), [group]);
    }
    world.finish().await;
}

#[tokio::test]
async fn p27_odd_text_comes_back_as_it_was() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    for odd in ["'; DROP TABLE tasks; --", "\u{feff}\u{202e}\u{10ffff}", ""] {
        let mut intent = keyed_intent(odd, 1);
        odd.clone_into(&mut intent.terms);
        odd.clone_into(&mut intent.upstream);
        let id = opened(scope.open_intent(intent.clone(), NOW).await.unwrap());
        let found = scope.find_intent(id).await.unwrap().unwrap();
        assert_eq!((found.terms.as_str(), found.upstream.as_str()), (odd, odd));
        let version = format!("v{odd}");
        world.store.record_tariff(&version, odd, NOW).await.unwrap();
        let document = world.store.tariff_document(&version).await.unwrap();
        assert_eq!(document.as_deref(), Some(odd));
        assert_eq!(world.store.open_intents(odd, None, 10).await.unwrap(), [found]);
    }
    world.finish().await;
}
