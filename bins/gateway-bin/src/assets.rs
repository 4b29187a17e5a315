//! The asset surface: one route, six actions, and the envelope of its answers.

mod create;
mod get;
mod list;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{Method, Request};
use seedance_model::{ASSET_API_VERSION, AssetAction, AssetRequest};
use serde_json::json;
use serde_json::value::RawValue;

use crate::admission::Seat;
use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::library::Library;
use crate::reply::{json_response, with_retry_headers};
use crate::request_id::RequestId;
use crate::verdict::Reason;
use crate::{body, caller};

/// The service and the region of the domestic product, as its envelopes name them.
const SERVICE: &str = "ark";
const REGION: &str = "cn-beijing";
/// Longest part of an unknown action's name that is repeated, in characters.
const SHOWN_CHARS: usize = 64;

/// `POST /volcark/?Action=…&Version=2024-01-01`.
pub(crate) async fn call(
    State(app): State<App>,
    Extension(seat): Extension<Seat>,
    request: Request<Body>,
) -> Response {
    let call = Call::of(&request);
    match carry_out(&app, &seat, &call, request).await {
        Ok(result) => call.success(&result),
        Err(error) => call.refusal(&error),
    }
}

/// Any other method, told after the token, as every other verdict.
pub(crate) async fn wrong_method(
    State(app): State<App>,
    method: Method,
    request: Request<Body>,
) -> Response {
    let call = Call::of(&request);
    let refused = match caller::asset_tenant(&app, request.headers()).await {
        Ok(_) => ApiError::new(Kind::MethodNotAllowed, format!("use POST, not `{method}`")),
        Err(error) => error,
    };
    call.refusal(&refused)
}

/// A refusal of what was asked of the asset surface, before anything of it was believed.
pub(crate) fn refusal(request: &Request<Body>, error: &ApiError) -> Response {
    Call::of(request).refusal(error)
}

/// The story of every action: who, which action, what is asked, and then the action's own file.
async fn carry_out(
    app: &App,
    seat: &Seat,
    call: &Call,
    request: Request<Body>,
) -> Result<Vec<u8>, ApiError> {
    let tenant = caller::asset_tenant(app, request.headers()).await?;
    seat.belongs_to(tenant.id)?;
    let action = call.action()?;
    let body = body::read(request, app.rules.body_limit_bytes).await?;
    let request = AssetRequest::parse(action, &body)?;
    let library = Library::of(app, tenant)?;
    match request {
        AssetRequest::CreateAssetGroup(new) => create::group(&library, &new).await,
        AssetRequest::CreateAsset(new) => create::asset(&library, &new).await,
        AssetRequest::ListAssetGroups(query) | AssetRequest::ListAssets(query) => {
            list::list(&library, action, &query).await
        }
        AssetRequest::GetAssetGroup(id) => get::group(&library, &id).await,
        AssetRequest::GetAsset(id) => get::asset(&library, &id).await,
    }
}

/// What the request line says, before anything is believed.
struct Call {
    request_id: String,
    /// `Action`, if it is given exactly once.
    action: Option<String>,
    version: Option<String>,
}

impl Call {
    fn of(request: &Request<Body>) -> Self {
        let query = request.uri().query().unwrap_or_default();
        let once = |wanted: &str| {
            let mut given =
                form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == wanted);
            let value = given.next().map(|(_, value)| value.into_owned());
            value.filter(|_| given.next().is_none())
        };
        let request_id = request.extensions().get::<RequestId>();
        let request_id = request_id.map(|id| id.0.clone()).unwrap_or_default();
        Self { request_id, action: once("Action"), version: once("Version") }
    }

    /// One of the six; `Update*` and `Delete*` exist upstream, and are not open.
    fn action(&self) -> Result<AssetAction, ApiError> {
        let name = self.action.as_deref().unwrap_or_default();
        if self.version.as_deref() != Some(ASSET_API_VERSION) {
            let text = format!("give `Version={ASSET_API_VERSION}` once in the query");
            return Err(ApiError::new(Kind::UnknownAction, text));
        }
        if AssetAction::is_closed(name) {
            let text = format!("the action `{}` is not open", self.shown_action());
            return Err(ApiError::new(Kind::ClosedAction, text).verdict(Reason::ClosedAction));
        }
        AssetAction::parse(name).ok_or_else(|| {
            let names = AssetAction::ALL.map(AssetAction::name).join("`, `");
            let text = format!("give one `Action` in the query: `{names}`");
            ApiError::new(Kind::UnknownAction, text)
        })
    }

    fn shown_action(&self) -> String {
        let action = self.action.iter().flat_map(|name| name.chars());
        action.filter(char::is_ascii_graphic).take(SHOWN_CHARS).collect()
    }

    fn success(&self, result: &[u8]) -> Response {
        // Our own serialisation, so it is JSON; anything else would be a fault of ours.
        let Ok(result) = serde_json::from_slice::<&RawValue>(result) else {
            let text = "the gateway could not write the answer";
            return self.refusal(&ApiError::new(Kind::Internal, text));
        };
        let metadata = json!({
            "RequestId": self.request_id,
            "Action": self.shown_action(),
            "Version": ASSET_API_VERSION,
            "Service": SERVICE,
            "Region": REGION,
        });
        json_response(format!(r#"{{"ResponseMetadata":{metadata},"Result":{result}}}"#))
    }

    fn refusal(&self, error: &ApiError) -> Response {
        error.log();
        let body = json!({"ResponseMetadata": {
            "RequestId": self.request_id,
            "Action": self.shown_action(),
            "Version": ASSET_API_VERSION,
            "Service": SERVICE,
            "Region": REGION,
            "Error": {"Code": error.code(), "Message": error.detail()},
        }});
        with_retry_headers(json_response(body.to_string()), error)
    }
}
