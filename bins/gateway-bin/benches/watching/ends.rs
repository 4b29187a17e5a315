//! When the tasks end upstream: one after the other, evenly, over the middle of the run.

use std::sync::Arc;
use std::time::Duration;

use ark_sim::Sim;
use tokio::time::{Instant, sleep_until};

use crate::door::Bought;

/// The end of one task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// On the clock of this process.
    pub(crate) at: Instant,
    /// On the account's clock, in milliseconds since 1970.
    pub(crate) at_ms: i64,
}

/// Lets every task run at once, and end between a sixth and five sixths of `polled_for`.
/// Answers with the ends, in the order of `tasks`.
pub(crate) async fn drive(
    sim: Arc<Sim>,
    tasks: Vec<Bought>,
    polled_for: Duration,
) -> anyhow::Result<Vec<Ended>> {
    let first = Instant::now() + polled_for / 6;
    let between = polled_for * 2 / 3 / u32::try_from(tasks.len())?;
    for task in &tasks {
        sim.set_status(&task.id, "running")?;
    }
    let mut ends = Vec::with_capacity(tasks.len());
    for (task, number) in tasks.iter().zip(0..) {
        sleep_until(first + between * number).await;
        let (at, at_ms) = (Instant::now(), sim.clock().now_ms());
        sim.succeed(&task.id)?;
        ends.push(Ended { at, at_ms });
    }
    Ok(ends)
}
