//! A tenant's HTTP client: a base URL and a token, as any native client has.

use std::time::Duration;

use anyhow::{Context as _, bail};
use http::Method;
use reqwest::{Client, RequestBuilder};
use seedance_model::TaskId;
use serde_json::Value;

use super::screen::say;
use super::stage::Stage;
use crate::paths::TASKS;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct TenantClient {
    http: Client,
    base_url: String,
    token: String,
}

impl TenantClient {
    pub(super) fn new(stage: &Stage) -> anyhow::Result<Self> {
        // An error says that one is installed already.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { http, base_url: stage.base_url().to_owned(), token: stage.token().to_owned() })
    }

    /// Creates a task, shown with its answer, and gives its id.
    pub(super) async fn create(&self, body: String) -> anyhow::Result<TaskId> {
        let created = self.task_call(Method::POST, "", Some(body)).await?;
        let id = TaskId::parse(text(&created, "/id")?);
        id.context("the gateway answered with an id that is none")
    }

    /// One task call, shown with its answer.
    pub(super) async fn task_call(
        &self,
        method: Method,
        rest: &str,
        body: Option<String>,
    ) -> anyhow::Result<Value> {
        let path = format!("{TASKS}{rest}");
        let line = format!("   {method} {path}");
        let (answer, reply) = self.send(method, &path, body).await?;
        say(&format!("{line}\n   {answer}"))?;
        Ok(reply)
    }

    /// One asset action, shown with its answer; gives its `Result`.
    pub(super) async fn act(&self, action: &str, body: String) -> anyhow::Result<Value> {
        let path = format!("/volcark/?Action={action}&Version=2024-01-01");
        let (answer, reply) = self.send(Method::POST, &path, Some(body)).await?;
        say(&format!("   POST {path}\n   {answer}"))?;
        reply.get("Result").cloned().with_context(|| format!("no `Result` in {reply}"))
    }

    /// The status of an asset, not shown.
    pub(super) async fn asset_status(&self, id: &str) -> anyhow::Result<String> {
        let path = "/volcark/?Action=GetAsset&Version=2024-01-01";
        let body = serde_json::json!({"Id": id}).to_string();
        let (_, reply) = self.send(Method::POST, path, Some(body)).await?;
        Ok(text(&reply, "/Result/Status")?.to_owned())
    }

    /// A task as it is now, not shown.
    pub(super) async fn task(&self, id: &TaskId) -> anyhow::Result<Value> {
        Ok(self.send(Method::GET, &format!("{TASKS}/{id}"), None).await?.1)
    }

    /// Fetches a file from a URL of a reply: its type and its size in bytes.
    pub(super) async fn fetch(&self, url: &str) -> anyhow::Result<(String, usize)> {
        let reply = self.http.get(url).send().await?.error_for_status()?;
        let kind = reply.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("?").to_owned();
        Ok((kind, reply.bytes().await?.len()))
    }

    /// The answer as it came, with its status, and as JSON.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> anyhow::Result<(String, Value)> {
        let request = self.http.request(method, format!("{}{path}", self.base_url));
        let reply = with_body(request.bearer_auth(&self.token), body).send().await?;
        let status = reply.status();
        let reply = reply.text().await?;
        if !status.is_success() {
            bail!("the gateway answered {status}: {reply}");
        }
        Ok((format!("{} {reply}", status.as_u16()), serde_json::from_str(&reply)?))
    }
}

fn with_body(request: RequestBuilder, body: Option<String>) -> RequestBuilder {
    match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request,
    }
}

/// The text at `pointer` of a reply.
pub(super) fn text<'a>(reply: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    let found = reply.pointer(pointer).and_then(Value::as_str);
    found.with_context(|| format!("no `{pointer}` in {reply}"))
}
