//! What text can be stored: everything but NUL, which is refused before anything is changed.

use seedance_model::TaskStatus;
use tenancy::{
    NewCorrection, NewIntent, NewLibraryIntent, NewLibraryItem, NewTenant, Observation, Recorded,
    Settlement, Token,
};

use crate::support::{NOW, UPSTREAM, at, charge, intent, keyed_intent, seen, task_id, tenant_of};

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
        tokens: 0,
        charge_cny_micros: 1,
        charge_usd_micros: 1,
        reason: NUL.into(),
    };
    refused(world.store.add_correction(correction, "ops", NOW).await);
    refused(world.store.resolve_quarantine(&task, Some(charge()), NUL, "", NOW).await);
    world.finish().await;
}
