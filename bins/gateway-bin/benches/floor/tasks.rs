//! Two tasks to ask for: one that the gateway has seen finished and charged, and one that lives.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::contestants::{Contestant, TENANTS};
use crate::door::Bought;
use crate::gateway::pause;
use crate::wire::{Wire, place_of};

/// How long the gateway may take to look at them.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(200);
/// So many that both kinds are among the first tenant's.
const BOUGHT: usize = 32 * TENANTS;

/// The ids of the two.
#[derive(Debug)]
pub(crate) struct Tasks {
    pub(crate) finished: String,
    pub(crate) live: String,
}

impl Tasks {
    /// Buys tasks through the gateway, and waits until it has seen how they are.
    pub(crate) async fn buy(gateway: &Contestant) -> anyhow::Result<Self> {
        let mut bought = gateway.door.buy(BOUGHT).await?;
        bought.retain(|task| task.tenant == 0);
        let finished = seen(gateway, &bought, br#""status":"succeeded""#).await?;
        let live = seen(gateway, &bought, br#""status":"running""#).await?;
        Ok(Self { finished, live })
    }
}

/// One of the tasks, as soon as the gateway's answer holds this.
async fn seen(gateway: &Contestant, bought: &[Bought], status: &[u8]) -> anyhow::Result<String> {
    let begun = Instant::now();
    let mut wire = Wire::connect(gateway.door.address).await?;
    while begun.elapsed() < PATIENCE {
        for task in bought {
            let answer = wire.call(&gateway.door.get(task)).await?;
            if answer.status != 200 {
                bail!("a get was answered with {}", answer.status);
            }
            if place_of(answer.body, status).is_some() {
                return Ok(task.id.clone());
            }
        }
        pause(PAUSE);
    }
    None.context("no task came so far in time")
}
