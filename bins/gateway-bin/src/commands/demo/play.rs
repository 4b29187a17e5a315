//! The documented workflow, step by step, over HTTP as a tenant would.

use std::time::Duration;

use anyhow::{Context as _, bail};
use ark_sim::Pace;
use http::Method;
use reqwest::Client;
use seedance_model::TaskId;
use seedance_pricing::{CnyAmount, CnyPerMillionTokens, CnyPerUsd, UsdAmount, UsdPerMillionTokens};
use serde_json::Value;
use tenancy::LedgerEntry;
use tokio::time::{Instant, interval};

use super::example::CREATE_4K;
use super::screen::{bar, say, step};
use super::stage::Stage;
use crate::router::TASKS;

/// How often the tenant polls.
const POLL: Duration = Duration::from_millis(250);
/// When the tenant gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// Create, poll, fetch the video, see the cost, list, delete.
pub(super) async fn workflow(stage: &Stage) -> anyhow::Result<()> {
    let tenant = TenantClient::new(stage)?;
    step(1, "Create a task: the contract's 4K example")?;
    let created = tenant.call(Method::POST, "", Some(CREATE_4K)).await?;
    let id = text(&created, "/id")?;
    let id = TaskId::parse(id).context("the gateway answered with an id that is none")?;
    step(2, "Poll it")?;
    let task = finished(&tenant, &id, Pace::default().queued + Pace::default().running).await?;
    step(3, "Fetch the video from the printed URL")?;
    fetch(&tenant, text(&task, "/content/video_url")?).await?;
    fetch(&tenant, text(&task, "/content/last_frame_url")?).await?;
    step(4, "See what it cost")?;
    say(&bill(&stage.charge(&id).await?)?)?;
    step(5, "List the tenant's tasks")?;
    tenant.call(Method::GET, "?page_num=1&page_size=20&filter.status=succeeded", None).await?;
    step(6, "Delete the task; its charge stays in the ledger")?;
    tenant.call(Method::DELETE, &format!("/{id}"), None).await?;
    tenant.call(Method::GET, "", None).await?;
    Ok(())
}

/// Polls until the task has ended, and shows its last state.
async fn finished(tenant: &TenantClient, id: &TaskId, expected: Duration) -> anyhow::Result<Value> {
    let (started, bar) = (Instant::now(), bar(expected));
    let mut ticks = interval(POLL);
    let mut last = String::new();
    loop {
        ticks.tick().await;
        let task = tenant.get(id).await?;
        let status = text(&task, "/status")?.to_owned();
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        bar.set_position(millis.min(bar.length().unwrap_or(millis)));
        bar.set_message(status.clone());
        if status != last {
            bar.suspend(|| say(&format!("   {status}")))?;
            last.clone_from(&status);
        }
        match status.as_str() {
            "succeeded" => {
                bar.finish_and_clear();
                say(&serde_json::to_string_pretty(&task)?)?;
                return Ok(task);
            }
            "queued" | "running" if started.elapsed() < PATIENCE => {}
            _ => bail!("the task is `{status}` after {:?}", started.elapsed()),
        }
    }
}

async fn fetch(tenant: &TenantClient, url: &str) -> anyhow::Result<()> {
    let reply = tenant.http.get(url).send().await?.error_for_status()?;
    let kind = reply.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or("?").to_owned();
    let bytes = reply.bytes().await?;
    say(&format!("   {url}\n   {kind}, {} bytes", bytes.len()))?;
    Ok(())
}

/// The bill, with every figure that it comes from.
fn bill(entry: &LedgerEntry) -> anyhow::Result<String> {
    let price = CnyPerMillionTokens::from_micros(entry.price_cny_micros_per_million)?;
    let exchange = CnyPerUsd::from_micros(entry.cny_per_usd_micros)?;
    let rate = UsdPerMillionTokens::from_micros(entry.rate_usd_micros_per_million)?;
    Ok(format!(
        "   SKU     {sku}\n   tokens  {tokens}\n   price   ¥{price} per million tokens\n   \
         Rate    ${rate} per million tokens (¥{exchange} per $)\n   cost    ¥{cny} = ${usd}",
        sku = entry.sku,
        tokens = entry.tokens,
        cny = CnyAmount::from_micros(entry.charge_cny_micros),
        usd = UsdAmount::from_micros(entry.charge_usd_micros),
    ))
}

/// A tenant's HTTP client: a base URL and a token, as any native client has.
struct TenantClient {
    http: Client,
    tasks_url: String,
    token: String,
}

impl TenantClient {
    fn new(stage: &Stage) -> anyhow::Result<Self> {
        // An error says that one is installed already.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(30)).build()?;
        let tasks_url = format!("{}{TASKS}", stage.base_url());
        Ok(Self { http, tasks_url, token: stage.token().to_owned() })
    }

    async fn get(&self, id: &TaskId) -> anyhow::Result<Value> {
        let (_, reply) = self.send(Method::GET, &format!("/{id}"), None).await?;
        Ok(reply)
    }

    /// One call, shown with its answer.
    async fn call(
        &self,
        method: Method,
        rest: &str,
        body: Option<&'static str>,
    ) -> anyhow::Result<Value> {
        let line = format!("   {method} {TASKS}{rest}");
        let (status, reply) = self.send(method, rest, body).await?;
        say(&format!("{line}\n   {status} {reply}"))?;
        Ok(reply)
    }

    async fn send(
        &self,
        method: Method,
        rest: &str,
        body: Option<&'static str>,
    ) -> anyhow::Result<(u16, Value)> {
        let mut request = self.http.request(method, format!("{}{rest}", self.tasks_url));
        request = request.bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let reply = request.send().await?;
        let status = reply.status();
        let reply: Value = serde_json::from_slice(&reply.bytes().await?)?;
        if !status.is_success() {
            bail!("the gateway answered {status}: {reply}");
        }
        Ok((status.as_u16(), reply))
    }
}

fn text<'a>(reply: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    reply
        .pointer(pointer)
        .and_then(Value::as_str)
        .with_context(|| format!("no `{pointer}` in {reply}"))
}
