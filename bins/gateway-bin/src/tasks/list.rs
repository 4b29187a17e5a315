//! `GET …/tasks`: the tenant's tasks of the last seven days, from the store alone.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use seedance_model::TaskQuery;

use super::Refusal;
use crate::app::App;
use crate::caller;
use crate::reply::json_response;

/// Never calls the upstream: its LIST is far too scarce to serve tenants.
pub(crate) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Refusal> {
    let tenant = caller::task_tenant(&app, &headers).await?;
    let query = uri.query().unwrap_or_default();
    let query = TaskQuery::parse(form_urlencoded::parse(query.as_bytes()))?;
    let page = app.store.scope(&tenant).page_tasks(&query, app.clock.now()).await?;
    let bodies: Vec<&[u8]> = page.items.iter().map(|task| task.body.as_slice()).collect();
    Ok(json_response(page_body(&bodies, page.total)))
}

/// `{"items":[…],"total":n}` around bodies that are JSON already.
fn page_body(items: &[&[u8]], total: u64) -> Vec<u8> {
    let mut body = b"{\"items\":[".to_vec();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(item);
    }
    body.extend_from_slice(format!("],\"total\":{total}}}").as_bytes());
    body
}
