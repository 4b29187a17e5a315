//! The gateways that serve one store at the same time: started, killed one by one or all at once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::dice::Dice;
use crate::process::Process;
use crate::world::World;

/// Gateways by their place; a place may be empty.
#[derive(Debug)]
pub(crate) struct Fleet {
    world: Arc<World>,
    places: [Option<Process>; 2],
}

impl Fleet {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self { world: Arc::clone(world), places: [None, None] }
    }

    /// Starts gateways until there are this many. Some are killed while they start, and started
    /// again.
    pub(crate) async fn grow(&mut self, count: usize, dice: &mut Dice) -> anyhow::Result<()> {
        let mut missing = count.saturating_sub(self.running().count());
        for (place, process) in self.places.iter_mut().enumerate() {
            if missing == 0 || process.is_some() {
                continue;
            }
            if dice.chance(10) {
                // Killed while it opens and recovers the store.
                let early = Process::spawn(&self.world, place)?;
                pause(dice.millis(100)).await;
                early.kill().await?;
            }
            *process = Some(Process::start_at(&self.world, place).await?);
            missing -= 1;
        }
        Ok(())
    }

    /// Two gateways, whatever there was before.
    pub(crate) async fn fill(&mut self) -> anyhow::Result<()> {
        for (place, process) in self.places.iter_mut().enumerate() {
            if process.is_none() {
                *process = Some(Process::start_at(&self.world, place).await?);
            }
        }
        Ok(())
    }

    /// The gateway at this place.
    pub(crate) fn at(&mut self, place: usize) -> anyhow::Result<&mut Process> {
        self.places.get_mut(place).and_then(Option::as_mut).context("no gateway at this place")
    }

    /// Where tenants reach the gateways.
    pub(crate) fn urls(&self) -> Vec<String> {
        self.running().map(|process| process.url.clone()).collect()
    }

    /// Where tenants reach one of them.
    pub(crate) fn any_url(&self, dice: &mut Dice) -> &str {
        let place = dice.place(self.running().count());
        self.running().nth(place).map_or("", |process| &process.url)
    }

    /// SIGKILL to one of them or to all.
    pub(crate) async fn kill_some(&mut self, dice: &mut Dice) -> anyhow::Result<()> {
        if dice.chance(50) {
            return self.kill_all().await;
        }
        let chosen = dice.place(self.running().count());
        let mut running = self.places.iter_mut().filter(|process| process.is_some());
        match running.nth(chosen).and_then(Option::take) {
            Some(process) => process.kill().await,
            None => Ok(()),
        }
    }

    /// SIGKILL to the one at this place.
    pub(crate) async fn kill(&mut self, place: usize) -> anyhow::Result<()> {
        self.at(place)?.killed().await?;
        if let Some(process) = self.places.get_mut(place) {
            *process = None;
        }
        Ok(())
    }

    pub(crate) async fn kill_all(&mut self) -> anyhow::Result<()> {
        for process in self.places.iter_mut().filter_map(Option::take) {
            process.kill().await?;
        }
        Ok(())
    }

    fn running(&self) -> impl Iterator<Item = &Process> {
        self.places.iter().flatten()
    }
}

#[expect(clippy::disallowed_methods, reason = "the random time until the kill is the point")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
