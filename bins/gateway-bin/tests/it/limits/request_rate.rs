//! Requests a second: the same bucket for every route, and one for each tenant.

use std::num::NonZeroU32;

use ark_sim::Verb;
use serde_json::json;
use tenancy::LimitChange;

use super::{finish, held, limit};
use crate::support::{GOOD, Reply, TenantClient, eventually, send};

/// One request of each route, and one for a method that a route does not have.
fn routes(acme: &TenantClient) -> Vec<reqwest::RequestBuilder> {
    let id = "/cgt-20260101000000-zzzzz";
    let json =
        |request: reqwest::RequestBuilder| request.header("content-type", "application/json");
    let mut requests = vec![
        acme.request("GET", ""),
        json(acme.request("POST", "")).body("[]"),
        acme.request("GET", id),
        acme.request("DELETE", id),
        acme.request("PUT", ""),
    ];
    for path in ["/volcark", "/volcark/"] {
        let url = format!("{}{path}?Action=ListAssetGroups&Version=2024-01-01", acme.url);
        let body = json!({"Filter": {"GroupType": "AIGC"}}).to_string();
        requests.push(json(acme.http.post(url)).bearer_auth(&acme.token).body(body));
    }
    requests
}

/// The same request so often at once that a limit of one a second refuses some of them.
async fn repeated(request: &reqwest::RequestBuilder) -> Vec<Reply> {
    let clone = || request.try_clone().unwrap();
    let repetitions: Vec<_> = (0..20).map(|_| tokio::spawn(send(clone()))).collect();
    let mut replies = Vec::new();
    for repetition in repetitions {
        replies.push(repetition.await.unwrap());
    }
    replies
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_every_route_counts_and_refuses() {
    let world = held().await;
    let acme = world.tenant("acme").await;
    limit(&world, &acme, LimitChange::RequestsPerSecond(NonZeroU32::new(1))).await;
    for request in routes(&acme) {
        let replies = repeated(&request).await;
        let refusal = replies.iter().find(|reply| reply.status == 429);
        let refusal = refusal.unwrap_or_else(|| panic!("{request:?}: {replies:?}"));
        if refusal.json["ResponseMetadata"].is_object() {
            refusal.is_asset_refusal(429, "rate_limit_exceeded");
        } else {
            refusal.is(429, "rate_limit_exceeded");
            let text = "this account may make 1 requests a second; make fewer";
            assert_eq!(refusal.json["error"]["message"], text);
        }
        assert_eq!(refusal.header("retry-after"), Some("1"));
    }
    // Who comes back later gets through.
    eventually(async || (acme.list("").await.status == 200).then_some(())).await;
    assert_eq!(world.sim.count(Verb::Create), 0);
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_one_tenants_rate_is_nobody_elses() {
    let world = held().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    limit(&world, &acme, LimitChange::RequestsPerSecond(NonZeroU32::new(1))).await;
    let flood: Vec<_> = (0..100).map(|_| tokio::spawn(acme.list(""))).collect();
    for _ in 0..10 {
        zen.creates(GOOD).await;
        assert_eq!(zen.list("").await.status, 200);
    }
    let mut refused = 0;
    for list in flood {
        refused += usize::from(list.await.unwrap().status == 429);
    }
    assert!(refused > 0);
    finish(world).await;
}
