//! Statements about a tenant's groups.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::LibraryId;

use super::columns::{library_id, time};
use crate::error::Cause;
use crate::{AssetGroup, TenantId};

pub(super) const FIND: &str = "
    SELECT group_id, upstream, created_at FROM asset_groups INDEXED BY asset_groups_of_tenant
    WHERE tenant_id = ?1 AND group_id = ?2";

pub(super) const IDS: &str = "
    SELECT group_id FROM asset_groups INDEXED BY asset_groups_of_account
    WHERE tenant_id = ?1 AND upstream = ?2 ORDER BY seq DESC";

/// One step through the index for each id, however many there are.
pub(crate) fn find(
    tx: &Connection,
    tenant: TenantId,
    ids: &BTreeSet<String>,
) -> Result<Vec<AssetGroup>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    let mut groups = Vec::new();
    for id in ids {
        groups.extend(statement.query_row(params![tenant.0, id], group).optional()?);
    }
    Ok(groups)
}

pub(crate) fn ids(
    tx: &Connection,
    tenant: TenantId,
    upstream: &str,
) -> Result<Vec<LibraryId>, Cause> {
    let mut statement = tx.prepare_cached(IDS)?;
    let ids = statement.query_map(params![tenant.0, upstream], |row| library_id(row, 0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn group(row: &Row<'_>) -> rusqlite::Result<AssetGroup> {
    Ok(AssetGroup { id: library_id(row, 0)?, upstream: row.get(1)?, created_at: time(row, 2)? })
}
