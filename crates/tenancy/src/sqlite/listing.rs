//! Statements behind a page of tasks, and behind its total.
//!
//! A page is found in an index alone, as a list of `seq`, and only its own rows are read. An
//! index orders the tasks of one model in one status, so a filter by one of the two is a merge of
//! the index's ranges, which SQLite does without sorting. `INDEXED BY` turns a plan that would
//! walk more into an error.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};
use seedance_model::{Model, ServiceTier, TaskQuery, TaskStatus};

use super::counts;
use super::tasks::task;
use crate::error::Cause;
use crate::listing::{kinds, rows_before};
use crate::{TaskPage, TenantId, UnixMillis};

pub(super) const PAGE: &str = "
    SELECT seq FROM tasks INDEXED BY tasks_listed
    WHERE tenant_id = ?1 AND listed = 1 AND created_at >= ?2
    ORDER BY created_at DESC, seq DESC LIMIT ?3 OFFSET ?4";

/// Takes the place of `$model` and `$status`.
pub(super) const PAGE_OF_KIND: &str = "
    SELECT seq, created_at FROM tasks INDEXED BY tasks_listed_by_kind
    WHERE tenant_id = ?1 AND model = '$model' AND status = '$status'
      AND listed = 1 AND created_at >= ?2";

pub(super) const BY_ID: &str = "
    SELECT created_at, seq FROM tasks INDEXED BY tasks_of_tenant
    WHERE tenant_id = ?1 AND task_id = ?2 AND listed = 1 AND created_at >= ?3
      AND (?4 IS NULL OR model = ?4) AND (?5 IS NULL OR status = ?5)";

pub(super) const ROW: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body, tenant_id, seal
    FROM tasks WHERE seq = ?2 AND tenant_id = ?1";

/// The page and the total of the tasks that were created at `cutoff` or later.
pub(crate) fn page(
    tx: &Connection,
    tenant: TenantId,
    query: &TaskQuery,
    cutoff: UnixMillis,
) -> Result<TaskPage, Cause> {
    // Every task of ours is in the default tier: a request for another is refused.
    if query.service_tier == Some(ServiceTier::Flex) {
        return Ok(TaskPage { items: Vec::new(), total: 0 });
    }
    let (seqs, total) = if query.task_ids.is_empty() {
        let kinds = kinds(query);
        let total = counts::total(tx, tenant, query, &kinds, cutoff)?;
        (walk(tx, tenant, query, &kinds, cutoff)?, total)
    } else {
        look_up(tx, tenant, query, cutoff)?
    };
    let mut row = tx.prepare_cached(ROW)?;
    let items = seqs
        .iter()
        .map(|seq| row.query_row([tenant.0, *seq], task))
        .collect::<rusqlite::Result<_>>()?;
    Ok(TaskPage { items, total })
}

/// The rows of a page, found by walking the index from the newest task on.
fn walk(
    tx: &Connection,
    tenant: TenantId,
    query: &TaskQuery,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<Vec<i64>, Cause> {
    let mut statement = tx.prepare_cached(&page_statement(kinds))?;
    let page = params![tenant.0, cutoff.0, query.page_size, rows_before(query)];
    let seqs = statement.query_map(page, |row| row.get(0))?;
    Ok(seqs.collect::<rusqlite::Result<_>>()?)
}

/// The statement of a page: one range of an index, or the merge of several.
pub(super) fn page_statement(kinds: &[(Model, TaskStatus)]) -> String {
    if kinds.is_empty() {
        return PAGE.to_owned();
    }
    let range = |(model, status): &(Model, TaskStatus)| {
        PAGE_OF_KIND.replace("$model", model.name()).replace("$status", status.name())
    };
    let ranges: Vec<String> = kinds.iter().map(range).collect();
    let ranges = ranges.join(" UNION ALL ");
    format!("{ranges} ORDER BY created_at DESC, seq DESC LIMIT ?3 OFFSET ?4")
}

/// The rows of a page of tasks that are asked for by id, and how many of them match.
fn look_up(
    tx: &Connection,
    tenant: TenantId,
    query: &TaskQuery,
    cutoff: UnixMillis,
) -> Result<(Vec<i64>, u64), Cause> {
    let mut statement = tx.prepare_cached(BY_ID)?;
    let model = query.model.map(Model::name);
    let status = query.status.map(TaskStatus::name);
    let mut found: Vec<(i64, i64)> = Vec::new();
    for id in query.task_ids.iter().collect::<BTreeSet<_>>() {
        let asked = params![tenant.0, id, cutoff.0, model, status];
        let row = statement.query_row(asked, |row| Ok((row.get(0)?, row.get(1)?)));
        found.extend(row.optional()?);
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let skipped = usize::try_from(rows_before(query)).unwrap_or(usize::MAX);
    let size = usize::try_from(query.page_size).unwrap_or(usize::MAX);
    let page = found.into_iter().skip(skipped).take(size);
    Ok((page.map(|(_, seq)| seq).collect(), total))
}
