//! The OpenAPI 3.1 documents of both surfaces, made from the code: routes, names, bounds, schemas
//! and errors are read from where they are decided.
//!
//! They are served on the operators' listener, printed by `phanedge openapi`, and kept in
//! `docs/openapi/`, where a test compares them.

mod operators;
mod parts;
mod tenant;

use std::sync::LazyLock;

use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use clap::ValueEnum;
use http::Uri;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{ApiError, Kind};
use crate::operators::Operation;
use crate::reply::json_response;
use crate::tasks::Refusal;

/// Whose surface a document is about.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Surface {
    /// What tenants call.
    Tenant,
    /// What operators call.
    #[default]
    Admin,
}

/// Which document is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DocumentQuery {
    /// Whose surface, `admin` if not given.
    #[serde(default)]
    surface: Surface,
}

static TENANT: LazyLock<String> = LazyLock::new(|| written(&tenant::document()));
static ADMIN: LazyLock<String> = LazyLock::new(|| written(&operators::document()));

/// The document as JSON text, with a final line break.
pub(crate) fn text(surface: Surface) -> &'static str {
    match surface {
        Surface::Tenant => &TENANT,
        Surface::Admin => &ADMIN,
    }
}

fn written(document: &Value) -> String {
    // A `Value` can always be written.
    serde_json::to_string_pretty(document).unwrap_or_default() + "\n"
}

async fn show(uri: Uri) -> Result<Response, Refusal> {
    let read: Result<Query<DocumentQuery>, _> = Query::try_from_uri(&uri);
    let Query(asked) = read
        .map_err(|error| ApiError::new(Kind::InvalidRequest, error.body_text()).about("surface"))?;
    Ok(json_response(text(asked.surface)))
}

/// The route that serves both documents.
pub(crate) fn operations() -> Vec<Operation> {
    let summary = "The OpenAPI document of a surface.";
    let at = ["GET", "/openapi.json", "getDocument"];
    vec![Operation::new(at, "documents", summary, || get(show)).asking::<DocumentQuery>()]
}
