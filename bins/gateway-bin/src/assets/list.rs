//! `ListAssets` and `ListAssetGroups`: pages and totals that count only the tenant's.
//!
//! The upstream lists a whole project. It is asked for the tenant's own groups by id, always, so
//! that its pages and totals are the tenant's.

use seedance_model::{AssetAction, LibraryId, LibraryPage, LibraryQuery};
use tenancy::UnixMillis;

use crate::error::ApiError;
use crate::library::{Library, group_not_found, unreadable};

pub(super) async fn list(
    library: &Library,
    action: AssetAction,
    query: &LibraryQuery,
) -> Result<Vec<u8>, ApiError> {
    let groups = visible_groups(library, query).await?;
    let Some(body) = query.upstream_body(library.project()?, &groups) else {
        return Ok(LibraryPage::empty(query).public_body(library.redact()));
    };
    let result = library.ask(action, body).await?;
    let page = LibraryPage::parse(action, &result).map_err(unreadable)?;
    if action == AssetAction::ListAssets {
        remember(library, &page).await?;
    }
    Ok(page.public_body(library.redact()))
}

/// The groups that were asked for, all of which have to be the tenant's; else all that it has.
async fn visible_groups(
    library: &Library,
    query: &LibraryQuery,
) -> Result<Vec<LibraryId>, ApiError> {
    let owned = library.scope.group_ids(&library.upstream.name).await?;
    if query.group_ids().is_empty() {
        return Ok(owned);
    }
    match query.group_ids().iter().find(|asked| !owned.contains(asked)) {
        Some(foreign) => Err(group_not_found(foreign)),
        None => Ok(query.group_ids().to_vec()),
    }
}

/// Keeps each status; an asset that the store does not know came from a create whose outcome was
/// unclear, and is the tenant's because its group is.
async fn remember(library: &Library, page: &LibraryPage) -> Result<(), ApiError> {
    let now: UnixMillis = library.app.clock.now();
    for item in page.items() {
        let (Some(status), Some(group), Some(kind)) =
            (item.status(), item.group_id(), item.asset_type())
        else {
            continue;
        };
        if !library.scope.record_asset_status(item.id().as_str(), status, now).await? {
            library.scope.adopt_asset(&group, item.id(), kind, status, now).await?;
        }
    }
    Ok(())
}
