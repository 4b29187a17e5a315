//! The pages of a database at one moment, copied to another file.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::Cause;

/// Pages that are copied before somebody hears of it: 4 MiB.
const PAGES_AT_A_TIME: i32 = 1024;

/// The first statement of a transaction chooses its moment.
const BEGIN_TO_READ: &str = "SELECT count(*) FROM sqlite_schema";

/// Page by page, so that damage is copied too, and found by whoever verifies the copy.
pub(crate) fn copy_pages(
    tx: &Connection,
    to: &Path,
    mut progress: impl FnMut(u64, u64),
) -> Result<(), Cause> {
    tx.query_row(BEGIN_TO_READ, [], |_| Ok(()))?;
    let mut copy = Connection::open(to)?;
    {
        // The transaction keeps the moment, so no writer makes this begin anew.
        let backup = Backup::new(tx, &mut copy)?;
        loop {
            let step = backup.step(PAGES_AT_A_TIME)?;
            if step == StepResult::Done {
                break;
            }
            if step != StepResult::More {
                return Err(Cause::BackupDisturbed { path: to.to_owned() });
            }
            let reached = backup.progress();
            let (left, all) = (reached.remaining.unsigned_abs(), reached.pagecount.unsigned_abs());
            progress(u64::from(all - left.min(all)), all.into());
        }
    }
    copy.close().map_err(|(_, error)| error)?;
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|source| Cause::File { path: to.to_owned(), source })
}
