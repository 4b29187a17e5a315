//! Statements about what servers share. None of them is about a tenant.

use std::time::Duration;

use super::Tx;
use super::columns::{get, time};
use crate::UnixMillis;
use crate::error::Cause;
use crate::replicas::FURTHEST;

pub(super) const NOW: &str = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::int8";

/// No row: it is somebody else's.
pub(super) const LEASE: &str = "
    INSERT INTO leases (name, holder, until) VALUES ($1, $2, $4)
    ON CONFLICT (name) DO UPDATE SET holder = $2, until = $4
    WHERE leases.holder = $2 OR leases.until <= $3 OR leases.until > $5";

pub(super) const RELEASE: &str = "DELETE FROM leases WHERE name = $1 AND holder = $2";

/// No row: the next free time is too late.
pub(super) const RESERVE: &str = "
    INSERT INTO lanes AS l (lane, next_at)
    SELECT $1::text, $3::int8 + $2::int8 WHERE $3 <= $4::int8
    ON CONFLICT (lane) DO UPDATE
        SET next_at = CASE WHEN l.next_at > $5::int8 THEN $3 ELSE greatest(l.next_at, $3) END + $2
        WHERE l.next_at <= $4 OR l.next_at > $5
    RETURNING next_at";

pub(crate) async fn now(tx: &Tx) -> Result<UnixMillis, Cause> {
    time(&tx.one(NOW, &[]).await?, 0)
}

pub(crate) async fn lease(
    tx: &Tx,
    name: &str,
    holder: &str,
    now: UnixMillis,
    until: UnixMillis,
) -> Result<bool, Cause> {
    let furthest = until.plus(FURTHEST);
    Ok(tx.execute(LEASE, &[&name, &holder, &now.0, &until.0, &furthest.0]).await? == 1)
}

pub(crate) async fn release(tx: &Tx, name: &str, holder: &str) -> Result<bool, Cause> {
    Ok(tx.execute(RELEASE, &[&name, &holder]).await? == 1)
}

pub(crate) async fn reserve(
    tx: &Tx,
    lane: &str,
    spacing: Duration,
    now: UnixMillis,
    latest: UnixMillis,
) -> Result<Option<UnixMillis>, Cause> {
    let furthest = latest.plus(spacing + FURTHEST);
    let span = i64::try_from(spacing.as_millis()).unwrap_or(i64::MAX);
    let row = tx.row(RESERVE, &[&lane, &span, &now.0, &latest.0, &furthest.0]).await?;
    let next_at: Option<i64> = row.map(|row| get(&row, 0)).transpose()?;
    Ok(next_at.map(|next_at| UnixMillis(next_at).minus(spacing)))
}
