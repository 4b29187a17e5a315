//! Fills a store past the gateway: copies of one task that was bought and charged through it.
//!
//! Ended tasks are older than seven days, as almost all of a large store are. The copies have no
//! seal, like rows from before there were seals.

use std::path::Path;

use rusqlite::Connection;

use crate::copies::Copies;
use crate::door::Bought;

/// Rows in one statement.
const BATCH: i64 = 100_000;
/// From thirty days on, twenty a second, the oldest first: in milliseconds.
const AGE: &str = "2592000000 - n * 50 % 1000000000";

/// Opens a store that nobody serves, for as quick a filling as can be: a crash would ruin it.
pub(crate) fn open(database: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
         PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// Tasks that have ended and were charged, each with its intent and its row in the ledger, in the
/// image of the one that is there. Expressions may use `n`, the task's number.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    tenant: String,
    /// In milliseconds.
    age: &'static str,
    listed: &'static str,
}

impl Ended {
    /// Tasks of all tenants, which left the lists long ago.
    pub(crate) fn old(tenants: usize) -> Self {
        Self { tenant: format!("1 + n % {tenants}"), age: AGE, listed: "0" }
    }

    /// Tasks of the first tenant from the last days, which its list shows.
    pub(crate) fn listed() -> Self {
        Self { tenant: "1".to_owned(), age: "n % 500000000", listed: "1" }
    }
}

/// Adds so many of them.
pub(crate) fn ended(connection: &Connection, count: i64, of: &Ended) -> rusqlite::Result<()> {
    let Ended { tenant, age, listed } = of;
    let first = next_task(connection)?;
    let id = "printf('cgt-%014d-%05d', 20250101000000 + n / 100000, n % 100000)";
    let (created, settled) = (format!("created_at - ({age})"), format!("settled_at - ({age})"));
    let since = format!("task_created_at - ({age})");
    let (mut begin, end) = (first, first + count);
    while begin < end {
        let numbers = numbers(begin, (begin + BATCH).min(end));
        begin += BATCH;
        let insert = |table, of, but: &[(&str, &str)]| {
            Copies { table, of, numbers: &numbers, but }.insert(connection)
        };
        insert(
            "intents",
            "state = 'bound' AND intent_id = 1",
            &[
                ("intent_id", "n"),
                ("tenant_id", tenant),
                ("task_seq", "n"),
                ("idempotency_key", "NULL"),
            ],
        )?;
        insert(
            "tasks",
            "settlement = 'charged' AND seq = 1",
            &[
                ("seq", "n"),
                ("task_id", id),
                ("tenant_id", tenant),
                ("intent_id", "n"),
                ("created_at", &created),
                ("listed", listed),
                ("seal", "NULL"),
            ],
        )?;
        insert(
            "ledger",
            "entry_id = 1",
            &[
                ("entry_id", "n"),
                ("task_id", id),
                ("tenant_id", tenant),
                ("task_created_at", &since),
                ("settled_at", &settled),
            ],
        )?;
    }
    Ok(())
}

/// Adds tasks that live and were bought from the account, in the image of the one that lives.
pub(crate) fn live(connection: &mut Connection, bought: &[Bought]) -> anyhow::Result<()> {
    stage(connection, bought)?;
    let numbers = "SELECT n FROM temp.staged";
    let of = "intent_id = (SELECT intent_id FROM tasks WHERE live = 1 ORDER BY seq LIMIT 1)";
    let tenant = "(SELECT tenant FROM temp.staged WHERE staged.n = numbers.n)";
    let insert =
        |table, but: &[(&str, &str)]| Copies { table, of, numbers, but }.insert(connection);
    insert(
        "intents",
        &[
            ("intent_id", "n"),
            ("tenant_id", tenant),
            ("task_seq", "n"),
            ("idempotency_key", "NULL"),
        ],
    )?;
    insert(
        "tasks",
        &[
            ("seq", "n"),
            ("task_id", "(SELECT id FROM temp.staged WHERE staged.n = numbers.n)"),
            ("tenant_id", tenant),
            ("intent_id", "n"),
            ("seal", "NULL"),
        ],
    )?;
    Ok(())
}

/// Puts ids and tenants where a statement can read them.
fn stage(connection: &mut Connection, bought: &[Bought]) -> anyhow::Result<()> {
    let first = next_task(connection)?;
    connection.execute_batch(
        "CREATE TEMP TABLE staged (n INTEGER PRIMARY KEY, id TEXT NOT NULL, tenant INTEGER NOT NULL)",
    )?;
    let staging = connection.transaction()?;
    for (task, n) in bought.iter().zip(first..) {
        let tenant = i64::try_from(task.tenant)? + 1;
        let mut statement = staging.prepare_cached("INSERT INTO staged VALUES (?1, ?2, ?3)")?;
        statement.execute((n, &task.id, tenant))?;
    }
    Ok(staging.commit()?)
}

fn next_task(connection: &Connection) -> rusqlite::Result<i64> {
    let query =
        "SELECT 1 + max((SELECT max(seq) FROM tasks), (SELECT max(intent_id) FROM intents))";
    connection.query_row(query, [], |row| row.get(0))
}

/// A query for the numbers from `begin` to before `end`.
fn numbers(begin: i64, end: i64) -> String {
    format!("SELECT {begin} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {end}")
}
