//! Adoption: an asset that turned up in a tenant's group, and the intent that it may come from.

use std::collections::BTreeSet;

use super::columns::get;
use super::{Tx, Value, assets, library_binding};
use crate::assets::Shown;
use crate::error::Cause;
use crate::{Adoption, IntentState, LibraryIntentId, TenantId, UnixMillis};

/// No row: the group is not the tenant's, or the id is taken, in whichever index it is found.
pub(super) const ADOPT: &str = "
    INSERT INTO assets (
        asset_id, tenant_id, group_id, upstream, kind, status, created_at, seen_at
    )
    SELECT $3::text, tenant_id, group_id, upstream, $4::text, $5::text, $6::int8, $6::int8
    FROM asset_groups
    WHERE tenant_id = $1 AND group_id = $2
    ON CONFLICT DO NOTHING RETURNING seq";

/// One that somebody is just binding is not waited for: it is about to be known.
pub(super) const OLDEST_UNKNOWN: &str = "
    SELECT intent_id FROM library_intents
    WHERE tenant_id = $1 AND group_id = $2 AND kind = $3 AND state = 'unknown'
    ORDER BY intent_id LIMIT 1 FOR UPDATE SKIP LOCKED";

pub(crate) async fn adopt(
    tx: &Tx,
    tenant: TenantId,
    shown: &Shown,
    now: UnixMillis,
) -> Result<Adoption, Cause> {
    let Some(seq) = insert(tx, tenant, shown, now).await? else {
        let id = BTreeSet::from([shown.id.as_str().to_owned()]);
        let known = assets::find(tx, tenant, &id).await?.pop();
        let here = known.is_some_and(|asset| asset.group == shown.group);
        return Ok(if here { Adoption::Known } else { Adoption::Refused });
    };
    if let Some(intent) = oldest_unknown(tx, tenant, shown).await? {
        library_binding::close(tx, intent, IntentState::Adopted, seq, now).await?;
    }
    Ok(Adoption::Adopted)
}

async fn insert(
    tx: &Tx,
    tenant: TenantId,
    shown: &Shown,
    now: UnixMillis,
) -> Result<Option<i64>, Cause> {
    let asset: [Value<'_>; 6] = [
        &tenant.0,
        &shown.group.as_str(),
        &shown.id.as_str(),
        &shown.kind.asset_type(),
        &shown.status.name(),
        &now.0,
    ];
    tx.row(ADOPT, &asset).await?.as_ref().map(|row| get(row, 0)).transpose()
}

async fn oldest_unknown(
    tx: &Tx,
    tenant: TenantId,
    shown: &Shown,
) -> Result<Option<LibraryIntentId>, Cause> {
    let matching: [Value<'_>; 3] = [&tenant.0, &shown.group.as_str(), &shown.kind.asset_type()];
    let found = tx.row(OLDEST_UNKNOWN, &matching).await?;
    found.map(|row| get(&row, 0).map(LibraryIntentId)).transpose()
}
