//! The asset library: six actions, owned by tenants, seen from both sides.

use std::time::Duration;

use ark_sim::{Damage, Fault, Verb};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::canary;
use crate::support::{Reply, TenantClient, World, eventually, send};

async fn group(tenant: &TenantClient) -> String {
    let body = json!({"model": "doubao-seedance-2-0", "Name": "shots", "GroupType": "AIGC"});
    tenant.acts("CreateAssetGroup", &body).await["Id"].as_str().unwrap().to_owned()
}

async fn asset(tenant: &TenantClient, group: &str) -> String {
    tenant.acts("CreateAsset", &new_asset(group)).await["Id"].as_str().unwrap().to_owned()
}

fn new_asset(group: &str) -> Value {
    json!({"model": "doubao-seedance-2-0", "GroupId": group,
        "URL": "https://example.com/product.png", "AssetType": "Image", "Name": "front.png"})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workflow_of_the_contract_works_from_group_to_active() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let group = group(&acme).await;
    let created = acme.act("CreateAsset", &new_asset(&group)).await;
    let metadata = &created.json["ResponseMetadata"];
    assert_eq!(metadata["Action"], "CreateAsset");
    assert_eq!(metadata["Service"], "ark");
    assert_eq!(metadata["Version"], "2024-01-01");
    assert_eq!(metadata["RequestId"].as_str(), created.header("x-request-id"));
    let result = created.json["Result"].as_object().unwrap();
    assert_eq!(result.keys().collect::<Vec<_>>(), ["Id"]);
    let id = result["Id"].as_str().unwrap();

    let shown = acme.acts("GetAsset", &json!({"Id": id})).await;
    assert_eq!((&shown["Status"], &shown["URL"]), (&json!("Processing"), &json!("")));
    world.sim.activate_asset(id).unwrap();
    let shown = acme.acts("GetAsset", &json!({"Id": id})).await;
    assert_eq!(shown["Status"], "Active");
    assert!(shown["URL"].as_str().unwrap().starts_with("http"));
    let list = json!({"Filter": {"GroupType": "AIGC", "GroupIds": [group]}, "PageNumber": 1, "PageSize": 20});
    let page = acme.acts("ListAssets", &list).await;
    assert_eq!(page["TotalCount"], 1);
    assert_eq!(page["Items"][0]["Id"], id);
    let groups = acme.acts("ListAssetGroups", &json!({"Filter": {"GroupType": "AIGC"}})).await;
    assert_eq!(groups["Items"][0]["Name"], "shots");
    assert_eq!(acme.acts("GetAssetGroup", &json!({"Id": group})).await["Id"], group.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_upstream_gets_the_platforms_project_and_no_model() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let group = group(&acme).await;
    let mut body = new_asset(&group);
    body["ProjectName"] = json!("mine");
    body["Moderation"] = json!({"Strategy": "Default"});
    acme.acts("CreateAsset", &body).await;
    for call in world.sim.calls().iter().filter(|call| call.verb == Verb::AssetAction) {
        let sent = call.json();
        assert_eq!(sent["ProjectName"], canary::PROJECT, "{sent}");
        for key in ["model", "Moderation"] {
            assert_eq!(sent[key], Value::Null, "{sent}");
        }
        assert!(call.header("authorization").unwrap().starts_with("HMAC-SHA256 Credential="));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_asset_shows_its_reason_and_no_project() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = asset(&acme, &group(&acme).await).await;
    world.sim.fail_asset(&id, "DownloadFailed", "could not download for 2100123456").unwrap();
    let reply = acme.act("GetAsset", &json!({"Id": id})).await;
    let shown = &reply.json["Result"];
    assert_eq!(shown["Status"], "Failed");
    assert_eq!(shown["Error"]["Code"], "DownloadFailed");
    let message = shown["Error"]["Message"].as_str().unwrap();
    assert!(message.starts_with("could not download for … "), "{message}");
    assert!(!reply.text.contains("ProjectName"), "{}", reply.text);
}

/// Every place of an id in the asset actions, with the code of its refusal.
fn places(group: &str, asset: &str) -> [(&'static str, Value, &'static str); 6] {
    let filter = json!({"Filter": {"GroupType": "AIGC", "GroupIds": [group]}});
    [
        ("GetAsset", json!({"Id": asset}), "ResourceNotFound.Asset"),
        ("GetAssetGroup", json!({"Id": group}), "ResourceNotFound.AssetGroup"),
        ("CreateAsset", new_asset(group), "ResourceNotFound.AssetGroup"),
        ("ListAssets", filter.clone(), "ResourceNotFound.AssetGroup"),
        ("ListAssetGroups", filter, "ResourceNotFound.AssetGroup"),
        ("GetAsset", json!({"Id": group}), "ResourceNotFound.Asset"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn p15_foreign_and_missing_ids_are_answered_alike_and_never_asked_upstream() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let group = group(&acme).await;
    let asset = asset(&acme, &group).await;
    let (no_group, no_asset) = ("group-20260101000000-zzzzz", "asset-20260101000000-zzzzz");
    world.sim.clear_calls();
    let foreign = places(&group, &asset);
    let missing = places(no_group, no_asset);
    for ((action, body, code), (_, missing, _)) in foreign.into_iter().zip(missing) {
        let reply = zen.act(action, &body).await;
        reply.is_asset_refusal(404, code);
        let other = zen.act(action, &missing).await;
        assert_eq!(masked(&reply, &[&group, &asset]), masked(&other, &[no_group, no_asset]));
    }
    assert_eq!(world.sim.count(Verb::AssetAction), 0);
}

/// The answer without its request id and the ids that were asked for.
fn masked(reply: &Reply, ids: &[&str]) -> (u16, String) {
    let text = reply.text.replace(reply.header("x-request-id").unwrap(), "-");
    (reply.status, ids.iter().fold(text, |text, id| text.replace(id, "-")))
}

#[tokio::test(flavor = "multi_thread")]
async fn p16_pages_and_totals_count_only_the_tenants_own() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let everything = json!({"Filter": {"GroupType": "AIGC"}, "PageSize": 2});
    assert_eq!(
        zen.acts("ListAssets", &everything).await,
        json!({"Items": [], "TotalCount": 0,
        "PageNumber": 1, "PageSize": 2})
    );
    assert_eq!(world.sim.count(Verb::AssetAction), 0, "without a group there is nothing to ask");
    let (mine, theirs) = (group(&acme).await, group(&zen).await);
    for _ in 0..3 {
        asset(&acme, &mine).await;
        asset(&zen, &theirs).await;
    }
    let page = acme.acts("ListAssets", &everything).await;
    assert_eq!(page["TotalCount"], 3);
    assert_eq!(page["Items"].as_array().unwrap().len(), 2);
    let groups = acme.acts("ListAssetGroups", &everything).await;
    assert_eq!((&groups["TotalCount"], &groups["Items"][0]["Id"]), (&json!(1), &json!(mine)));
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_that_are_not_open_or_not_known_are_refused() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for action in ["UpdateAsset", "UpdateAssetGroup", "DeleteAsset", "DeleteAssetGroup"] {
        acme.act(action, &json!({"Id": "asset-1"})).await.is_asset_refusal(403, "InvalidAction");
    }
    for action in ["", "Nonsense", "getasset", "GetAsset&Action=ListAssets"] {
        acme.act(action, &json!({})).await.is_asset_refusal(400, "InvalidActionOrVersion");
    }
    for query in ["", "?Action=GetAsset", "?Action=GetAsset&Version=2025-01-01"] {
        let request = acme.http.post(format!("{}/volcark{query}", acme.url));
        send(request.bearer_auth(&acme.token))
            .await
            .is_asset_refusal(400, "InvalidActionOrVersion");
    }
    assert_eq!(world.sim.count(Verb::AssetAction), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_spellings_of_the_path_work() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for path in ["/volcark/", "/volcark"] {
        let url = format!("{}{path}?Version=2024-01-01&Action=CreateAssetGroup", acme.url);
        let request = acme.http.post(url).bearer_auth(&acme.token).body(r#"{"Name":"g"}"#);
        assert_eq!(send(request).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn moderation_cannot_be_skipped_wherever_it_hides() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for hidden in [
        json!({"Moderation": {"Strategy": "Skip"}}),
        json!({"moderation": {"strategy": "SKIP "}}),
        json!({"Extra": [{"MODERATION": {"Strategy": "skip"}}]}),
    ] {
        let mut body = new_asset("group-1");
        body.as_object_mut().unwrap().extend(hidden.as_object().unwrap().clone());
        acme.act("CreateAsset", &body).await.is_asset_refusal(400, "moderation_skip_not_allowed");
    }
    assert_eq!(world.sim.count(Verb::AssetAction), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asset_has_to_be_at_a_public_address() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let group = group(&acme).await;
    world.names.set("inside.example.net", &["10.0.0.7".parse().unwrap()]);
    world.names.set("gone.example.net", &[]);
    for url in [
        "http://127.0.0.1/a.png",
        "https://inside.example.net/a",
        "https://gone.example.net/a",
        "ftp://example.com/a",
        "data:image/png;base64,AA==",
        "asset://asset-1",
        " ",
    ] {
        let mut body = new_asset(&group);
        body["URL"] = json!(url);
        acme.act("CreateAsset", &body).await.is_asset_refusal(400, "invalid_request");
    }
    let mut body = new_asset(&group);
    body["URL"] = json!(" HTTP://Example.COM/a.png#x ");
    acme.acts("CreateAsset", &body).await;
    let calls = world.sim.calls();
    let sent = calls.iter().rfind(|call| call.action().as_deref() == Some("CreateAsset")).unwrap();
    assert_eq!(sent.json()["URL"], "http://example.com/a.png");
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_a_create_with_an_unclear_outcome_is_not_repeated_and_its_asset_is_found_later() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let group = group(&acme).await;
    world.sim.faults().next(Verb::AssetAction, Fault::CommitThen(Damage::CloseBeforeHeaders));
    let reply = acme.act("CreateAsset", &new_asset(&group)).await;
    reply.is_asset_refusal(502, "service_error");
    assert_eq!(reply.header("x-should-retry"), Some("false"));
    let open = world.store.open_library_intents("default", None, 10).await.unwrap();
    assert_eq!(open.len(), 1);
    let made = world.sim.assets();
    assert_eq!(made.len(), 1, "one POST");
    let id = made[0].id.as_str();
    acme.act("GetAsset", &json!({"Id": id})).await.is_asset_refusal(404, "ResourceNotFound.Asset");
    acme.acts("ListAssets", &json!({"Filter": {"GroupType": "AIGC"}})).await;
    assert_eq!(acme.acts("GetAsset", &json!({"Id": id})).await["Id"], id);
    assert!(world.store.open_library_intents("default", None, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn p11_a_tenant_that_disconnects_still_owns_its_group() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().next(Verb::AssetAction, Fault::Delay(Duration::from_millis(200)));
    let mut socket = TcpStream::connect(world.server.address()).await.unwrap();
    let body = r#"{"Name":"g"}"#;
    let request = format!(
        "POST /volcark/?Action=CreateAssetGroup&Version=2024-01-01 HTTP/1.1\r\nhost: g\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        acme.token,
        body.len()
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    world.sim.wait_for_calls(Verb::AssetAction, 1).await;
    drop(socket);
    let owned = eventually(async || {
        let groups = world.store.scope(&acme.tenant).group_ids("default").await.unwrap();
        (!groups.is_empty()).then_some(groups)
    })
    .await;
    assert_eq!(owned.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_asset_surface_refuses_like_the_task_surface_in_its_own_envelope() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let url = format!("{}/volcark/?Action=GetAsset&Version=2024-01-01", acme.url);
    send(acme.http.post(&url)).await.is_asset_refusal(401, "unauthorized");
    let get = acme.http.get(&url).bearer_auth(&acme.token);
    send(get).await.is_asset_refusal(405, "method_not_allowed");
    let plain = acme.http.post(&url).bearer_auth(&acme.token).header("content-type", "text/plain");
    send(plain.body("{}")).await.is_asset_refusal(415, "unsupported_media_type");
    acme.act("GetAsset", &json!({})).await.is_asset_refusal(400, "invalid_request");
    acme.act("ListAssets", &json!({})).await.is_asset_refusal(400, "invalid_request");
    world.store.set_suspended(&acme.tenant.name, true, world.clock.now()).await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    acme.act("GetAsset", &json!({})).await.is_asset_refusal(403, "tenant_suspended");
}

#[tokio::test(flavor = "multi_thread")]
async fn upstream_troubles_of_the_library_are_not_the_tenants() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for (status, code, expected, public) in [
        (403, "SubscriptionRequired", 503, "service_unavailable"),
        (401, "InvalidAccessKey", 502, "service_error"),
        (403, "AccessDenied", 502, "service_error"),
        (429, "FlowLimitExceeded", 429, "rate_limit_exceeded"),
        (400, "InvalidParameter.FormatUnsupported", 400, "InvalidParameter.FormatUnsupported"),
    ] {
        world.sim.faults().next(Verb::AssetAction, Fault::refusal(status, code, "for 2100123456"));
        let reply = acme.act("CreateAssetGroup", &json!({"Name": "g"})).await;
        reply.is_asset_refusal(expected, public);
        assert!(!reply.text.contains("2100123456"), "{}", reply.text);
    }
}
