//! Every row of the error table, as a tenant meets it: exact status and exact code.

use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use gateway::{ERRORS, Kind};
use tenancy::{LimitChange, Tenant};

use crate::support::{GOOD, Reply, TASKS, World, send};

/// The code of a native refusal, which the table cannot name.
const NATIVE: &str = "InputTextSensitiveContentDetected";

async fn world() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "server.body_limit = \"4KiB\"\n").await
}

/// One request that ends in this row. `Internal` has none: no request is known that panics.
async fn provoke(world: &World, kind: Kind) -> Option<Reply> {
    let acme = world.tenant("acme").await;
    let json = |method: &str| acme.request(method, "").header("content-type", "application/json");
    let reply = match kind {
        Kind::InvalidRequest => acme.create("[]").await,
        Kind::InvalidDuration => {
            acme.create(&GOOD.replace("\"duration\":4", "\"duration\":16")).await
        }
        Kind::ModerationSkip => {
            let skip = serde_json::json!({"Moderation": {"Strategy": "Skip"}});
            acme.act("CreateAsset", &skip).await
        }
        Kind::UnknownAction => acme.act("Nonsense", &serde_json::json!({})).await,
        Kind::ClosedAction => acme.act("DeleteAsset", &serde_json::json!({})).await,
        Kind::AssetGroupNotFound => {
            acme.act("GetAssetGroup", &serde_json::json!({"Id": "group-1"})).await
        }
        Kind::Native => {
            world.sim.faults().next(Verb::Create, Fault::refusal(400, NATIVE, "not allowed"));
            acme.create(GOOD).await
        }
        Kind::Unauthorized => send(acme.http.get(format!("{}{TASKS}", acme.url))).await,
        Kind::TenantSuspended => {
            world.store.set_suspended(&acme.tenant.name, true, world.clock.now()).await.unwrap();
            acme.list("").await
        }
        Kind::BudgetExceeded => {
            limit(world, &acme.tenant, LimitChange::MonthlyUsdMicros(Some(0))).await;
            acme.create(GOOD).await
        }
        Kind::TooManyLiveTasks => {
            limit(world, &acme.tenant, LimitChange::LiveTasks(Some(0))).await;
            acme.create(GOOD).await
        }
        Kind::NoRoute => send(json("POST")).await.and_then_cancel(&acme).await,
        Kind::TaskNotFound => acme.get("cgt-20260101000000-zzzzz").await,
        Kind::AssetNotFound => {
            let item = r#"{"type":"image_url","image_url":{"url":"asset://asset-1"}}"#;
            acme.create(&GOOD.replace("\"content\":[", &format!("\"content\":[{item},"))).await
        }
        Kind::MethodNotAllowed => send(json("PUT")).await,
        Kind::RunningTask => {
            let id = acme.creates(GOOD).await;
            world.sim.set_status(&id, "running").unwrap();
            acme.delete(&id).await
        }
        Kind::CancelledTask => {
            let id = acme.creates(GOOD).await;
            acme.delete(&id).await;
            acme.delete(&id).await
        }
        Kind::IdempotencyConflict => {
            let keyed = |body: &str| {
                send(json("POST").header("idempotency-key", "k").body(body.to_owned()))
            };
            keyed(GOOD).await;
            keyed(&GOOD.replace("a boat", "a ship")).await
        }
        Kind::TargetTooLong => acme.list(&"x".repeat(9000)).await,
        Kind::HeadTooLarge => {
            send(acme.request("GET", "").header("x-large", "x".repeat(40_000))).await
        }
        Kind::TooLarge => acme.create(&GOOD.replace("a boat", &"x".repeat(5000))).await,
        Kind::UnsupportedMediaType => {
            send(acme.request("POST", "").header("content-type", "text/plain").body(GOOD)).await
        }
        Kind::RateLimited => {
            world.sim.faults().next(Verb::Create, Fault::refusal(429, "QuotaExceeded", "later"));
            acme.create(GOOD).await
        }
        // Those of operators are in `admin/errors.rs`.
        Kind::Internal
        | Kind::ConfirmationRequired
        | Kind::CredentialRequired
        | Kind::HostRefused
        | Kind::OriginRefused
        | Kind::TenantNotFound
        | Kind::TokenNotFound
        | Kind::IntentNotFound
        | Kind::NotInQuarantine
        | Kind::ChargeNotFound
        | Kind::TenantExists
        | Kind::NotAdopted
        | Kind::DeadlineExceeded => return None,
        Kind::ServiceError => {
            world.sim.faults().next(Verb::Create, Fault::status(500));
            acme.create(GOOD).await
        }
        Kind::ServiceUnavailable => {
            let closed = world.tenant_with("closed", false).await;
            closed.create(GOOD).await
        }
    };
    Some(reply)
}

async fn limit(world: &World, tenant: &Tenant, change: LimitChange) {
    let now = world.clock.now();
    world.store.change_limits(&tenant.name, vec![change], "test", now).await.unwrap();
}

impl Reply {
    /// Asks for the cancel route that many clients guess, and that must never create a task.
    async fn and_then_cancel(self, acme: &crate::support::TenantClient) -> Self {
        send(acme.request("POST", "/cgt-20260101000000-zzzzz/cancel").body(GOOD)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_table_is_answered_as_it_says() {
    for row in ERRORS {
        let world = world().await;
        let Some(reply) = provoke(&world, row.kind).await else {
            continue;
        };
        let code = if row.kind == Kind::Native { NATIVE } else { row.code };
        if reply.json["ResponseMetadata"].is_object() {
            reply.is_asset_refusal(row.status, code);
            continue;
        }
        reply.is(row.status, code);
        assert_eq!(reply.json["error"]["type"], row.type_name, "{}", reply.text);
        assert!(!reply.json["error"]["message"].as_str().unwrap().is_empty());
    }
}

#[test]
fn every_kind_has_one_row() {
    for row in ERRORS {
        let rows = ERRORS.iter().filter(|other| other.kind == row.kind).count();
        assert_eq!(rows, 1, "{:?}", row.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verdicts_come_in_a_fixed_order() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let big = "x".repeat(5000);
    // Token before method, method before type, type before size, size before JSON.
    send(acme.http.put(format!("{}{TASKS}", acme.url)).body(big.clone()))
        .await
        .is(401, "unauthorized");
    send(acme.request("PUT", "").body(big.clone())).await.is(405, "method_not_allowed");
    let typed = acme.request("POST", "").header("content-type", "text/plain").body(big.clone());
    send(typed).await.is(415, "unsupported_media_type");
    acme.create(&big).await.is(413, "request_too_large");
    // JSON before model, model before content, content before duration.
    acme.create(r#"{"model":"x","model":"y"}"#).await.is(400, "invalid_request");
    let reply = acme.create(r#"{"duration":99,"content":[],"model":"x"}"#).await;
    assert_eq!(reply.json["error"]["param"], "model");
    let reply = acme.create(r#"{"duration":99,"content":[],"model":"doubao-seedance-2-0"}"#).await;
    assert_eq!(reply.json["error"]["param"], "content");
    acme.create(&GOOD.replace("\"duration\":4", "\"callback_url\":\"x\",\"duration\":99"))
        .await
        .is(400, "invalid_duration");
    assert_eq!(world.sim.count(Verb::Create), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_are_given_and_echoed() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let first = send(acme.request("GET", "").header("x-client-request-id", "mine-1")).await;
    let second = send(acme.request("GET", "").header("x-client-request-id", "bad id")).await;
    assert_eq!(first.header("x-client-request-id"), Some("mine-1"));
    assert_eq!(second.header("x-client-request-id"), None);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
