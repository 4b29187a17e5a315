//! The asset library of the account: groups and assets, and the signed actions on them.

mod actions;
mod asset;
mod group;
mod listing;
mod parameters;
mod table;

use serde_json::{Value, json};

pub use asset::SimAsset;
pub use group::SimGroup;
pub(crate) use table::{AssetTable, Reference};

use crate::http::{Reply, Request};
use crate::ids;
use crate::refusal::Refusal;
use crate::route::Verb;
use crate::signature;
use crate::world::World;

/// The one version of the API.
const VERSION: &str = "2024-01-01";

/// Does the action that the query names and answers in the envelope of the asset surface.
pub(crate) fn answer(world: &World, request: &Request) -> Reply {
    match act(world, request) {
        Ok(result) => envelope(world, request, 200, None, Some(result)),
        Err(refusal) => refuse(world, request, &refusal),
    }
}

/// An error in the envelope of the asset surface.
pub(crate) fn refuse(world: &World, request: &Request, refusal: &Refusal) -> Reply {
    let error = Some(refusal.asset_error());
    envelope(world, request, refusal.status, error, None)
}

/// The signature, the quota, the name of the action, then the action.
fn act(world: &World, request: &Request) -> Result<Value, Refusal> {
    let now_ms = world.clock().now_ms();
    signature::verify(request, &world.settings, now_ms)?;
    world.gate.pass(Verb::AssetAction, now_ms)?;
    let action = query(request, "Action").ok_or_else(|| {
        let message = "The request is missing the parameter Action.";
        Refusal::new(400, "MissingParameter", message).numbered(100_002)
    })?;
    let version = query(request, "Version").unwrap_or_default();
    let action = actions::find(&action).filter(|_| version == VERSION).ok_or_else(|| {
        let message = format!("Could not find operation {action} for version {version}.");
        // The status is assumed.
        Refusal::new(404, "InvalidActionOrVersion", message).numbered(100_008)
    })?;
    let body = parameters::Body::parse(&request.body)?;
    action(world, &body, now_ms)
}

fn envelope(
    world: &World,
    request: &Request,
    status: u16,
    error: Option<Value>,
    result: Option<Value>,
) -> Reply {
    let request_id = ids::asset_request(world.clock().now_ms());
    let mut metadata = json!({
        "RequestId": request_id,
        "Action": query(request, "Action").unwrap_or_default(),
        "Version": query(request, "Version").unwrap_or_default(),
        "Service": "ark",
        "Region": world.settings.region,
    });
    if let (Some(error), Some(members)) = (error, metadata.as_object_mut()) {
        members.insert("Error".to_owned(), error);
    }
    let mut body = json!({"ResponseMetadata": metadata});
    if let (Some(result), Some(members)) = (result, body.as_object_mut()) {
        members.insert("Result".to_owned(), result);
    }
    Reply::json(status, body).with("x-request-id", request_id)
}

/// The query parameter called `name`.
fn query(request: &Request, name: &str) -> Option<String> {
    let mut pairs = request.head.pairs();
    pairs.find(|(key, _)| key == name).map(|(_, value)| value)
}
