//! The signer against values that the vendor's own SDKs computed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Call, Signer, canonical_query, canonical_request, header_names, hex, scope, sha256_hex, sign,
    signed_headers, signing_keys, string_to_sign,
};

const VECTORS: &str = include_str!("../../../../fixtures/sign/volc-sign-vectors.json");

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    input: Input,
    intermediate: BTreeMap<String, String>,
    authorization: String,
}

#[derive(Deserialize)]
struct Input {
    access_key_id: String,
    secret_access_key: String,
    region: String,
    service: String,
    method: String,
    host: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: String,
    date: String,
}

/// What our signer makes of a call on its way to the signature, under the names of the vectors.
fn steps(call: &Call<'_>, signer: &Signer<'_>) -> Vec<(&'static str, String)> {
    let body_hash = sha256_hex(call.body);
    let headers = signed_headers(call, &body_hash);
    let request = canonical_request(call, &headers, &body_hash);
    let scope = scope(call.x_date, signer);
    let [day, region, service, signing] = signing_keys(call.x_date, signer).map(|key| hex(&key));
    vec![
        ("canonical_query", canonical_query(call.query)),
        ("signed_headers", header_names(&headers)),
        ("canonical_request_sha256_hex", sha256_hex(request.as_bytes())),
        ("string_to_sign", string_to_sign(call.x_date, &scope, &request)),
        ("canonical_request", request),
        ("credential_scope", scope),
        ("k_date_hex", day),
        ("k_region_hex", region),
        ("k_service_hex", service),
        ("k_signing_hex", signing),
        ("body_sha256_hex", sign(call, signer).x_content_sha256),
    ]
}

fn check(vector: &Vector) {
    let Vector { name, input, intermediate, .. } = vector;
    // Which headers are signed is the signer's choice; ours signs what it is given.
    let listed: Vec<_> = intermediate["signed_headers"].split(';').collect();
    let headers: Vec<_> = input.headers.iter().map(|(k, v)| (k.to_lowercase(), v)).collect();
    let headers: Vec<_> = headers.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let headers: Vec<_> = headers.into_iter().filter(|(k, _)| listed.contains(k)).collect();
    let query: Vec<_> = input.query.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let call = Call {
        method: &input.method,
        host: &input.host,
        path: &input.path,
        query: &query,
        headers: &headers,
        body: input.body.as_bytes(),
        x_date: &input.date,
    };
    let signer = Signer {
        access_key_id: &input.access_key_id,
        secret_access_key: &input.secret_access_key,
        region: &input.region,
        service: &input.service,
    };
    for (step, ours) in steps(&call, &signer) {
        assert_eq!(ours, intermediate[step], "{name}: {step}");
    }
    assert_eq!(sign(&call, &signer).authorization, vector.authorization, "{name}");
}

#[test]
fn every_step_equals_the_vendors_own_signers() {
    let Vectors { vectors } = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 4);
    vectors.iter().for_each(check);
}
