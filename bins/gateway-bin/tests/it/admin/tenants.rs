//! Tenants by the API: created, shown, listed by pages, switched off and on; on both backends.

use gateway::{Clock, Config, Server};
use serde_json::{Value, json};

use super::{Operator, audited, done, is_audited, with_credential, world};
use crate::cluster::Cluster;
use crate::support::{GOOD, World};

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_tenant_is_created_suspended_and_resumed_and_each_act_is_audited() {
    let world = world().await;
    let operator = Operator::of(&world);
    let created = operator.does("/admin/v1/tenants", &json!({"name": "acme"})).await;
    let expected = json!({
        "name": "acme", "upstream": "default", "tasks": true, "assets": true, "suspended": false,
        "created_at": created.json["created_at"],
        "limits": {"requests_per_second": null, "live_tasks": null, "monthly_usd": null},
    });
    assert_eq!(created.json, expected);
    let detail = "upstream default, tasks open, assets open";
    is_audited(&world, &created, ["create-tenant", "tenant acme", detail]).await;
    assert_eq!(operator.shows("/admin/v1/tenants/acme").await, expected);

    let suspend = "/admin/v1/tenants/acme/suspend";
    let unmeant = operator.post(suspend, &json!({})).await;
    unmeant.is(400, "confirmation_required");
    let suspended = operator.does(suspend, &json!({"confirm": true})).await;
    assert_eq!(suspended.json["suspended"], true);
    let change = "before: active; after: suspended";
    is_audited(&world, &suspended, ["suspend-tenant", "tenant acme", change]).await;
    // What changes nothing is not a decision.
    operator.does(suspend, &json!({"confirm": true})).await;
    assert_eq!(audited(&world).await, 2);
    let resumed = operator.does("/admin/v1/tenants/acme/resume", &json!({})).await;
    assert_eq!(resumed.json["suspended"], false);
    let change = "before: suspended; after: active";
    is_audited(&world, &resumed, ["resume-tenant", "tenant acme", change]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_is_in_force_for_the_tenants_next_request() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    acme.creates(GOOD).await;
    operator.does("/admin/v1/tenants/acme/suspend", &json!({"confirm": true})).await;
    crate::support::eventually(async || {
        world.clock.advance(std::time::Duration::from_secs(1));
        (acme.list("").await.status == 403).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_come_by_pages() {
    let world = world().await;
    let operator = Operator::of(&world);
    for name in ["b", "a", "d", "c", "e"] {
        operator.does("/admin/v1/tenants", &json!({"name": name, "tasks": false})).await;
    }
    for limit in [1, 2, 5, 500] {
        let (mut names, mut after) = (Vec::new(), String::new());
        loop {
            let page = operator.shows(&format!("/admin/v1/tenants?limit={limit}{after}")).await;
            let shown = page["tenants"].as_array().unwrap();
            assert!(shown.len() <= limit && shown.iter().all(|tenant| tenant["tasks"] == false));
            names.extend(shown.iter().map(|tenant| tenant["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(names, ["a", "b", "c", "d", "e"]);
    }
    for query in ["limit=0", "limit=501", "limit=x", "limit=1&limit=2", "page=1", "after=A%20b"] {
        operator.get(&format!("/admin/v1/tenants?{query}")).await.is(400, "invalid_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_strictly() {
    let world = world().await;
    let operator = Operator::of(&world);
    let send = |text: &str| {
        let request = operator.request("POST", "/admin/v1/tenants");
        let request = request.header("content-type", "application/json");
        crate::support::send(request.body(text.to_owned()))
    };
    for wrong in [
        "",
        "[]",
        "{}",
        "{\"name\":\"acme\"",
        "{\"name\":\"acme\"} {}",
        r#"{"name":"acme","name":"acme"}"#,
        r#"{"name":"acme","admin":true}"#,
        r#"{"name":"acme","tasks":"yes"}"#,
        r#"{"name":"Acme"}"#,
        r#"{"name":7}"#,
        r#"{"name":"acme","upstream":"nowhere"}"#,
        r#"{"name":"acme","upstream":null}"#,
    ] {
        send(wrong).await.is(400, "invalid_request");
    }
    send(&format!(r#"{{"name":"{}"}}"#, "x".repeat(20_000))).await.is(413, "request_too_large");
    assert!(world.store.list_tenants().await.unwrap().is_empty());
}

/// Another gateway on the database of this configuration, whose operators have a credential.
async fn beside(config: Config, clock: Clock) -> Server {
    let more = with_credential() + "pricing.cny_per_usd = \"7\"\nupstreams.default.api_key = \"k\"";
    let guarded = Config::parse(&more, std::iter::empty()).unwrap();
    let mut config = config;
    config.server.admin_token = guarded.server.admin_token;
    Server::start(config, clock).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_on_postgresql_the_same_acts_leave_the_same_records() {
    let Some(cluster) = Cluster::start() else { return };
    let (world, config) = World::on(&cluster.url(), ark_sim::SimSettings::default()).await;
    let server = beside(config, world.clock.clone()).await;
    let operator = Operator::at(&format!("http://{}", server.admin_address()));
    operator.does("/admin/v1/tenants", &json!({"name": "acme"})).await;
    let limits = json!({"live_tasks": 3, "monthly_usd": "12.5"});
    done(operator.sends("PATCH", "/admin/v1/tenants/acme/limits", &limits).await);
    let issued = operator.does("/admin/v1/tenants/acme/tokens", &json!({"expires": "90d"})).await;
    let id = issued.json["token"]["id"].as_str().unwrap();
    let revoke = format!("/admin/v1/tokens/{id}/revoke");
    let revoked = operator.does(&revoke, &json!({"confirm": true})).await;
    assert!(revoked.json["revoked_at"].is_string());
    operator.does("/admin/v1/tenants/acme/suspend", &json!({"confirm": true})).await;
    let log = world.store.audit_page(None, 10).await.unwrap();
    let actions: Vec<&str> = log.iter().map(|record| record.action.as_str()).collect();
    let expected =
        ["create-tenant", "change-limits", "issue-token", "revoke-token", "suspend-tenant"];
    assert_eq!(actions, expected);
    assert!(log.iter().all(|record| record.request_id.is_some()));
    let usage = operator.shows("/admin/v1/usage?from=2026-01-01&to=2026-02-01").await;
    assert_eq!(usage["rows"], Value::Array(Vec::new()));
    operator.shows("/admin/v1/ledger/verification").await;
    server.stop().await.unwrap();
}
