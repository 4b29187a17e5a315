//! `phanedge ledger export`: rows on standard output, a page at a time, and their totals on
//! standard error.
//!
//! However many rows there are, one page of them is in memory. The export is the ledger of the
//! moment at which it began.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use tenancy::{LedgerFilter, Store};

use super::period::Period;
use super::row::Writer;
use crate::acts::tenants;
use crate::commands::arguments::LedgerFormat;
use crate::ledger::{Moment, Pages, Sums};

pub(super) async fn run(
    store: &Store,
    tenant: Option<&str>,
    period: Period,
    format: LedgerFormat,
) -> anyhow::Result<()> {
    let tenant = match tenant {
        Some(name) => Some(tenants::find(store, name).await?.name),
        None => None,
    };
    let filter = LedgerFilter { tenant, from: period.from, to: period.to };
    let is_whole = filter == LedgerFilter::default();
    let moment = Moment::now(store).await?;
    let bar = bar(is_whole.then_some(moment.kept.rows));
    let sums = print(moment.pages(store, filter), format, &bar).await?;
    bar.finish_and_clear();
    writeln!(io::stderr().lock(), "total: {sums}")?;
    if is_whole && sums != moment.kept {
        bail!("the kept totals are {}; see `phanedge ledger verify`", moment.kept);
    }
    Ok(())
}

/// Prints all rows, and adds them up as they go out.
async fn print(mut pages: Pages, format: LedgerFormat, bar: &ProgressBar) -> anyhow::Result<Sums> {
    let mut writer = Writer::new(format);
    let mut sums = Sums::default();
    put(&writer.head()?)?;
    while let Some(page) = pages.next().await? {
        put(&writer.rows(&page)?)?;
        for entry in &page {
            sums.add(entry);
        }
        bar.set_position(sums.rows);
    }
    put(writer.tail())?;
    Ok(sums)
}

fn put(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).context("writing to standard output")
}

/// A bar on standard error, for whoever watches; rows on the same screen would tear it apart.
fn bar(rows: Option<u64>) -> ProgressBar {
    let target = if io::stdout().is_terminal() {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let template = match rows {
        Some(_) => "{bar:40.cyan/blue} {human_pos} of {human_len} rows, {eta} left",
        None => "{spinner} {human_pos} rows",
    };
    let style = ProgressStyle::with_template(template);
    ProgressBar::with_draw_target(rows, target)
        .with_finish(ProgressFinish::AndClear)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("█▓░"))
}
