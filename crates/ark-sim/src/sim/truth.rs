//! Ground truth: what arrived and what was bought.

use crate::assets::{SimAsset, SimGroup};
use crate::calls::Call;
use crate::route::Verb;
use crate::sim::Sim;
use crate::tasks::{Media, SimTask};

impl Sim {
    /// The calls that are remembered, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.world.calls.all()
    }

    /// How many calls of `verb` arrived since the last [`Sim::clear_calls`].
    pub fn count(&self, verb: Verb) -> usize {
        self.world.calls.count(verb)
    }

    /// How many calls of `verb` were refused because a quota was used up.
    pub fn throttled(&self, verb: Verb) -> u64 {
        self.world.gate.refused(verb)
    }

    /// Forgets the calls and their counts.
    pub fn clear_calls(&self) {
        self.world.calls.clear();
    }

    /// Waits until `count` calls of `verb` arrived since the last [`Sim::clear_calls`]. What a
    /// call commits is in place by then, unless [`Fault::Delay`](crate::Fault::Delay) holds it
    /// back.
    pub async fn wait_for_calls(&self, verb: Verb, count: usize) {
        self.world.calls.wait_for(verb, count).await;
    }

    /// Every task that was ever bought, in the order of creation, also those that are gone.
    pub fn tasks(&self) -> Vec<SimTask> {
        let (now_ms, media) = (self.clock().now_ms(), Media::of(&self.world));
        let records = self.world.tasks.lock();
        let tasks = records.all().iter();
        tasks.map(|task| task.show(now_ms, &media)).collect()
    }

    /// One task, also when its record is gone.
    pub fn task(&self, id: &str) -> Option<SimTask> {
        let (now_ms, media) = (self.clock().now_ms(), Media::of(&self.world));
        let records = self.world.tasks.lock();
        let (_, task) = records.task(id)?;
        Some(task.show(now_ms, &media))
    }

    /// Every asset of the account, in the order of creation.
    pub fn assets(&self) -> Vec<SimAsset> {
        self.world.assets.assets(self.clock().now_ms())
    }

    /// Every asset group of the account, in the order of creation.
    pub fn groups(&self) -> Vec<SimGroup> {
        self.world.assets.groups()
    }
}
