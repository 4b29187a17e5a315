//! A door to the task API: the gateway's, a proxy's or the account's own; and buying tasks there.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::wire::Wire;

/// What every tenant orders.
pub(crate) const ORDER: &str = concat!(
    r#"{"model":"doubao-seedance-2-0-260128","content":[{"type":"text","text":"a boat"}],"#,
    r#""resolution":"480p","ratio":"16:9","duration":4}"#
);
/// Buyers at the same time.
const BUYERS: usize = 64;

/// Where tasks are created and polled, and with which keys.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    /// The path of the task surface.
    pub(crate) path: &'static str,
    /// One key for each tenant.
    pub(crate) keys: Vec<String>,
}

/// A task that was bought.
#[derive(Clone, Debug)]
pub(crate) struct Bought {
    /// The place of its tenant among the keys.
    pub(crate) tenant: usize,
    pub(crate) id: String,
}

impl Door {
    /// Buys `count` tasks, and gives them tenant by tenant in turn.
    pub(crate) async fn buy(&self, count: usize) -> anyhow::Result<Vec<Bought>> {
        let mut buyers = JoinSet::new();
        for first in 0..BUYERS.min(count) {
            let numbers = (first..count).step_by(BUYERS);
            buyers.spawn(buy_each(self.clone(), numbers.collect()));
        }
        let mut bought = Vec::with_capacity(count);
        while let Some(done) = buyers.join_next().await {
            bought.extend(done??);
        }
        bought.sort_unstable_by_key(|(number, _)| *number);
        Ok(bought.into_iter().map(|(_, task)| task).collect())
    }

    pub(crate) fn create(&self, tenant: usize) -> Vec<u8> {
        let Self { address, path, .. } = self;
        let (key, length) = (self.key(tenant), ORDER.len());
        format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{ORDER}"
        )
        .into_bytes()
    }

    /// The request that asks for a task.
    pub(crate) fn get(&self, task: &Bought) -> Vec<u8> {
        self.look(task.tenant, &format!("/{}", task.id))
    }

    /// A GET of what follows the path of the surface.
    pub(crate) fn look(&self, tenant: usize, rest: &str) -> Vec<u8> {
        let Self { address, path, .. } = self;
        let key = self.key(tenant);
        format!(
            "GET {path}{rest} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n"
        )
        .into_bytes()
    }

    /// The key of a tenant, by its place.
    pub(crate) fn key(&self, tenant: usize) -> &str {
        self.keys.get(tenant).map_or("", String::as_str)
    }
}

/// Buys the tasks with these numbers, one after the other.
async fn buy_each(door: Door, numbers: Vec<usize>) -> anyhow::Result<Vec<(usize, Bought)>> {
    let mut wire = Wire::connect(door.address).await?;
    let mut bought = Vec::with_capacity(numbers.len());
    for number in numbers {
        let tenant = number % door.keys.len();
        let answer = wire.call(&door.create(tenant)).await?;
        if answer.status != 200 {
            bail!("a create was answered with {}", answer.status);
        }
        let answer: Value = serde_json::from_slice(answer.body)?;
        let id = answer.get("id").and_then(Value::as_str).context("a create without an id")?;
        bought.push((number, Bought { tenant, id: id.to_owned() }));
    }
    Ok(bought)
}
