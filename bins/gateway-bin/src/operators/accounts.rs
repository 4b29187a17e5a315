//! The gateway itself, and the accounts that it uses: how they are, and nothing of what they are.

use axum::extract::State;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Answer, Answered};
use super::{Desk, Operation};
use crate::upstream::Upstream;

/// A gateway.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GatewayState {
    /// Its version.
    version: &'static str,
    /// Its accounts, by name.
    upstreams: Vec<AccountState>,
}

/// How an account is doing. Keys, endpoints, project and account stay inside.
#[derive(Debug, Serialize, JsonSchema)]
struct AccountState {
    /// Its name in the configuration.
    name: String,
    /// Does the model service answer? `false`: looks are held back until it does.
    answers: bool,
    /// Has it an asset library?
    library: bool,
}

impl AccountState {
    fn of(upstream: &Upstream) -> Self {
        Self {
            name: upstream.name.clone(),
            answers: !upstream.breaker.is_open(),
            library: upstream.ark.project().is_some(),
        }
    }
}

async fn show(State(desk): State<Desk>) -> Answered<GatewayState> {
    let upstreams =
        desk.app().upstreams.iter().map(|upstream| AccountState::of(upstream)).collect();
    Ok(Answer(GatewayState { version: env!("CARGO_PKG_VERSION"), upstreams }))
}

pub(super) fn operations() -> Vec<Operation> {
    let summary = "Show the version of the gateway, and how its accounts are doing.";
    let at = ["GET", "/admin/v1/gateway", "getGateway"];
    vec![Operation::new(at, "gateway", summary, || get(show)).answering::<GatewayState>(
        r#"{"version":"0.1.0","upstreams":[{"name":"default","answers":true,"library":true}]}"#,
    )]
}
