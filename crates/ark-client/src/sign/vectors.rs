//! The signer against values that the vendor's own SDKs computed.

use std::fmt::Debug;

use serde_json::Value;

use super::{
    Call, Signer, canonical_query, canonical_request, header_names, hex, scope, sha256_hex, sign,
    signed_headers, signing_keys, string_to_sign,
};

const VECTORS: &str = include_str!("../../../../fixtures/sign/volc-sign-vectors.json");

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

/// The pairs of a JSON object, those only whose lower-case name `wanted` accepts.
fn pairs(object: &Value, wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let members = object.as_object().unwrap().iter();
    let named = members.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    named
        .filter(|(name, _)| wanted(&name.to_lowercase()))
        .collect()
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect()
}

#[track_caller]
fn same(vector: &str, what: &str, ours: impl PartialEq<str> + Debug, theirs: &str) {
    assert!(
        ours.eq(theirs),
        "{vector}: {what}: {ours:?} is not {theirs:?}"
    );
}

fn check(vector: &Value) {
    let name = text(vector, "name");
    let (input, steps) = (&vector["input"], &vector["intermediate"]);
    let query = pairs(&input["query"], |_| true);
    let listed: Vec<_> = text(steps, "signed_headers").split(';').collect();
    let own: Vec<_> = pairs(&input["headers"], |header| listed.contains(&header));
    let own: Vec<_> = own
        .into_iter()
        .map(|(k, v)| (k.to_lowercase(), v))
        .collect();
    let call = Call {
        method: text(input, "method"),
        host: text(input, "host"),
        path: text(input, "path"),
        query: &borrowed(&query),
        headers: &borrowed(&own),
        body: text(input, "body").as_bytes(),
        x_date: text(input, "date"),
    };
    let signer = Signer {
        access_key_id: text(input, "access_key_id"),
        secret_access_key: text(input, "secret_access_key"),
        region: text(input, "region"),
        service: text(input, "service"),
    };
    let body_hash = sha256_hex(call.body);
    let headers = signed_headers(&call, &body_hash);
    let request = canonical_request(&call, &headers, &body_hash);
    let scope = scope(call.x_date, &signer);
    let to_sign = string_to_sign(call.x_date, &scope, &request);
    let step = |what: &str, ours: String| same(name, what, ours, text(steps, what));
    step("body_sha256_hex", body_hash.clone());
    step("canonical_query", canonical_query(call.query));
    step("signed_headers", header_names(&headers));
    step("canonical_request", request.clone());
    step(
        "canonical_request_sha256_hex",
        sha256_hex(request.as_bytes()),
    );
    step("credential_scope", scope);
    step("string_to_sign", to_sign);
    let keys = signing_keys(call.x_date, &signer).map(|key| hex(&key));
    let key_names = [
        "k_date_hex",
        "k_region_hex",
        "k_service_hex",
        "k_signing_hex",
    ];
    for (what, key) in key_names.into_iter().zip(keys) {
        step(what, key);
    }
    let signature = sign(&call, &signer);
    step("body_sha256_hex", signature.x_content_sha256);
    same(
        name,
        "authorization",
        signature.authorization,
        text(vector, "authorization"),
    );
}

#[test]
fn every_step_equals_the_vendors_own_signers() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 4);
    vectors.iter().for_each(check);
}
