//! Two tenants: neither can see, list, delete or tell apart what is the other's.
//!
//! One row per route; the table has to cover everything that the router serves.

use std::time::Duration;

use ark_sim::Verb;
use gateway::ROUTES;
use serde_json::Value;

use crate::support::{GOOD, Reply, TASKS, TenantClient, World, send};

/// The routes that take a task's id in their path, with the part after it.
const WITH_ID: [(&str, &str); 2] = [("GET", "{id}"), ("DELETE", "{id}")];
/// The asset surface, with the slash and without.
const ASSET_PATHS: [&str; 2] = ["/volcark/", "/volcark"];
/// The routes without an id, which answer from the caller's own rows.
const WITHOUT_ID: [&str; 2] = ["POST", "GET"];

#[test]
fn the_tables_cover_every_route() {
    let mut covered: Vec<(String, String)> = Vec::new();
    covered.extend(WITHOUT_ID.iter().map(|m| ((*m).to_owned(), TASKS.to_owned())));
    // The places of an id in the asset actions have a table of their own, in `assets.rs`.
    covered.extend(ASSET_PATHS.iter().map(|path| ("POST".to_owned(), (*path).to_owned())));
    covered.extend(WITH_ID.iter().map(|(m, id)| ((*m).to_owned(), format!("{TASKS}/{id}"))));
    let mut served: Vec<_> =
        ROUTES.iter().map(|(m, path)| ((*m).to_owned(), (*path).to_owned())).collect();
    covered.sort();
    served.sort();
    assert_eq!(covered, served, "a new route needs a row here");
}

async fn ask(tenant: &TenantClient, method: &str, id: &str) -> Reply {
    send(tenant.request(method, &format!("/{id}"))).await
}

/// Status, body and headers without what differs from request to request.
fn comparable(reply: &Reply) -> (u16, String, Vec<(String, String)>) {
    let volatile = ["x-request-id", "date"];
    let headers = reply.headers.iter();
    let headers = headers.filter(|(name, _)| !volatile.contains(&name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let id = reply.header("x-request-id").unwrap();
    (reply.status, reply.text.replace(id, "-"), headers.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn p15_a_foreign_task_is_answered_like_a_missing_one() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let live = acme.creates(GOOD).await;
    let done = acme.creates(GOOD).await;
    world.sim.succeed(&done).unwrap();
    acme.sees(&done, "succeeded").await;
    for (method, _) in WITH_ID {
        let missing = comparable(&ask(&zen, method, "cgt-20260101000000-zzzzz").await);
        for id in [live.as_str(), done.as_str(), "x", "%00", "a%2fb", "..%2f", "cgt-%ff", "%20"] {
            let before = world.sim.count(Verb::Delete);
            assert_eq!(comparable(&ask(&zen, method, id).await), missing, "{method} {id}");
            assert_eq!(world.sim.count(Verb::Delete), before);
        }
        assert_eq!(missing.0, 404);
    }
    assert_eq!(acme.get(&done).await.status, 200, "the owner still has it");
}

#[tokio::test(flavor = "multi_thread")]
async fn p16_lists_and_totals_count_only_the_tenants_rows() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let mut mine = Vec::new();
    for _ in 0..3 {
        mine.push(acme.creates(GOOD).await);
        zen.creates(GOOD).await;
    }
    let list = acme.list("page_size=2").await.json;
    assert_eq!(list["total"], 3);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let foreign = zen.list(&format!("filter.task_ids={}", mine[0])).await.json;
    assert_eq!(foreign, serde_json::json!({"items": [], "total": 0}));
    let both = zen.list(&format!("filter.task_ids={}&filter.task_ids={}", mine[0], mine[1])).await;
    assert_eq!(both.json["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_wants_a_token_before_anything_else() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.clear_calls();
    for (method, path) in ROUTES {
        let path = path.replace("{id}", &id);
        let mut replies = Vec::new();
        for header in credentials(&acme) {
            let mut request =
                acme.http.request(method.parse().unwrap(), format!("{}{path}", acme.url));
            for value in &header {
                request = request.header("authorization", value);
            }
            let reply = send(request.body("not even JSON")).await;
            if ASSET_PATHS.contains(&path.as_str()) {
                reply.is_asset_refusal(401, "unauthorized");
            } else {
                reply.is(401, "unauthorized");
            }
            replies.push(comparable(&reply));
        }
        replies.dedup();
        assert_eq!(replies.len(), 1, "{method} {path}: one answer for all of them");
    }
    assert!(world.sim.calls().iter().all(|call| call.verb != Verb::Create));
}

/// Absent, malformed, unknown, doubled and wrongly spelled credentials.
fn credentials(acme: &TenantClient) -> Vec<Vec<String>> {
    let unknown = tenancy::Token::generate().unwrap().expose().to_owned();
    let mut broken = acme.token.clone();
    let last = broken.pop().unwrap();
    broken.push(if last == 'a' { 'b' } else { 'a' });
    vec![
        vec![],
        vec![acme.token.clone()],
        vec!["Bearer ".to_owned()],
        vec![format!("Basic {}", acme.token)],
        vec![format!("Bearer {unknown}")],
        vec![format!("Bearer {broken}")],
        vec![format!("Bearer {}", acme.token.to_uppercase())],
        vec![format!("Bearer {}{}", acme.token, "x".repeat(300))],
        vec![format!("Bearer {}", acme.token), format!("Bearer {}", acme.token)],
    ]
}

/// How long a look-up of a token may be good for.
const REMEMBERED: Duration = Duration::from_millis(250);

#[tokio::test(flavor = "multi_thread")]
async fn p18_a_revoked_and_an_expired_token_are_answered_like_an_unknown_one() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    assert_eq!(acme.list("").await.status, 200);
    let tokens = world.store.list_tokens(acme.tenant.id).await.unwrap();
    world.store.revoke_token(tokens[0].id, world.clock.now()).await.unwrap();
    world.clock.advance(REMEMBERED);
    acme.list("").await.is(401, "unauthorized");

    let token = tenancy::Token::generate().unwrap();
    let now = world.clock.now();
    let soon = tenancy::UnixMillis(now.0 + 1000);
    world.store.issue_token(acme.tenant.id, &token, None, Some(soon), now).await.unwrap();
    let acme = TenantClient { token: token.expose().to_owned(), ..acme };
    assert_eq!(acme.list("").await.status, 200);
    world.clock.advance(Duration::from_secs(1));
    acme.list("").await.is(401, "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_tenant_is_refused_and_its_tasks_go_on() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.store.set_suspended(&acme.tenant.name, true, world.clock.now()).await.unwrap();
    world.clock.advance(REMEMBERED);
    for reply in
        [acme.get(&id).await, acme.list("").await, acme.delete(&id).await, acme.create("").await]
    {
        reply.is(403, "tenant_suspended");
    }
    world.sim.succeed(&id).unwrap();
    world.store.set_suspended(&acme.tenant.name, false, world.clock.now()).await.unwrap();
    let task = acme.sees(&id, "succeeded").await;
    assert_ne!(task["usage"], Value::Null);
}
