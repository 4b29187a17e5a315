//! A signer for the stories. The vectors of the official signers keep it and the check honest.

use ark_sim::Sim;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, request, send};

/// What [`ark_sim::SimSettings`] starts with.
const KEY: &str = "AKLTsimulatedAccessKeyId";
const SECRET: &str = "c2ltdWxhdGVkLXNlY3JldA==";

/// Calls an action in the name of the account.
pub(crate) async fn act(sim: &Sim, action: &str, body: Value) -> Answer {
    let body = body.to_string();
    let now = jiff::Timestamp::from_millisecond(sim.clock().now_ms()).unwrap();
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let query = format!("Action={action}&Version=2024-01-01");
    let hash = hex(&Sha256::digest(&body));
    let canonical = format!(
        "POST\n/\n{query}\nhost:ark\nx-content-sha256:{hash}\nx-date:{date}\n\n\
         host;x-content-sha256;x-date\n{hash}"
    );
    let scope = format!("{}/cn-beijing/ark/request", &date[..8]);
    let to_sign = format!("HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
    let key = [&date[..8], "cn-beijing", "ark", "request"]
        .iter()
        .fold(SECRET.as_bytes().to_vec(), |key, step| mac(&key, step));
    let authorization = format!(
        "HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders=host;x-content-sha256;x-date, \
         Signature={}",
        hex(&mac(&key, &to_sign))
    );
    let headers = [
        ("host", "ark"),
        ("x-date", date.as_str()),
        ("x-content-sha256", &hash),
        ("authorization", &authorization),
        ("connection", "close"),
    ];
    send(sim, &request("POST", &format!("/?{query}"), &headers, body.as_bytes())).await
}

/// The `Result` of an action that succeeds.
pub(crate) async fn result(sim: &Sim, action: &str, body: Value) -> Value {
    let answer = act(sim, action, body).await.json();
    assert!(answer["ResponseMetadata"].get("Error").is_none(), "{answer}");
    answer["Result"].clone()
}

/// Status and code of an action that is refused.
pub(crate) async fn refusal(sim: &Sim, action: &str, body: Value) -> (u16, String) {
    let answer = act(sim, action, body).await;
    let code = answer.json()["ResponseMetadata"]["Error"]["Code"].clone();
    (answer.status, code.as_str().unwrap().to_owned())
}

pub(crate) async fn create_group(sim: &Sim, name: &str) -> String {
    let group = result(sim, "CreateAssetGroup", json!({"Name": name})).await;
    group["Id"].as_str().unwrap().to_owned()
}

pub(crate) async fn create_asset(sim: &Sim, group: &str, asset_type: &str) -> String {
    let body = json!({
        "GroupId": group,
        "URL": "https://media.example/source",
        "AssetType": asset_type,
    });
    let asset = result(sim, "CreateAsset", body).await;
    asset["Id"].as_str().unwrap().to_owned()
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}
