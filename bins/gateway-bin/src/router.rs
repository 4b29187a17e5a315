//! Which function serves which path, and what stands around all of them.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{Route, get, post};
use http::{HeaderMap, Method, Request, Uri};
use tower::layer::layer_fn;
use tower::{Service as _, service_fn};

use crate::admission::Admission;
use crate::app::{App, Current};
use crate::assets;
use crate::error::{ApiError, Kind};
use crate::metrics::EdgeMetrics;
use crate::paths::{ASSETS, TASKS};
use crate::tasks::{self, Refusal};
use crate::{caller, panics, refused, request_id};

/// Every route that tenants can reach, as method and path; a test holds each of them to the rules
/// of isolation.
pub const ROUTES: [(&str, &str); 6] = [
    ("POST", TASKS),
    ("GET", TASKS),
    ("GET", "/volcark/api/v3/contents/generations/tasks/{id}"),
    ("DELETE", "/volcark/api/v3/contents/generations/tasks/{id}"),
    ("POST", "/volcark/"),
    ("POST", "/volcark"),
];

/// The tenants' surface.
pub(crate) fn router(current: Current, admission: Admission, metrics: EdgeMetrics) -> Router {
    let all_tasks = get(tasks::list).post(tasks::create).fallback(wrong_method);
    let one_task = get(tasks::get).delete(tasks::delete).fallback(wrong_method);
    let actions = post(assets::call).fallback(assets::wrong_method);
    let [with_slash, without_slash] = ASSETS;
    Router::new()
        .route(with_slash, actions.clone())
        .route(without_slash, actions)
        .route(TASKS, all_tasks)
        .route(&format!("{TASKS}/{{id}}"), one_task)
        .fallback(no_route)
        .layer(layer_fn(move |route: Route| {
            let front = (metrics.clone(), admission.clone());
            service_fn(move |request| answered(front.clone(), route.clone(), request))
        }))
        .with_state(current)
}

/// What stands around every route, in one layer: as four it would take more instructions than the
/// look-up of a task.
async fn answered(
    (metrics, admission): (EdgeMetrics, Admission),
    mut route: Route,
    request: Request<Body>,
) -> Result<Response, Infallible> {
    let handled = |request| {
        panics::caught(async move {
            let Ok(response) = route.call(request).await;
            response
        })
    };
    let admitted = |request| admission.admit(request, handled);
    let screened = |request| refused::answer(request, admitted);
    Ok(request_id::attach(Some(&metrics), request, screened).await)
}

async fn no_route(uri: Uri) -> Refusal {
    let text = format!("there is no route `{}`; tasks are at `{TASKS}`", shortened(uri.path()));
    ApiError::new(Kind::NoRoute, text).into()
}

/// Wrong methods are told after the token, as every other verdict.
async fn wrong_method(State(app): State<App>, method: Method, headers: HeaderMap) -> Refusal {
    match caller::task_tenant(&app, &headers).await {
        Ok(_) => {
            let text = format!("this route has no method `{method}`");
            ApiError::new(Kind::MethodNotAllowed, text).into()
        }
        Err(refusal) => refusal.into(),
    }
}

fn shortened(path: &str) -> String {
    path.chars().take(80).filter(|symbol| !symbol.is_control()).collect()
}
