//! The ledger against what ended upstream: each success charged once, and how soon.

use std::collections::HashMap;

use tenancy::{LedgerFilter, LedgerKind, Store};

use crate::door::Bought;
use crate::ends::Ended;

/// Rows in one page.
const PAGE: u32 = 1000;

/// What the ledger says of the tasks.
#[derive(Debug, Default)]
pub(crate) struct Books {
    /// Microseconds from each end upstream to the time of its charge.
    pub(crate) settled_after: Vec<u64>,
    /// Tasks with more than one charge.
    pub(crate) doubled: usize,
    /// Tasks without a charge.
    pub(crate) missing: usize,
}

/// Reads the whole ledger; all `tasks` have succeeded.
pub(crate) async fn read(
    store_url: &str,
    tasks: &[Bought],
    ends: &[Ended],
) -> anyhow::Result<Books> {
    let charges = charges(store_url).await?;
    let mut books = Books::default();
    for (task, end) in tasks.iter().zip(ends) {
        match charges.get(&task.id).map(Vec::as_slice) {
            None | Some([]) => books.missing += 1,
            Some([first, rest @ ..]) => {
                books.settled_after.push((first - end.at_ms).unsigned_abs() * 1000);
                books.doubled += usize::from(!rest.is_empty());
            }
        }
    }
    Ok(books)
}

/// When each task was charged, in milliseconds since 1970.
async fn charges(store_url: &str) -> anyhow::Result<HashMap<String, Vec<i64>>> {
    let store = Store::open(store_url).await?;
    let mut charges: HashMap<String, Vec<i64>> = HashMap::new();
    let mut after = None;
    loop {
        let page = store.ledger_page(&LedgerFilter::default(), after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.entry_id);
        for entry in page.iter().filter(|entry| entry.kind == LedgerKind::Charge) {
            charges.entry(entry.task_id.to_string()).or_default().push(entry.settled_at.0);
        }
    }
    store.close().await?;
    Ok(charges)
}
