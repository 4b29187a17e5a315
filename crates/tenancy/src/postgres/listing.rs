//! Statements behind a page of tasks, and behind its total.
//!
//! A page is found in an index, as a list of `seq`, and only its own rows are read. An index
//! orders the tasks of one model in one status, so a filter by one of the two is a merge of the
//! index's ranges, which needs no sorting.

use std::collections::BTreeSet;

use seedance_model::{Model, ServiceTier, TaskQuery, TaskStatus};
use tokio_postgres::Row;

use super::columns::{get, unsigned};
use super::tasks::task;
use super::{Tx, Value, counts};
use crate::error::Cause;
use crate::listing::{kinds, rows_before};
use crate::{TaskPage, TenantId, UnixMillis};

pub(super) const PAGE: &str = "
    SELECT seq FROM tasks
    WHERE tenant_id = $1 AND listed AND created_at >= $2
    ORDER BY created_at DESC, seq DESC LIMIT $3 OFFSET $4";

/// Takes the place of `$model` and `$status`. In order, so that ranges can be merged.
pub(super) const PAGE_OF_KIND: &str = "
    (SELECT seq, created_at FROM tasks
     WHERE tenant_id = $1 AND model = '$model' AND status = '$status'
       AND listed AND created_at >= $2
     ORDER BY created_at DESC, seq DESC)";

/// Each id once; a task more than the page needs is not read.
pub(super) const BY_IDS: &str = "
    SELECT seq, count(*) OVER () FROM tasks
    WHERE tenant_id = $1 AND task_id = ANY($2) AND listed AND created_at >= $3
      AND ($4::text IS NULL OR model = $4) AND ($5::text IS NULL OR status = $5)
    ORDER BY created_at DESC, seq DESC";

pub(super) const ROWS: &str = "
    SELECT task_id, model, status, has_video, upstream, tariff, created_at, refreshed_at,
           settlement, body
    FROM tasks WHERE seq = ANY($2) AND tenant_id = $1
    ORDER BY created_at DESC, seq DESC";

/// The page and the total of the tasks that were created at `cutoff` or later.
pub(crate) async fn page(
    tx: &Tx,
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
        let total = counts::total(tx, tenant, query, &kinds, cutoff).await?;
        (walk(tx, tenant, query, &kinds, cutoff).await?, total)
    } else {
        look_up(tx, tenant, query, cutoff).await?
    };
    let items = tx.rows(ROWS, &[&tenant.0, &seqs]).await?;
    let items = items.iter().map(task).collect::<Result<_, _>>()?;
    Ok(TaskPage { items, total })
}

/// The rows of a page, found by walking the index from the newest task on.
async fn walk(
    tx: &Tx,
    tenant: TenantId,
    query: &TaskQuery,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<Vec<i64>, Cause> {
    let (size, skipped) = (i64::from(query.page_size), rows_before(query));
    let page: [Value<'_>; 4] = [&tenant.0, &cutoff.0, &size, &skipped];
    let seqs = tx.rows(&page_statement(kinds), &page).await?;
    seqs.iter().map(|row| get(row, 0)).collect()
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
    format!(
        "SELECT seq FROM ({ranges}) AS ranges
         ORDER BY created_at DESC, seq DESC LIMIT $3 OFFSET $4"
    )
}

/// The rows of a page of tasks that are asked for by id, and how many of them match.
async fn look_up(
    tx: &Tx,
    tenant: TenantId,
    query: &TaskQuery,
    cutoff: UnixMillis,
) -> Result<(Vec<i64>, u64), Cause> {
    let ids: BTreeSet<&String> = query.task_ids.iter().collect();
    let ids: Vec<&String> = ids.into_iter().collect();
    let (model, status) = (query.model.map(Model::name), query.status.map(TaskStatus::name));
    let asked: [Value<'_>; 5] = [&tenant.0, &ids, &cutoff.0, &model, &status];
    let found = tx.rows(BY_IDS, &asked).await?;
    let total = found.first().map_or(Ok(0), |row: &Row| unsigned(row, 1))?;
    let skipped = usize::try_from(rows_before(query)).unwrap_or(usize::MAX);
    let size = usize::try_from(query.page_size).unwrap_or(usize::MAX);
    let page = found.iter().skip(skipped).take(size);
    Ok((page.map(|row| get(row, 0)).collect::<Result<_, _>>()?, total))
}
