//! What has to hold for any bytes, one function for each fuzz target. A function panics where it
//! does not.
//!
//! The targets in `fuzz_targets/` feed them from libFuzzer; `tests/it/fuzzed.rs` replays the
//! corpora and mutates them with the ordinary toolchain.

#[path = "invariants/edge.rs"]
mod edge;
#[path = "invariants/money.rs"]
mod money;
#[path = "invariants/request.rs"]
mod request;
#[path = "invariants/response.rs"]
mod response;
#[path = "invariants/settings.rs"]
mod settings;
#[path = "invariants/url.rs"]
mod url;

/// A target: its name, which is that of its corpus, and its invariant.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every target.
pub(crate) const TARGETS: [Target; 11] = [
    ("create_body", request::create_body),
    ("query_string", request::query_string),
    ("asset_action", request::asset_action),
    ("url_guard", url::url_guard),
    ("dns_answer", url::dns_answer),
    ("upstream_response", response::upstream_response),
    ("token", money::token),
    ("ledger_math", money::ledger_math),
    ("config", settings::config),
    ("header_filter", edge::header_filter),
    ("screen", edge::screened_bytes),
];

/// The invariant of the target with this name.
#[cfg_attr(
    test,
    expect(dead_code, reason = "each fuzz target asks for one, and the test goes through all")
)]
pub(crate) fn of(name: &str) -> fn(&[u8]) {
    let found = TARGETS.into_iter().find(|(known, _)| *known == name);
    found.map_or(|_| panic!("no such target"), |(_, invariant)| invariant)
}
