//! Adoption: an asset that turned up in a tenant's group, and the intent that it may come from.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, params};

use super::{assets, library_binding};
use crate::assets::Shown;
use crate::error::Cause;
use crate::{Adoption, IntentState, LibraryIntentId, TenantId, UnixMillis};

/// No row: the group is not the tenant's, or the id is taken.
pub(super) const ADOPT: &str = "
    INSERT INTO assets (
        asset_id, tenant_id, group_id, upstream, kind, status, created_at, seen_at
    )
    SELECT ?3, tenant_id, group_id, upstream, ?4, ?5, ?6, ?6
    FROM asset_groups INDEXED BY asset_groups_of_tenant
    WHERE tenant_id = ?1 AND group_id = ?2
    ON CONFLICT (asset_id) DO NOTHING RETURNING seq";

pub(super) const OLDEST_UNKNOWN: &str = "
    SELECT intent_id FROM library_intents INDEXED BY library_intents_of_group
    WHERE tenant_id = ?1 AND group_id = ?2 AND kind = ?3 AND state = 'unknown'
    ORDER BY intent_id LIMIT 1";

pub(crate) fn adopt(
    tx: &Connection,
    tenant: TenantId,
    shown: &Shown,
    now: UnixMillis,
) -> Result<Adoption, Cause> {
    let Some(seq) = insert(tx, tenant, shown, now)? else {
        let id = BTreeSet::from([shown.id.as_str().to_owned()]);
        let known = assets::find(tx, tenant, &id)?.pop();
        let here = known.is_some_and(|asset| asset.group == shown.group);
        return Ok(if here { Adoption::Known } else { Adoption::Refused });
    };
    if let Some(intent) = oldest_unknown(tx, tenant, shown)? {
        library_binding::close(tx, intent, IntentState::Adopted, seq, now)?;
    }
    Ok(Adoption::Adopted)
}

fn insert(
    tx: &Connection,
    tenant: TenantId,
    shown: &Shown,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let mut statement = tx.prepare_cached(ADOPT)?;
    let asset = params![
        tenant.0,
        shown.group.as_str(),
        shown.id.as_str(),
        shown.kind.asset_type(),
        shown.status.name(),
        now.0,
    ];
    Ok(statement.query_row(asset, |row| row.get(0)).optional()?)
}

fn oldest_unknown(
    tx: &Connection,
    tenant: TenantId,
    shown: &Shown,
) -> Result<Option<LibraryIntentId>, Cause> {
    let mut statement = tx.prepare_cached(OLDEST_UNKNOWN)?;
    let matching = params![tenant.0, shown.group.as_str(), shown.kind.asset_type()];
    let found = statement.query_row(matching, |row| row.get(0).map(LibraryIntentId));
    Ok(found.optional()?)
}
