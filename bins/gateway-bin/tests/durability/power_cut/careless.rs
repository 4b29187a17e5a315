//! The control: a writer that the gateway would refuse to be, with `synchronous=NORMAL`. The same
//! tracer and the same cuts have to take rows from it that it has acknowledged.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, ensure};
use rusqlite::Connection;

use crate::dice::Dice;
use crate::power_cut::disk::{self, Disk};
use crate::power_cut::trace::{Call, Event, Trace};
use crate::power_cut::tracer;
use crate::verdict::Verdict;

/// The argument that makes this program the careless writer.
pub(crate) const CARELESS: &str = "careless-writer";
/// Rows that it writes, one commit each.
const ROWS: u32 = 1_500;

/// Commits row after row, and says each on stdout once it is committed.
pub(crate) fn write_carelessly(database: &str) -> anyhow::Result<()> {
    let connection = open(Path::new(database))?;
    let mut stdout = std::io::stdout().lock();
    for row in 0..ROWS {
        connection.execute("INSERT INTO rows VALUES (?1, zeroblob(300))", [row])?;
        writeln!(stdout, "row {row}.")?;
        stdout.flush()?;
    }
    // Closing in order would write everything back.
    std::mem::forget(connection);
    Ok(())
}

fn open(database: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(database)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA synchronous = NORMAL;
         CREATE TABLE IF NOT EXISTS rows (row INTEGER PRIMARY KEY, filling BLOB);",
    )?;
    Ok(connection)
}

/// Traces the careless writer and cuts it; losing nothing is what is wrong here.
pub(super) async fn control(dice: &mut Dice, cuts: u64) -> anyhow::Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("careless.db");
    drop(open(&database)?);
    let start = disk::files_of(&database)?;
    let trace_file = folder.path().join("trace");
    let mut command = tracer::command(&trace_file);
    command.arg(std::env::current_exe()?).arg(CARELESS).arg(&database);
    ensure!(command.output().await?.status.success(), "the careless writer failed");
    let trace = Trace::read(&trace_file, &database)?;
    let said = said(&trace);
    ensure!(said.len() == ROWS as usize, "{} of {ROWS} rows are in the trace", said.len());

    let (mut verdict, mut disk) = (Verdict::default(), Disk::new(start));
    let (mut cuts_with_loss, mut lost) = (0, 0);
    let fast = tracer::fast_folder()?;
    for place in trace.places(dice, cuts) {
        disk.advance(&trace, place);
        let left = fast.path().join("cut");
        disk::put(&left, &disk.after_cut(&trace, place, dice))?;
        let promised = said.values().filter(|at| **at < place).count();
        let kept = count(&left.join("careless.db")).context("the control does not open")?;
        let missing = promised.saturating_sub(kept);
        lost += missing as u64;
        cuts_with_loss += u64::from(missing > 0);
    }
    verdict.add("control cuts", cuts);
    verdict.add("control cuts with loss", cuts_with_loss);
    verdict.add("control lost", lost);
    verdict.require(lost > 0, || "the control lost nothing: the cuts do not bite".to_owned());
    Ok(verdict)
}

fn count(database: &Path) -> anyhow::Result<usize> {
    let connection = Connection::open(database)?;
    let rows: u32 = connection.query_row("SELECT count(*) FROM rows", [], |row| row.get(0))?;
    Ok(usize::try_from(rows)?)
}

/// Where each row was said.
fn said(trace: &Trace) -> BTreeMap<u32, usize> {
    let mut said = BTreeMap::new();
    for Event { begins, call, .. } in &trace.events {
        let Call::Say { bytes } = call else { continue };
        let text = String::from_utf8_lossy(bytes);
        let row = text.strip_prefix("row ").and_then(|rest| rest.strip_suffix(".\n"));
        if let Some(row) = row.and_then(|row| row.parse().ok()) {
            said.insert(row, *begins);
        }
    }
    said
}
