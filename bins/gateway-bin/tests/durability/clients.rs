//! A client under load: it creates, asks, lists and deletes as fast as it is answered.

use std::sync::Arc;
use std::time::Duration;

use crate::dice::Dice;
use crate::memory::{Fate, Memory};
use crate::orders::Order;
use crate::tenant_client::{Answer, TenantClient, http_client};
use crate::weather::Sky;
use crate::world::World;

/// How long a client waits that was told to come back later; much less than it was told.
const MOMENT: Duration = Duration::from_millis(20);

/// One of several clients that work at the same time.
#[derive(Debug)]
pub(crate) struct Client {
    memory: Arc<Memory>,
    dice: Dice,
    /// The sides of all tenants.
    tenants: Vec<TenantClient>,
}

impl Client {
    pub(crate) fn new(
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
    pub(crate) async fn work(mut self) {
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
            let one = place(&self.memory, client, &order);
            tokio::join!(one, place(&self.memory, client, &order));
        } else if place(&self.memory, client, &order).await == Some(503) {
            a_moment().await;
        }
        Ok(())
    }

    async fn get(&mut self) -> reqwest::Result<()> {
        let Some(promise) = self.memory.any_promise(&mut self.dice) else { return Ok(()) };
        let Some(client) = self.tenants.get(promise.tenant) else { return Ok(()) };
        let sky = self.memory.weather.now();
        let answer = client.get(&promise.id).await?;
        let is_kept = self.memory.fate(&promise.id) == Some(Fate::Kept);
        if is_kept && answer.status != 200 && !self.is_excused(&answer, sky).await {
            self.memory.lost(&format!("GET {}: {answer:?}", promise.id));
        }
        Ok(())
    }

    async fn list(&mut self) -> reqwest::Result<()> {
        let Some(client) = self.dice.pick(&self.tenants) else { return Ok(()) };
        let sky = self.memory.weather.now();
        let answer = client.list(1).await?;
        if answer.status != 200 && !self.is_excused(&answer, sky).await {
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
        let sky = self.memory.weather.now();
        let answer = client.delete(&promise.id).await?;
        match answer.status {
            200 => self.memory.set_fate(&promise.id, Fate::Deleted),
            // Refused: it is running, or cancelled already.
            409 => self.memory.set_fate(&promise.id, Fate::Kept),
            // The upstream's quota, or its trouble: it may be gone or not.
            429 | 502 => {}
            503 if self.is_excused(&answer, sky).await => {}
            _ => self.memory.wrong(format!("DELETE {}: {answer:?}", promise.id)),
        }
        Ok(())
    }

    /// A 503 while the store is known to be out of order. A polite client then waits a little.
    async fn is_excused(&self, answer: &Answer, begun: Sky) -> bool {
        let is_excused = answer.status == 503 && self.memory.weather.excuses(begun);
        if is_excused {
            a_moment().await;
        }
        is_excused
    }
}

/// Places an order, has the memory hear the answer, and tells its status.
///
/// A keyed order that was not acknowledged is asked for again later, as a client would.
pub(crate) async fn place(memory: &Memory, client: &TenantClient, order: &Order) -> Option<u16> {
    let sky = memory.weather.now();
    let answer = client.create(order).await;
    let status = answer.as_ref().ok().map(|answer| answer.status);
    match answer {
        Ok(answer) if answer.status == 200 => match answer.created() {
            Some(id) => memory.acknowledge(order, id),
            None => memory.wrong(format!("no id in {answer:?}")),
        },
        Ok(answer) if answer.status == 503 && memory.weather.excuses(sky) => memory.refused(order),
        Ok(answer) if answer.status != 502 => {
            memory.wrong(format!("order {}: {answer:?}", order.number));
        }
        Ok(_) | Err(_) => memory.retry_later(order),
    }
    status
}

#[expect(clippy::disallowed_methods, reason = "a client that waits as it is asked to")]
async fn a_moment() {
    tokio::time::sleep(MOMENT).await;
}
