//! A client under load: it creates, asks, lists and deletes as fast as it is answered.

use std::sync::Arc;

use crate::dice::Dice;
use crate::kill::memory::{Fate, Memory};
use crate::orders::Order;
use crate::tenant_client::{Answer, TenantClient, http_client};
use crate::world::World;

/// One of several clients that work at the same time.
#[derive(Debug)]
pub(super) struct Client {
    memory: Arc<Memory>,
    dice: Dice,
    /// The sides of all tenants.
    tenants: Vec<TenantClient>,
}

impl Client {
    pub(super) fn new(
        world: &World,
        memory: &Arc<Memory>,
        url: &str,
        dice: Dice,
    ) -> anyhow::Result<Self> {
        let http = http_client()?;
        let tenants = world.customers.iter().map(|one| TenantClient::new(&http, url, one));
        Ok(Self { memory: Arc::clone(memory), dice, tenants: tenants.collect() })
    }

    /// Works until the server is killed.
    pub(super) async fn work(mut self) {
        while self.memory.goes_on() {
            let done = match self.dice.below(100) {
                0..55 => self.create().await,
                55..80 => self.get().await,
                80..92 => self.list().await,
                _ => self.delete().await,
            };
            if done.is_err() && self.memory.goes_on() {
                // The kill has happened, and its news have not.
                tokio::task::yield_now().await;
            }
        }
    }

    async fn create(&mut self) -> reqwest::Result<()> {
        let Some(order) = self.memory.next_order(&mut self.dice, self.tenants.len()) else {
            return self.get().await;
        };
        let Some(client) = self.tenants.get(order.tenant) else { return Ok(()) };
        if order.key.is_some() && self.dice.chance(20) {
            let (one, other) = tokio::join!(client.create(&order), client.create(&order));
            self.heard(&order, one);
            self.heard(&order, other);
            return Ok(());
        }
        let answer = client.create(&order).await;
        self.heard(&order, answer);
        Ok(())
    }

    /// A keyed order that was not acknowledged is asked for again later, as a client would.
    fn heard(&self, order: &Order, answer: reqwest::Result<Answer>) {
        match answer {
            Ok(answer) if answer.status == 200 => match answer.created() {
                Some(id) => self.memory.acknowledge(order, id),
                None => self.memory.wrong(format!("no id in {answer:?}")),
            },
            Ok(answer) if answer.status != 502 => {
                self.memory.wrong(format!("order {}: {answer:?}", order.number));
            }
            Ok(_) | Err(_) => self.memory.retry_later(order),
        }
    }

    async fn get(&mut self) -> reqwest::Result<()> {
        let Some(promise) = self.memory.any_promise(&mut self.dice) else { return Ok(()) };
        let Some(client) = self.tenants.get(promise.tenant) else { return Ok(()) };
        let answer = client.get(&promise.id).await?;
        let is_kept = self.memory.fate(&promise.id) == Some(Fate::Kept);
        if is_kept && answer.status != 200 {
            self.memory.lost(&format!("GET {}: {answer:?}", promise.id));
        }
        Ok(())
    }

    async fn list(&mut self) -> reqwest::Result<()> {
        let Some(client) = self.dice.pick(&self.tenants) else { return Ok(()) };
        let answer = client.list(1).await?;
        if answer.status != 200 {
            self.memory.wrong(format!("LIST: {answer:?}"));
        }
        Ok(())
    }

    async fn delete(&mut self) -> reqwest::Result<()> {
        let Some(promise) = self.memory.any_promise(&mut self.dice) else { return Ok(()) };
        if !self.memory.begins_deleting(&promise.id) {
            return Ok(());
        }
        let Some(client) = self.tenants.get(promise.tenant) else { return Ok(()) };
        let answer = client.delete(&promise.id).await?;
        match answer.status {
            200 => self.memory.set_fate(&promise.id, Fate::Deleted),
            // Refused: it is running, or cancelled already.
            409 => self.memory.set_fate(&promise.id, Fate::Kept),
            // The upstream's quota, or its trouble: it may be gone or not.
            429 | 502 => {}
            _ => self.memory.wrong(format!("DELETE {}: {answer:?}", promise.id)),
        }
        Ok(())
    }
}
