//! A tenant's side of the wire.

use std::time::Duration;

use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use crate::canary;
use crate::orders::Order;
use crate::world::Customer;

/// The path of the task surface.
pub(crate) const TASKS: &str = "/volcark/api/v3/contents/generations/tasks";

/// A tenant with a connection to one gateway.
#[derive(Clone, Debug)]
pub(crate) struct TenantClient {
    http: Client,
    url: String,
    token: String,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

impl Answer {
    /// The id in the answer to a create that succeeded.
    pub(crate) fn created(&self) -> Option<&str> {
        self.json["id"].as_str().filter(|_| self.status == 200)
    }
}

/// Connections that never repeat anything by themselves.
pub(crate) fn http_client() -> anyhow::Result<Client> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let builder = Client::builder().no_proxy().retry(reqwest::retry::never());
    Ok(builder.timeout(Duration::from_secs(20)).build()?)
}

impl TenantClient {
    pub(crate) fn new(http: &Client, url: &str, customer: &Customer) -> Self {
        Self { http: http.clone(), url: url.to_owned(), token: customer.token.clone() }
    }

    pub(crate) async fn create(&self, order: &Order) -> reqwest::Result<Answer> {
        let mut request = self.request("POST", "").header("content-type", "application/json");
        if let Some(key) = &order.key {
            request = request.header("idempotency-key", key);
        }
        answer(request.body(order.body.clone())).await
    }

    pub(crate) async fn get(&self, id: &str) -> reqwest::Result<Answer> {
        answer(self.request("GET", &format!("/{id}"))).await
    }

    pub(crate) async fn delete(&self, id: &str) -> reqwest::Result<Answer> {
        answer(self.request("DELETE", &format!("/{id}"))).await
    }

    pub(crate) async fn list(&self, page: u32) -> reqwest::Result<Answer> {
        answer(self.request("GET", &format!("?page_num={page}&page_size=500"))).await
    }

    /// The ids of all pages.
    pub(crate) async fn list_all(&self) -> anyhow::Result<Vec<String>> {
        let mut ids = Vec::new();
        for page in 1..=500 {
            let items = self.list(page).await?.json["items"].take();
            let Some(items) = items.as_array().filter(|items| !items.is_empty()) else { break };
            let shown = items.iter().filter_map(|item| item["id"].as_str());
            ids.extend(shown.map(str::to_owned));
        }
        Ok(ids)
    }

    fn request(&self, method: &str, rest: &str) -> RequestBuilder {
        let method = method.parse().unwrap_or_default();
        self.http.request(method, format!("{}{TASKS}{rest}", self.url)).bearer_auth(&self.token)
    }
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Answer> {
    let reply = request.send().await?;
    let status = reply.status().as_u16();
    canary::answered("the head of an answer", format!("{:?}", reply.headers()).as_bytes());
    let body = reply.bytes().await?;
    canary::answered(format_args!("the body of an answer with {status}"), &body);
    let json = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Answer { status, json })
}
