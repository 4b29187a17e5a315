//! Totals of a list, without counting its rows.
//!
//! Triggers keep a counter for each tenant, model and status of the listed tasks. A total is the
//! counters that match, less the few rows that are too old and were not aged out yet.

use seedance_model::{Model, TaskQuery, TaskStatus};

use super::Tx;
use super::columns::unsigned;
use crate::error::Cause;
use crate::{TenantId, UnixMillis};

pub(super) const COUNTED: &str = "
    SELECT coalesce(sum(tasks), 0)::int8 FROM listed_counts
    WHERE tenant_id = $1 AND ($2::text IS NULL OR model = $2) AND ($3::text IS NULL OR status = $3)";

pub(super) const OVERDUE: &str = "
    SELECT count(*) FROM tasks
    WHERE tenant_id = $1 AND listed AND created_at < $2";

pub(super) const OVERDUE_OF_KIND: &str = "
    SELECT count(*) FROM tasks
    WHERE tenant_id = $1 AND model = $3 AND status = $4 AND listed AND created_at < $2";

/// How many listed tasks match the query's model and status and were created since `cutoff`.
/// `kinds` are the pairs that the query selects; none of them means all tasks.
pub(super) async fn total(
    tx: &Tx,
    tenant: TenantId,
    query: &TaskQuery,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<u64, Cause> {
    let (model, status) = (query.model.map(Model::name), query.status.map(TaskStatus::name));
    let counted = unsigned(&tx.one(COUNTED, &[&tenant.0, &model, &status]).await?, 0)?;
    Ok(counted.saturating_sub(overdue(tx, tenant, kinds, cutoff).await?))
}

async fn overdue(
    tx: &Tx,
    tenant: TenantId,
    kinds: &[(Model, TaskStatus)],
    cutoff: UnixMillis,
) -> Result<u64, Cause> {
    if kinds.is_empty() {
        return unsigned(&tx.one(OVERDUE, &[&tenant.0, &cutoff.0]).await?, 0);
    }
    let mut sum = 0;
    for (model, status) in kinds {
        let range: [super::Value<'_>; 4] = [&tenant.0, &cutoff.0, &model.name(), &status.name()];
        sum += unsigned(&tx.one(OVERDUE_OF_KIND, &range).await?, 0)?;
    }
    Ok(sum)
}
