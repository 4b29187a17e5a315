//! Every row of the operators' table of errors, as an operator meets it.

use ark_sim::{Damage, Fault, SimSettings, Verb};
use gateway::{ERRORS, Kind, OPERATOR_ERRORS};
use serde_json::json;

use super::{Operator, world};
use crate::support::{GOOD, Reply, World, send};

const TENANTS: &str = "/admin/v1/tenants";

/// One request that ends in this row. `None`: no request is known that panics, takes half a minute,
/// or meets a store that is gone and a listener that is not.
#[expect(clippy::wildcard_enum_match_arm, reason = "most of the others are the tenants'")]
async fn provoke(kind: Kind) -> Option<Reply> {
    let is_open = matches!(kind, Kind::CredentialRequired | Kind::HostRefused);
    let world = if is_open { World::with(SimSettings::default(), "").await } else { world().await };
    let operator = Operator::of(&world);
    let reply = match kind {
        Kind::InvalidRequest => operator.post(TENANTS, &json!({"name": "No"})).await,
        Kind::ConfirmationRequired => operator.post("/admin/v1/tokens/1/revoke", &json!({})).await,
        Kind::Unauthorized => send(operator.http.get(format!("{}/metrics", operator.url))).await,
        Kind::CredentialRequired => operator.post(TENANTS, &json!({"name": "acme"})).await,
        Kind::HostRefused => {
            send(operator.request("GET", TENANTS).header("host", "a.example")).await
        }
        Kind::OriginRefused => {
            send(operator.request("GET", TENANTS).header("origin", "null")).await
        }
        Kind::NoRoute => operator.get("/admin/v1/nothing").await,
        Kind::TenantNotFound => operator.get("/admin/v1/tenants/nobody").await,
        Kind::TokenNotFound => {
            operator.post("/admin/v1/tokens/99/revoke", &json!({"confirm": true})).await
        }
        Kind::IntentNotFound => {
            operator.post("/admin/v1/orphans/99/abandon", &json!({"confirm": true})).await
        }
        Kind::ChargeNotFound => {
            let body = json!({"tokens": 1, "reason": "x", "confirm": true});
            operator.post("/admin/v1/ledger/cgt-1/correct", &body).await
        }
        Kind::NotInQuarantine => {
            let body = json!({"reason": "x", "confirm": true});
            operator.post("/admin/v1/quarantine/cgt-1/free", &body).await
        }
        Kind::MethodNotAllowed => operator.sends("DELETE", TENANTS, &json!({})).await,
        Kind::TenantExists => {
            operator.does(TENANTS, &json!({"name": "acme"})).await;
            operator.post(TENANTS, &json!({"name": "acme"})).await
        }
        Kind::NotAdopted | Kind::ServiceError => return Some(adoption(&world, kind).await),
        Kind::TooLarge => operator.post(TENANTS, &json!({"name": "x".repeat(20_000)})).await,
        Kind::TargetTooLong => operator.get(&format!("{TENANTS}?after={}", "x".repeat(9000))).await,
        Kind::UnsupportedMediaType => send(operator.request("POST", TENANTS).body("{}")).await,
        Kind::HeadTooLarge => {
            send(operator.request("GET", TENANTS).header("x-large", "x".repeat(40_000))).await
        }
        _ => return None,
    };
    Some(reply)
}

/// An intent that is to adopt what is somebody's, or what the model service does not have.
async fn adoption(world: &World, kind: Kind) -> Reply {
    let (operator, acme) = (Operator::of(world), world.tenant("acme").await);
    world.sim.faults().always(Verb::List, Fault::status(503));
    let mine = acme.creates(GOOD).await;
    world.sim.faults().next(Verb::Create, Fault::WithoutCommit(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    let open = operator.shows("/admin/v1/orphans").await;
    let path =
        format!("/admin/v1/orphans/{}/adopt", open["intents"][0]["intent"].as_str().unwrap());
    let id = if kind == Kind::NotAdopted { mine.as_str() } else { "cgt-20260101000000-zzzzz" };
    operator.post(&path, &json!({"id": id, "confirm": true})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_operators_table_is_answered_as_it_says() {
    let mut met = 0;
    for row in OPERATOR_ERRORS {
        let Some(reply) = provoke(row.kind).await else { continue };
        reply.is(row.status, row.code);
        assert_eq!(reply.json["error"]["type"], row.type_name, "{}", reply.text);
        assert!(!reply.json["error"]["message"].as_str().unwrap().is_empty());
        met += 1;
    }
    assert_eq!(met, OPERATOR_ERRORS.len() - 3);
}

#[test]
fn what_operators_and_tenants_meet_alike_has_one_status_code_and_type() {
    for row in OPERATOR_ERRORS {
        let rows = OPERATOR_ERRORS.iter().filter(|other| other.kind == row.kind).count();
        assert_eq!(rows, 1, "{:?}", row.kind);
        if let Some(other) = ERRORS.iter().find(|other| other.kind == row.kind) {
            let said = (other.status, other.code, other.type_name);
            assert_eq!((row.status, row.code, row.type_name), said);
        }
    }
}
