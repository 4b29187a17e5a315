//! `phanedge store copy`: a whole store into another, verified on both sides.
//!
//! Killed at any point, the same command goes on. Until the end the target is no store; see the
//! library's `copying.rs` for what holds the source meanwhile.

use std::time::Instant;

use anyhow::bail;
use indicatif::ProgressBar;
use tenancy::{Contents, Filled, Store, StoreCopy, TableSum};

use super::bar::bar;
use super::{place, verify};
use crate::commands::arguments::CopyArguments;
use crate::output::{self, Format};

pub(super) async fn run(asked: CopyArguments) -> anyhow::Result<()> {
    let started = Instant::now();
    let batch = asked.batch;
    let (from, to) = asked.places();
    let (from, to) = (place::url(from)?, place::url(to)?);
    let mut copy = StoreCopy::open(&from, &to, batch).await?;
    verify_source(&from).await?;
    let rows = copy.count().await?;
    let bar_of = |step| bar(step, rows, "rows");
    let contents = copy.read_source(&mut moving(&bar_of("reading"))).await?;
    let filled = copy.fill(&contents, &mut moving(&bar_of("copying"))).await?;
    let Filled::Now { resumed_at } = filled else {
        copy.close().await;
        output::line(&format!("the copy is finished already: {rows} rows; nothing was changed"))?;
        return Ok(());
    };
    let copied = copy.read_target(&mut moving(&bar_of("comparing"))).await?;
    compare(&contents, &copied)?;
    let target = copy.target().await?;
    let verified = verify(&target, "target").await;
    target.close().await?;
    verified?;
    copy.finish().await?;
    summarise(&contents, resumed_at, started)
}

async fn verify_source(url: &str) -> anyhow::Result<()> {
    let source = Store::open(url).await?;
    let verified = verify(&source, "source").await;
    source.close().await?;
    verified
}

fn moving(bar: &ProgressBar) -> impl FnMut(u64) + Send {
    let bar = bar.clone();
    move |done| bar.set_position(done)
}

/// Every table, to the last byte.
fn compare(source: &Contents, target: &Contents) -> anyhow::Result<()> {
    let differences = source.differences(target);
    for (of_source, of_target) in &differences {
        let (table, there, here) = (of_source.table, of_target.rows, of_source.rows);
        output::line(&format!(
            "`{table}`: {there} rows in the target, {here} in the source, and other content"
        ))?;
    }
    match differences.len() {
        0 => Ok(()),
        tables => bail!(
            "the target is not what the source is, in {tables} tables; it stays closed: remove it, \
             and copy again into an empty database"
        ),
    }
}

fn summarise(contents: &Contents, resumed_at: u64, started: Instant) -> anyhow::Result<()> {
    let row =
        |table: &TableSum| vec![table.table.to_owned(), table.rows.to_string(), table.checksum()];
    let rows: Vec<Vec<String>> = contents.tables().iter().map(row).collect();
    output::rows(Format::Table, &["table", "rows", "checksum"], &rows)?;
    let (all, seconds) = (contents.rows(), started.elapsed().as_secs());
    let new = all - resumed_at.min(all);
    output::line(&format!(
        "copied {new} rows in {seconds} s, {all} in all, and verified; serve the target from now on, \
         and never the source again"
    ))?;
    Ok(())
}
