//! What a create request costs before anything is stored or sent: it is parsed, checked against
//! every rule, and serialised again for the upstream.
#![expect(clippy::expect_used, reason = "a bench that cannot begin says why")]

use std::fs;
use std::path::Path;

use divan::{Bencher, black_box};
use seedance_model::{MediaPolicy, TaskRequest};

fn main() {
    divan::main();
}

/// The 4K example of the public contract, as a tenant sends it.
#[divan::bench]
fn contract_4k_example(bencher: Bencher<'_, '_>) {
    let body = example();
    bencher.bench(|| {
        let request = TaskRequest::parse(black_box(&body), MediaPolicy::AssetOnly)?;
        Ok::<_, seedance_model::Error>(
            request.upstream_body("doubao-seedance-2-0-260128", request.callback_url()),
        )
    });
}

fn example() -> Vec<u8> {
    let fixture = "../../fixtures/requests/accepted/contract_create_4k.json";
    let text = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture)).expect("the fixture");
    let fixture: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    let body = fixture.get("body").expect("a body").to_string().into_bytes();
    TaskRequest::parse(&body, MediaPolicy::AssetOnly).expect("a request that keeps every rule");
    body
}
