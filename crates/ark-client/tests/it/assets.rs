//! The signed call of the Asset API, and its envelope.

use ark_client::{ArkClient, AssetReply, Error, Outcome};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::support::{ACCESS_KEY_ID, Act, Request, SECRET_ACCESS_KEY, Upstream, answer, settings};

/// 2026-06-11 13:00:00 UTC.
const NOW: i64 = 1_781_182_800;

const CREATED: &str = r#"{"ResponseMetadata":{"RequestId":"20260318","Action":"CreateAsset","Version":"2024-01-01","Service":"ark","Region":"cn-beijing"},"Result":{"Id": "asset-1", "b":1.50}}"#;

async fn call(status: u16, body: &str) -> Result<AssetReply, Error> {
    let upstream = Upstream::always(Act::SayAndClose(answer(status, body))).await;
    let body = br#"{"GroupId":"group-1"}"#.to_vec();
    upstream.client().call_asset_action("CreateAsset", body, NOW).await
}

fn error_body(code: &str) -> String {
    format!(
        r#"{{"ResponseMetadata":{{"RequestId":"r-1","Error":{{"CodeN":100009,"Code":"{code}","Message":"of account 2100"}}}}}}"#
    )
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

/// What the signature must be, from the request as it came and the headers that it says are signed.
fn expected_signature(request: &Request) -> String {
    let authorization = request.header("authorization");
    let (_, signed) = authorization.split_once("SignedHeaders=").unwrap();
    let (signed, _) = signed.split_once(", ").unwrap();
    let (target, _) = request.line.rsplit_once(' ').unwrap();
    let mut lines: Vec<_> = target.split([' ', '?']).map(str::to_owned).collect();
    for name in signed.split(';') {
        lines.push(format!("{name}:{}", request.header(name)));
    }
    lines.extend([String::new(), signed.to_owned(), hex(&Sha256::digest(&request.body))]);
    let canonical = lines.join("\n");
    let date = request.header("x-date");
    let scope = format!("{}/cn-beijing/ark/request", &date[..8]);
    let hash = hex(&Sha256::digest(canonical));
    let mut key = SECRET_ACCESS_KEY.as_bytes().to_vec();
    for part in [&date[..8], "cn-beijing", "ark", "request"] {
        key = hmac(&key, part);
    }
    hex(&hmac(&key, &format!("HMAC-SHA256\n{date}\n{scope}\n{hash}")))
}

#[tokio::test]
async fn an_action_is_posted_with_a_signature_over_what_arrives() {
    let upstream = Upstream::always(Act::Say(answer(200, CREATED))).await;
    let body = r#"{"Name":"商品 图"}"#;
    let client = upstream.client();
    client.call_asset_action("CreateAsset", body.into(), NOW).await.unwrap();
    let request = upstream.request();
    assert_eq!(request.line, "POST /?Action=CreateAsset&Version=2024-01-01 HTTP/1.1");
    assert_eq!(request.body, body.as_bytes());
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("host"), upstream.address.to_string());
    assert_eq!(request.header("x-date"), "20260611T130000Z");
    assert_eq!(request.header("x-content-sha256"), hex(&Sha256::digest(body)));
    let signature = expected_signature(&request);
    assert_eq!(
        request.header("authorization"),
        format!(
            "HMAC-SHA256 Credential={ACCESS_KEY_ID}/20260611/cn-beijing/ark/request, \
             SignedHeaders=content-type;host;x-content-sha256;x-date, Signature={signature}"
        )
    );
    assert_eq!(request.headers.len(), 8, "{:?}", request.headers);
}

#[tokio::test]
async fn an_odd_action_name_cannot_leave_its_parameter() {
    let upstream = Upstream::always(Act::Say(answer(200, CREATED))).await;
    let client = upstream.client();
    client.call_asset_action("A&b=c d/é", Vec::new(), NOW).await.unwrap();
    let line = "POST /?Action=A%26b%3Dc%20d%2F%C3%A9&Version=2024-01-01 HTTP/1.1";
    let request = upstream.request();
    assert_eq!(request.line, line);
    assert!(request.header("authorization").ends_with(&expected_signature(&request)));
}

#[tokio::test]
async fn the_result_is_handed_over_as_the_upstream_wrote_it() {
    let reply = call(200, CREATED).await.unwrap();
    assert_eq!(reply.result, br#"{"Id": "asset-1", "b":1.50}"#);
    assert_eq!(reply.request_id.as_deref(), Some("20260318"));
    for none in [r#"{"ResponseMetadata":{}}"#, r#"{"ResponseMetadata":{},"Result":null}"#] {
        let reply = call(200, none).await.unwrap();
        assert_eq!((reply.result, reply.request_id), (b"{}".to_vec(), None));
    }
}

#[tokio::test]
async fn an_error_in_the_envelope_is_a_refusal_on_any_status_but_a_5xx() {
    let outcomes = [
        (200, "NotFound.asset_id", Outcome::Refused),
        (200, "InternalError", Outcome::Unknown),
        (401, "InvalidAccessKey", Outcome::Refused),
        (404, "NotFound.group_id", Outcome::Refused),
        (500, "InternalError", Outcome::Unknown),
        (503, "FlowLimitExceeded", Outcome::Unknown),
    ];
    for (status, code, outcome) in outcomes {
        let error = call(status, &error_body(code)).await.unwrap_err();
        assert_eq!(error.outcome(), outcome, "{status} {code}");
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.upstream_code(), Some(code));
        assert_eq!(error.upstream_message(), Some("of account 2100"));
        assert_eq!(error.request_id(), Some("r-1"));
    }
}

#[tokio::test]
async fn an_answer_without_metadata_is_no_answer() {
    for body in ["{}", r#"{"Result":{}}"#, r#"{"ResponseMetadata":7,"Result":{}}"#] {
        let error = call(200, body).await.unwrap_err();
        assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(200)), "{body}");
    }
}

#[tokio::test]
async fn a_call_that_cannot_be_signed_is_not_sent() {
    let mut settings = settings("http://127.0.0.1:1");
    let client = ArkClient::new(settings.clone()).unwrap();
    assert_eq!(client.project(), Some("default"));
    let error = client.call_asset_action("GetAsset", Vec::new(), i64::MAX).await.unwrap_err();
    let text = "call an asset action: the time is outside the calendar";
    assert_eq!((error.outcome(), error.to_string().as_str()), (Outcome::NotSent, text));
    settings.assets = None;
    let client = ArkClient::new(settings).unwrap();
    let error = client.call_asset_action("GetAsset", Vec::new(), NOW).await.unwrap_err();
    let text = "call an asset action: no asset settings are given";
    assert_eq!((error.outcome(), error.to_string().as_str()), (Outcome::NotSent, text));
}
