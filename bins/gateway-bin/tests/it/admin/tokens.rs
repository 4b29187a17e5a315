//! Tokens by the API: the secret is shown once, and works until it is revoked.

use std::time::Duration;

use serde_json::json;

use super::{Operator, audited, done, is_audited, world};
use crate::support::{TASKS, eventually, send};

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_token_is_shown_once_works_and_is_revoked() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let path = "/admin/v1/tenants/acme/tokens";
    let issued = operator.does(path, &json!({"label": "ci", "expires": "90d"})).await;
    let secret = issued.json["secret"].as_str().unwrap().to_owned();
    let id = issued.json["token"]["id"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("oh-"));
    let log = world.store.audit_page(None, 10).await.unwrap();
    let detail = &log.last().unwrap().detail;
    assert!(detail.starts_with("tenant number ") && detail.ends_with("label Some(\"ci\")"));
    assert!(!detail.contains(&secret));
    is_audited(&world, &issued, ["issue-token", &format!("token {id}"), detail]).await;

    let asks = || send(acme.http.get(format!("{}{TASKS}", acme.url)).bearer_auth(&secret));
    assert_eq!(asks().await.status, 200);
    let listed = operator.get(path).await;
    assert!(!listed.text.contains(&secret));
    let tokens = listed.json["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), 2, "the tenant has had one");
    assert_eq!(tokens[1], issued.json["token"]);
    assert_eq!(tokens[1]["label"], "ci");
    assert!(tokens[1]["expires_at"].is_string() && tokens[1]["revoked_at"].is_null());

    let revoke = format!("/admin/v1/tokens/{id}/revoke");
    operator.post(&revoke, &json!({"confirm": false})).await.is(400, "confirmation_required");
    let revoked = operator.does(&revoke, &json!({"confirm": true})).await;
    let change = "before: valid; after: revoked";
    is_audited(&world, &revoked, ["revoke-token", &format!("token {id}"), change]).await;
    let records = audited(&world).await;
    operator.does(&revoke, &json!({"confirm": true})).await;
    assert_eq!(audited(&world).await, records, "it was revoked before");
    eventually(async || {
        world.clock.advance(Duration::from_secs(1));
        (asks().await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_come_by_pages_and_what_cannot_be_meant_is_refused() {
    let world = world().await;
    let operator = Operator::of(&world);
    operator.does("/admin/v1/tenants", &json!({"name": "acme"})).await;
    let path = "/admin/v1/tenants/acme/tokens";
    for _ in 0..3 {
        operator.does(path, &json!({})).await;
    }
    let first = operator.shows(&format!("{path}?limit=2")).await;
    let next = first["next"].as_str().unwrap();
    let second = operator.shows(&format!("{path}?limit=2&after={next}")).await;
    assert_eq!((first["tokens"].as_array().unwrap().len(), &second["next"]), (2, &json!(null)));
    assert_eq!(second["tokens"].as_array().unwrap().len(), 1);
    let long = "x".repeat(201);
    for body in [
        json!({"expires": "soon"}),
        json!({"expires": "0d"}),
        json!({"label": long}),
        json!({"label": "a\u{0}b"}),
        json!({"secret": "oh-mine"}),
    ] {
        operator.post(path, &body).await.is(400, "invalid_request");
    }
    operator.get(&format!("{path}?after=x")).await.is(400, "invalid_request");
    operator.post("/admin/v1/tokens/x/revoke", &json!({})).await.is(400, "invalid_request");
    assert_eq!(done(operator.get(path).await).json["tokens"].as_array().unwrap().len(), 3);
}
