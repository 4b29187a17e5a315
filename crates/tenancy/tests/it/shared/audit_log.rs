//! The audit log: who did what, in the order in which it was done.

use tenancy::{Actor, AuditRecord, Binding, IntentState, NewCorrection, Token};

use crate::support::{NOW, at, charge, intent, new_task, opened, tenant_of};

fn words(record: &AuditRecord) -> [&str; 4] {
    [&record.actor, &record.action, &record.subject, &record.detail]
}

#[tokio::test]
async fn p27_a_record_is_kept_as_it_was_written() {
    let Some(world) = super::start().await else { return };
    for odd in ["", "'; DROP TABLE audit_log; --", "\u{202e}"] {
        world.store.record_audit(odd, "suspend", "acme", odd, at(3)).await.unwrap();
        let record = world.store.audit_page(None, 100).await.unwrap().pop().unwrap();
        assert_eq!((words(&record), record.at), ([odd, "suspend", "acme", odd], at(3)));
    }
    world.finish().await;
}

#[tokio::test]
async fn the_log_is_whole_whatever_the_size_of_its_pages() {
    let Some(world) = super::start().await else { return };
    for number in 0..7 {
        world.store.record_audit("ops", "look", &number.to_string(), "", at(9)).await.unwrap();
    }
    for limit in [1, 2, 7, 100] {
        let mut after = None;
        let mut subjects = Vec::new();
        loop {
            let page = world.store.audit_page(after, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.record_id);
            subjects.extend(page.into_iter().map(|record| record.subject));
        }
        assert_eq!(subjects, ["0", "1", "2", "3", "4", "5", "6"]);
    }
    world.finish().await;
}

#[tokio::test]
async fn p08_what_is_decided_by_hand_is_in_the_log() {
    let Some(world) = super::start().await else { return };
    let (store, scope) = (&world.store, world.scope("acme").await);
    let [lost, found] = {
        let mut ids = Vec::new();
        for _ in 0..2 {
            ids.push(opened(scope.open_intent(intent(), NOW).await.unwrap()));
        }
        ids.try_into().unwrap()
    };
    assert!(store.abandon_intent(lost, "reconciler", at(1)).await.unwrap());
    // What changes nothing is not in the log.
    assert!(!store.abandon_intent(lost, "reconciler", at(1)).await.unwrap());
    for expected in [Binding::Bound, Binding::AlreadyBound] {
        let adopted = store.adopt_intent(found, new_task("cgt-1"), "ops", at(2)).await;
        assert_eq!(adopted.unwrap(), expected);
    }
    let task = world.quarantined(&scope, "cgt-2").await;
    store.resolve_quarantine(&task, Some(charge()), "ops", "why", at(3)).await.unwrap();
    let correction = NewCorrection {
        task,
        number: 1,
        tokens: -1,
        charge_cny_micros: -2,
        charge_usd_micros: -3,
        reason: "goodwill".into(),
    };
    store.add_correction(correction, "finance", at(4)).await.unwrap();
    let log = store.audit_page(None, 10).await.unwrap();
    let expected = [
        ["reconciler", "abandon-intent", &format!("intent {lost}"), ""],
        ["ops", "adopt-intent", &format!("intent {found}"), "cgt-1"],
        ["ops", "resolve-quarantine", "cgt-2", "charged: why"],
        ["finance", "correct-charge", "cgt-2", "goodwill"],
    ];
    assert_eq!(log.iter().map(words).collect::<Vec<_>>(), expected);
    assert!(log.iter().zip(1..).all(|(record, second)| record.at == at(second)));
    // Whoever adopts by hand is not the sender, who would have bound it.
    let adopted = scope.find_intent(found).await.unwrap().unwrap();
    assert_eq!(adopted.state, IntentState::Adopted);
    world.finish().await;
}

#[tokio::test]
async fn p66_what_is_done_to_tenants_and_tokens_is_in_the_log_once() {
    let Some(world) = super::start().await else { return };
    let store = &world.store;
    let who = || Actor::from("operator:ann").in_request("r-1");
    let acme = store.create_tenant_as(tenant_of("acme"), who(), at(1)).await.unwrap().unwrap();
    assert!(store.create_tenant_as(tenant_of("acme"), who(), at(2)).await.unwrap().is_none());
    // What changes nothing is not in the log.
    for suspended in [true, true, false] {
        store.set_suspended_as(&acme.name, suspended, who(), at(3)).await.unwrap().unwrap();
    }
    let (secret, label) = (Token::generate().unwrap(), Some("ci".to_owned()));
    let token = store.issue_token_as(acme.id, &secret, label, None, who(), at(4)).await.unwrap();
    for _ in 0..2 {
        store.revoke_token_as(token.id, "operator:bob", at(5)).await.unwrap().unwrap();
    }
    let log = store.audit_page(None, 10).await.unwrap();
    let (id, tenant) = (format!("token {}", token.id), acme.id);
    let issued = format!("tenant number {tenant}, expires-at-ms none, label Some(\"ci\")");
    let expected = [
        [
            "operator:ann",
            "create-tenant",
            "tenant acme",
            "upstream default, tasks open, assets open",
        ],
        ["operator:ann", "suspend-tenant", "tenant acme", "before: active; after: suspended"],
        ["operator:ann", "resume-tenant", "tenant acme", "before: suspended; after: active"],
        ["operator:ann", "issue-token", &id, &issued],
        ["operator:bob", "revoke-token", &id, "before: valid; after: revoked"],
    ];
    assert_eq!(log.iter().map(words).collect::<Vec<_>>(), expected);
    let requests: Vec<_> = log.iter().map(|record| record.request_id.as_deref()).collect();
    assert_eq!(requests, [Some("r-1"), Some("r-1"), Some("r-1"), Some("r-1"), None]);
    world.finish().await;
}
