//! The signature check, with requests that the official signers have signed.

use ark_sim::{Sim, SimClock, SimSettings};
use serde_json::Value;

use crate::support::{request, send, settings};

const VECTORS: &str = include_str!("../sign-vectors.json");

fn vectors() -> Vec<Value> {
    serde_json::from_str(VECTORS).unwrap()
}

/// An account with the key pair of a vector, on a clock that is `late_ms` after its date.
async fn account(input: &Value, late_ms: i64) -> Sim {
    let date = input["date"].as_str().unwrap();
    let date = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", date).unwrap();
    let date = date.to_datetime().unwrap().to_zoned(jiff::tz::TimeZone::UTC);
    let date_ms = date.unwrap().timestamp().as_millisecond();
    let text = |name: &str| input[name].as_str().unwrap().to_owned();
    let settings = SimSettings {
        access_key_id: text("access_key_id"),
        secret_access_key: text("secret_access_key"),
        region: text("region"),
        clock: SimClock::manual(date_ms + late_ms),
        ..settings()
    };
    Sim::start(settings).await.unwrap()
}

/// The request of a vector with a change in its bytes, and the gateway error that it meets: none
/// when the signature was accepted, whatever the action then says.
async fn number(vector: &Value, late_ms: i64, (from, to): (&str, &str)) -> Option<u64> {
    let input = &vector["input"];
    let sim = account(input, late_ms).await;
    let text = |name: &str| input[name].as_str().unwrap();
    let url = vector["url"].as_str().unwrap();
    let (_, target) = url.split_at(url.find("/?").unwrap());
    let mut headers = vec![
        ("Host", text("host")),
        ("X-Date", text("date")),
        ("Authorization", vector["authorization"].as_str().unwrap()),
        ("Connection", "close"),
    ];
    let body_hash = {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(text("body"));
        hash.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    };
    headers.push(("X-Content-Sha256", &body_hash));
    headers.extend(input["headers"]["Content-Type"].as_str().map(|value| ("Content-Type", value)));
    let bytes = request(text("method"), target, &headers, text("body").as_bytes());
    let bytes = String::from_utf8(bytes).unwrap();
    assert!(bytes.contains(from), "{bytes}");
    let answer = send(&sim, bytes.replacen(from, to, 1).as_bytes()).await;
    answer.json()["ResponseMetadata"]["Error"]["CodeN"].as_u64()
}

#[tokio::test]
async fn requests_of_the_official_signers_are_accepted() {
    for vector in vectors() {
        assert_eq!(number(&vector, 0, ("", "")).await, None, "{}", vector["name"]);
    }
}

#[tokio::test]
async fn any_change_breaks_the_signature() {
    let vector = &vectors()[0];
    for (from, to) in [
        ("Action=CreateAssetGroup", "Action=DeleteAssetGroup"),
        ("campaign", "Campaign"),
        ("Content-Type: application/json", "Content-Type: text/json"),
        ("Host: ark.cn-beijing", "Host: ark.cn-shanghai"),
        ("Signature=8", "Signature=9"),
        ("SignedHeaders=content-type;host;", "SignedHeaders=content-type;"),
    ] {
        assert_eq!(number(vector, 0, (from, to)).await, Some(100_010), "{from}");
    }
}

#[tokio::test]
async fn each_defect_has_its_own_number() {
    let vector = &vectors()[0];
    for (from, to, expected) in [
        ("Authorization:", "X-Other:", 100_004),
        ("X-Date:", "X-Other:", 100_004),
        ("HMAC-SHA256 Credential", "AWS4-HMAC-SHA256 Credential", 100_024),
        ("Credential=AKLT", "Credential=AKLX", 100_009),
        ("/cn-beijing/ark/", "/cn-beijing/ecs/", 100_025),
    ] {
        assert_eq!(number(vector, 0, (from, to)).await, Some(expected), "{from}");
    }
}

#[tokio::test]
async fn a_date_may_be_a_quarter_of_an_hour_off() {
    let vector = &vectors()[0];
    let quarter_ms = 15 * 60 * 1000;
    for late_ms in [quarter_ms, -quarter_ms] {
        assert_eq!(number(vector, late_ms, ("", "")).await, None);
        let too_far = late_ms + late_ms.signum();
        assert_eq!(number(vector, too_far, ("", "")).await, Some(100_006));
    }
}
