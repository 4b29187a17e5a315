//! Tokens in the store: one answer for all that do not count, and revocation at once.

use tenancy::{Token, TokenId};

use crate::support::{NOW, at};

#[tokio::test]
async fn a_token_tells_whose_it_is() {
    let Some(world) = super::start().await else { return };
    let (acme, zeta) = (world.tenant("acme").await, world.tenant("zeta").await);
    let (a, z) = (Token::generate().unwrap(), Token::generate().unwrap());
    let label = Some("laptop".to_owned());
    let record = world.store.issue_token(acme.id, &a, label, None, NOW).await.unwrap();
    assert!(a.expose().ends_with(&record.hint) && record.hint.len() == 4);
    assert_eq!(record.label.as_deref(), Some("laptop"));
    assert_eq!((record.created_at, record.expires_at, record.revoked_at), (NOW, None, None));
    world.store.issue_token(zeta.id, &z, None, None, NOW).await.unwrap();
    assert_eq!(world.store.authenticate(&a, NOW).await.unwrap(), Some(acme.clone()));
    assert_eq!(world.store.authenticate(&z, NOW).await.unwrap(), Some(zeta));
    assert_eq!(world.store.list_tokens(acme.id).await.unwrap(), [record]);
    world.finish().await;
}

#[tokio::test]
async fn unknown_expired_and_revoked_tokens_get_one_answer() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let (store, id) = (&world.store, tenant.id);
    let [unknown, expiring, revoked] = [(); 3].map(|()| Token::generate().unwrap());
    store.issue_token(id, &expiring, None, Some(at(10)), NOW).await.unwrap();
    let record = store.issue_token(id, &revoked, None, None, NOW).await.unwrap();
    assert_eq!(store.authenticate(&unknown, NOW).await.unwrap(), None);
    assert_eq!(store.authenticate(&expiring, at(9)).await.unwrap(), Some(tenant));
    assert_eq!(store.authenticate(&expiring, at(10)).await.unwrap(), None);
    store.revoke_token(record.id, at(5)).await.unwrap();
    assert_eq!(store.authenticate(&revoked, at(5)).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn p18_a_revoked_token_is_refused_from_the_answer_on() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    for _ in 0..200 {
        let token = Token::generate().unwrap();
        let record = world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
        assert!(world.store.authenticate(&token, NOW).await.unwrap().is_some());
        let revoked = world.store.revoke_token(record.id, at(1)).await.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(at(1)));
        assert_eq!(world.store.authenticate(&token, NOW).await.unwrap(), None);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_token_keeps_its_first_time_of_revocation() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let token = Token::generate().unwrap();
    let record = world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
    for later in [at(1), at(2)] {
        let revoked = world.store.revoke_token(record.id, later).await.unwrap().unwrap();
        assert_eq!(revoked.revoked_at, Some(at(1)));
    }
    let nothing = TokenId::parse("4711").unwrap();
    assert_eq!(world.store.revoke_token(nothing, NOW).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_suspended_tenant_is_still_told() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let token = Token::generate().unwrap();
    world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
    world.store.set_suspended(&tenant.name, true, at(1)).await.unwrap();
    let told = world.store.authenticate(&token, at(1)).await.unwrap().unwrap();
    assert!(told.suspended);
    world.finish().await;
}

#[test]
fn the_number_of_a_token_is_a_positive_number() {
    for good in ["1", "42", "9223372036854775807"] {
        assert_eq!(TokenId::parse(good).unwrap().to_string(), good);
    }
    for bad in ["", "0", "-1", "+1", " 1", "1x", "9223372036854775808"] {
        assert_eq!(TokenId::parse(bad), None, "{bad:?}");
    }
}
