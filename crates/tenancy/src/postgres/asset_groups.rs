//! Statements about a tenant's groups.

use std::collections::BTreeSet;

use seedance_model::LibraryId;
use tokio_postgres::Row;

use super::Tx;
use super::columns::{get, library_id, time};
use crate::error::Cause;
use crate::{AssetGroup, TenantId};

pub(super) const FIND: &str = "
    SELECT group_id, upstream, created_at FROM asset_groups
    WHERE tenant_id = $1 AND group_id = ANY($2) ORDER BY group_id";

pub(super) const IDS: &str = "
    SELECT group_id FROM asset_groups
    WHERE tenant_id = $1 AND upstream = $2 ORDER BY seq DESC";

/// One step through the index for each id, however many there are.
pub(crate) async fn find(
    tx: &Tx,
    tenant: TenantId,
    ids: &BTreeSet<String>,
) -> Result<Vec<AssetGroup>, Cause> {
    let ids: Vec<&String> = ids.iter().collect();
    tx.rows(FIND, &[&tenant.0, &ids]).await?.iter().map(group).collect()
}

pub(crate) async fn ids(
    tx: &Tx,
    tenant: TenantId,
    upstream: &str,
) -> Result<Vec<LibraryId>, Cause> {
    let ids = tx.rows(IDS, &[&tenant.0, &upstream]).await?;
    ids.iter().map(|row| library_id(row, 0)).collect()
}

fn group(row: &Row) -> Result<AssetGroup, Cause> {
    Ok(AssetGroup { id: library_id(row, 0)?, upstream: get(row, 1)?, created_at: time(row, 2)? })
}
