//! Connections that make one call after the other, as fast as they are answered.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::door::{Bought, Door};
use crate::wire::Wire;

/// What a number of connections saw.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Microseconds of each call that was answered with 200.
    pub(crate) good: Vec<u64>,
    /// Calls that were answered with anything else.
    pub(crate) failed: u64,
    pub(crate) took: Duration,
}

/// What is called: the requests of a connection, by its number, at its door.
pub(crate) type Requests = dyn Fn(usize, &Door) -> Vec<Vec<u8>>;

/// Makes calls for so long, over connections that are spread evenly over the doors.
pub(crate) async fn run(
    doors: &[Door],
    connections: usize,
    time: Duration,
    requests: &Requests,
) -> anyhow::Result<Calls> {
    let begun = Instant::now();
    let mut working = JoinSet::new();
    for (number, door) in doors.iter().cycle().take(connections).enumerate() {
        working.spawn(on_and_on(door.clone(), requests(number, door), begun + time));
    }
    let mut all = Calls::default();
    while let Some(done) = working.join_next().await {
        let calls = done??;
        all.good.extend(calls.good);
        all.failed += calls.failed;
    }
    all.took = begun.elapsed();
    Ok(all)
}

async fn on_and_on(door: Door, requests: Vec<Vec<u8>>, end: Instant) -> anyhow::Result<Calls> {
    let mut wire = Wire::connect(door.address).await?;
    let mut calls = Calls::default();
    for request in requests.iter().cycle() {
        let begun = Instant::now();
        if begun >= end {
            break;
        }
        match wire.call(request).await?.status {
            200 => calls.good.push(u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)),
            _ => calls.failed += 1,
        }
    }
    Ok(calls)
}

/// A tenant that orders again and again.
pub(crate) fn creates(number: usize, door: &Door) -> Vec<Vec<u8>> {
    vec![door.create(number % door.keys.len())]
}

/// Tenants who poll these tasks, shared out over the connections.
pub(crate) fn polls(tasks: Arc<[Bought]>, connections: usize) -> Box<Requests> {
    Box::new(move |number, door| {
        let mine = tasks.iter().skip(number).step_by(connections);
        mine.map(|task| door.get(task)).collect()
    })
}
