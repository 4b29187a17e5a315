//! Statements about a tenant's assets, once they are its own.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};
use seedance_model::AssetStatus;

use super::columns::{asset_status, library_id, maybe, maybe_time, media_kind, time};
use crate::error::Cause;
use crate::{Asset, TenantId, UnixMillis};

pub(super) const FIND: &str = "
    SELECT asset_id, group_id, upstream, kind, status, created_at, seen_at
    FROM assets INDEXED BY assets_of_tenant
    WHERE tenant_id = ?1 AND asset_id = ?2";

pub(super) const RECORD_STATUS: &str = "
    UPDATE assets INDEXED BY assets_of_tenant SET status = ?3, seen_at = ?4
    WHERE tenant_id = ?1 AND asset_id = ?2
      AND status IS NOT ?3 AND (seen_at IS NULL OR seen_at <= ?4)";

/// One step through the index for each id, however many there are.
pub(crate) fn find(
    tx: &Connection,
    tenant: TenantId,
    ids: &BTreeSet<String>,
) -> Result<Vec<Asset>, Cause> {
    let mut statement = tx.prepare_cached(FIND)?;
    let mut assets = Vec::new();
    for id in ids {
        assets.extend(statement.query_row(params![tenant.0, id], asset).optional()?);
    }
    Ok(assets)
}

pub(crate) fn record_status(
    tx: &Connection,
    tenant: TenantId,
    id: &str,
    status: AssetStatus,
    now: UnixMillis,
) -> Result<(), Cause> {
    let mut statement = tx.prepare_cached(RECORD_STATUS)?;
    statement.execute(params![tenant.0, id, status.name(), now.0])?;
    Ok(())
}

fn asset(row: &Row<'_>) -> rusqlite::Result<Asset> {
    Ok(Asset {
        id: library_id(row, 0)?,
        group: library_id(row, 1)?,
        upstream: row.get(2)?,
        kind: media_kind(row, 3)?,
        status: maybe(row, 4, asset_status)?,
        created_at: time(row, 5)?,
        seen_at: maybe_time(row, 6)?,
    })
}
