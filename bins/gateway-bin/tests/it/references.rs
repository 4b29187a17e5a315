//! Asset references in a create: owned, in the account, of the wanted type, `Active`.

use ark_sim::{Fault, Quotas, SimSettings, Verb};
use serde_json::{Value, json};

use crate::support::{Reply, TenantClient, World};

/// A new asset of the tenant, `Active` or not.
async fn asset(world: &World, tenant: &TenantClient, kind: &str, active: bool) -> String {
    let group = tenant.acts("CreateAssetGroup", &json!({"Name": "g"})).await["Id"].clone();
    let body = json!({"GroupId": group, "URL": "https://example.com/a", "AssetType": kind});
    let id = tenant.acts("CreateAsset", &body).await["Id"].as_str().unwrap().to_owned();
    if active {
        world.sim.activate_asset(&id).unwrap();
    }
    id
}

fn with_image(url: &str) -> Value {
    json!({"model": "doubao-seedance-2-0", "content": [{"type": "text", "text": "a"},
        {"type": "image_url", "role": "reference_image", "image_url": {"url": url}}]})
}

async fn create(tenant: &TenantClient, body: &Value) -> Reply {
    tenant.create(&body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_active_asset_of_the_tenant_is_sent_in_its_normal_form() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = asset(&world, &acme, "Image", true).await;
    let reply = create(&acme, &with_image(&format!("Asset://{id}"))).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let calls = world.sim.calls();
    let sent = calls.iter().find(|call| call.verb == Verb::Create).unwrap().json();
    assert_eq!(sent["content"][1]["image_url"]["url"], format!("asset://{id}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p14_a_foreign_asset_is_answered_like_a_missing_one_wherever_it_stands() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let foreign = asset(&world, &acme, "Image", true).await;
    let own = asset(&world, &zen, "Image", true).await;
    for id in [foreign.as_str(), "asset-20260101000000-zzzzz"] {
        let mut beside = with_image(&format!("asset://{own}"));
        beside["x_other"] = json!({"deep": ["keep", {"ref": format!("ASSET://{id}")}]});
        let places = [
            (with_image(&format!("asset://{id}")), "content[1].image_url.url"),
            (beside, "x_other.deep[1].ref"),
        ];
        for (body, path) in places {
            let reply = create(&zen, &body).await;
            reply.is(404, "ResourceNotFound.Asset");
            assert_eq!(reply.json["error"]["param"], path);
            assert_eq!(reply.json["error"]["message"], format!("the asset `{id}` does not exist"));
        }
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_the_asset_has_to_fit_the_item() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let video = asset(&world, &acme, "Video", true).await;
    let reply = create(&acme, &with_image(&format!("asset://{video}"))).await;
    reply.is(400, "invalid_request");
    assert_eq!(reply.json["error"]["param"], "content[1].image_url.url");
    assert_eq!(world.sim.count(Verb::Create), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_has_to_be_active_and_the_upstream_is_asked_until_it_is() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = asset(&world, &acme, "Image", false).await;
    let body = with_image(&format!("asset://{id}"));
    let reply = create(&acme, &body).await;
    reply.is(400, "invalid_request");
    let message = reply.json["error"]["message"].as_str().unwrap();
    assert!(message.contains("`Processing`"), "{message}");
    world.sim.activate_asset(&id).unwrap();
    assert_eq!(create(&acme, &body).await.status, 200);
    let asked = world.sim.count(Verb::AssetAction);
    assert_eq!(create(&acme, &body).await.status, 200);
    assert_eq!(world.sim.count(Verb::AssetAction), asked, "`Active` is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_asset_is_refused_with_its_state() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = asset(&world, &acme, "Image", false).await;
    world.sim.fail_asset(&id, "DownloadFailed", "no").unwrap();
    let reply = create(&acme, &with_image(&format!("asset://{id}"))).await;
    reply.is(400, "invalid_request");
    assert!(reply.text.contains("`Failed`"), "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_does_not_tell_the_state_lets_nothing_through() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = asset(&world, &acme, "Image", false).await;
    world.sim.faults().always(Verb::AssetAction, Fault::status(500));
    let reply = create(&acme, &with_image(&format!("asset://{id}"))).await;
    reply.is(502, "service_error");
    assert_eq!(world.sim.count(Verb::Create), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_media_go_through_where_the_policy_says_so_in_the_checked_spelling() {
    let settings = SimSettings { quotas: Quotas::OFF, ..SimSettings::default() };
    let world = World::with(settings, "media.references = \"any-public-url\"\n").await;
    let acme = world.tenant("acme").await;
    world.names.set("inside.example.net", &["192.168.0.9".parse().unwrap()]);
    for url in [
        "http://inside.example.net/a.png",
        "https://169.254.169.254/a",
        "https://user@example.com/",
    ] {
        let reply = create(&acme, &with_image(url)).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], "content[1].image_url.url", "{url}");
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
    let reply = create(&acme, &with_image("HTTP://Example.COM/./a.png#x")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let calls = world.sim.calls();
    let sent = calls.iter().find(|call| call.verb == Verb::Create).unwrap().json();
    assert_eq!(sent["content"][1]["image_url"]["url"], "http://example.com/a.png");
}

#[tokio::test(flavor = "multi_thread")]
async fn p31_every_address_of_a_callback_host_counts() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let mixed = ["93.184.215.14".parse().unwrap(), "10.0.0.1".parse().unwrap()];
    world.names.set("mixed.example.net", &mixed);
    world.names.set("gone.example.net", &[]);
    for host in ["mixed.example.net", "gone.example.net"] {
        let mut body = with_image("x");
        body["content"] = json!([{"type": "text", "text": "a"}]);
        body["callback_url"] = json!(format!("https://{host}/hook"));
        let reply = create(&acme, &body).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], "callback_url");
        assert!(!reply.text.contains("10.0.0.1"), "{}", reply.text);
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
}
