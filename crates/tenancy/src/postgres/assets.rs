//! Statements about a tenant's assets, once they are its own.

use std::collections::BTreeSet;

use seedance_model::AssetStatus;
use tokio_postgres::Row;

use super::Tx;
use super::columns::{asset_status, get, library_id, maybe, maybe_time, media_kind, time};
use crate::error::Cause;
use crate::{Asset, TenantId, UnixMillis};

pub(super) const FIND: &str = "
    SELECT asset_id, group_id, upstream, kind, status, created_at, seen_at
    FROM assets
    WHERE tenant_id = $1 AND asset_id = ANY($2) ORDER BY asset_id";

pub(super) const RECORD_STATUS: &str = "
    UPDATE assets SET status = $3, seen_at = $4
    WHERE tenant_id = $1 AND asset_id = $2
      AND status IS DISTINCT FROM $3 AND (seen_at IS NULL OR seen_at <= $4)";

/// One step through the index for each id, however many there are.
pub(crate) async fn find(
    tx: &Tx,
    tenant: TenantId,
    ids: &BTreeSet<String>,
) -> Result<Vec<Asset>, Cause> {
    let ids: Vec<&String> = ids.iter().collect();
    tx.rows(FIND, &[&tenant.0, &ids]).await?.iter().map(asset).collect()
}

pub(crate) async fn record_status(
    tx: &Tx,
    tenant: TenantId,
    id: &str,
    status: AssetStatus,
    now: UnixMillis,
) -> Result<(), Cause> {
    tx.execute(RECORD_STATUS, &[&tenant.0, &id, &status.name(), &now.0]).await?;
    Ok(())
}

fn asset(row: &Row) -> Result<Asset, Cause> {
    Ok(Asset {
        id: library_id(row, 0)?,
        group: library_id(row, 1)?,
        upstream: get(row, 2)?,
        kind: media_kind(row, 3)?,
        status: maybe(row, 4, asset_status)?,
        created_at: time(row, 5)?,
        seen_at: maybe_time(row, 6)?,
    })
}
