//! What a tenant waits for in a store of this size: single tasks, and the first page of its list.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};
use rusqlite::{Connection, OpenFlags};

use crate::door::{Bought, Door};
use crate::figures::Column;
use crate::wire::Wire;

/// Each request is made so often, one after the other.
const TIMES: usize = 400;
/// The lists that are asked for: what they are called, and their queries.
const LISTS: [(&str, &str); 3] = [
    ("list of 20", "page_size=20"),
    ("list of 20 by status", "page_size=20&filter.status=succeeded"),
    ("list of 20 by model", "page_size=20&filter.model=doubao-seedance-2-0-260128"),
];

/// Asks as the first tenant.
pub(crate) async fn add(column: &mut Column, door: &Door, database: &Path) -> anyhow::Result<()> {
    // Before there is a connection: it may take longer than one may be idle.
    let tasks = some_tasks(database)?;
    let mut wire = Wire::connect(door.address).await?;
    for (name, query) in LISTS {
        time(column, name, &mut wire, |_| door.look(0, &format!("?{query}"))).await?;
    }
    let get =
        |number: usize| tasks.get(number % tasks.len()).map_or_else(Vec::new, |t| door.get(t));
    time(column, "get of a finished task", &mut wire, get).await
}

async fn time(
    column: &mut Column,
    name: &str,
    wire: &mut Wire,
    request: impl Fn(usize) -> Vec<u8>,
) -> anyhow::Result<()> {
    let mut micros = Vec::with_capacity(TIMES);
    for number in 0..TIMES {
        let (request, begun) = (request(number), Instant::now());
        let status = wire.call(&request).await?.status;
        micros.push(u64::try_from(begun.elapsed().as_micros())?);
        if status != 200 {
            bail!("{name}: answered with {status}");
        }
    }
    micros.sort_unstable();
    let at = |share: usize| micros.get(TIMES * share / 100).copied();
    column.add(&format!("{name}, p50, us"), at(50));
    column.add(&format!("{name}, p99, us"), at(99));
    Ok(())
}

/// Finished tasks of the first tenant, from all over the store.
fn some_tasks(database: &Path) -> anyhow::Result<Vec<Bought>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let last: i64 = connection.query_row("SELECT max(seq) FROM tasks", [], |row| row.get(0))?;
    let step = (last / i64::try_from(TIMES)?).max(1);
    let mut statement = connection.prepare(
        "SELECT task_id FROM tasks WHERE tenant_id = 1 AND status = 'succeeded' AND seq >= ?1
         ORDER BY seq LIMIT 1",
    )?;
    let mut tasks = Vec::with_capacity(TIMES);
    for place in 0..i64::try_from(TIMES)? {
        let found = statement.query_row([place * step], |row| row.get(0));
        tasks.extend(found.ok().map(|id| Bought { tenant: 0, id }));
    }
    tasks.first().context("no finished task")?;
    Ok(tasks)
}
