//! How long one request takes where there is room: on a schedule, over many connections.
//!
//! The time runs from the request's moment on the schedule to the end of its answer. What the
//! gateway adds is the difference to nginx, and what the disk takes stands beside it.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use anyhow::bail;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::Options;
use crate::contestants::{Contestant, Contestants};
use crate::figures::Column;
use crate::times;
use crate::wire::Wire;

/// How long is measured, as a multiple of the seconds of a round.
const ROUNDS: u64 = 2;
/// Writes that are synced to find out what the disk takes.
const SYNCS: u64 = 400;
/// Bytes in one of them: a page and its frame's head.
const PAGE: usize = 4096 + 24;

/// One column for each contestant, and one for the disk.
pub(crate) async fn measure(
    options: &Options,
    contestants: &Contestants,
) -> anyhow::Result<Vec<Column>> {
    let mut columns = Vec::new();
    for contestant in contestants.all() {
        let mut column = Column::new(contestant.name);
        times::add(&mut column, "create", creates(options, &contestant).await?);
        columns.push(column);
    }
    let mut disk = Column::new("a sync of the disk");
    times::add(&mut disk, "create", syncs()?);
    columns.push(disk);
    Ok(columns)
}

/// Creates at even intervals, each connection in its turn.
async fn creates(options: &Options, contestant: &Contestant) -> anyhow::Result<Vec<u64>> {
    let between = Duration::from_secs(1) / options.paced;
    let count = u64::from(options.paced) * options.seconds * ROUNDS;
    let start = Instant::now() + Duration::from_millis(200);
    let connections = options.connections as u64;
    let mut clients = JoinSet::new();
    for first in 0..connections {
        let request = contestant.door.create(0);
        let mut wire = Wire::connect(contestant.door.address).await?;
        let name = contestant.name;
        clients.spawn(async move {
            let mut micros = Vec::new();
            for number in (first..count).step_by(usize::try_from(connections)?) {
                let due = start + between * u32::try_from(number)?;
                sleep_until(due).await;
                let status = wire.call(&request).await?.status;
                if status != 200 {
                    bail!("{name}: a create was answered with {status}");
                }
                micros.push(u64::try_from(due.elapsed().as_micros())?);
            }
            Ok(micros)
        });
    }
    let mut all = Vec::new();
    while let Some(done) = clients.join_next().await {
        all.extend(done??);
    }
    Ok(all)
}

/// What it takes to write a page at the end of a file and sync it.
fn syncs() -> anyhow::Result<Vec<u64>> {
    let folder = tempfile::tempdir()?;
    let file = File::create(folder.path().join("synced"))?;
    let page = [1; PAGE];
    let one = |number: u64| {
        file.write_all_at(&page, number * PAGE as u64)?;
        let begun = std::time::Instant::now();
        file.sync_data()?;
        Ok(u64::try_from(begun.elapsed().as_micros())?)
    };
    (0..SYNCS).map(one).collect()
}
