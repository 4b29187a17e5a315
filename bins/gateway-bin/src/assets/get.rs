//! `GetAsset` and `GetAssetGroup`: the tenant's own, as the upstream has them now.

use seedance_model::{AssetAction, LibraryId, LibraryItem};

use crate::error::ApiError;
use crate::library::{Library, asset_not_found, group_not_found, unreadable};

/// Status and URL are passed through; the store remembers the status.
pub(super) async fn asset(library: &Library, id: &LibraryId) -> Result<Vec<u8>, ApiError> {
    let owned = library.scope.find_asset(id.as_str()).await?;
    owned
        .filter(|asset| asset.upstream == library.upstream.name)
        .ok_or_else(|| asset_not_found(id))?;
    let item = item(library, AssetAction::GetAsset, id).await?;
    if let Some(status) = item.status() {
        library.scope.record_asset_status(id.as_str(), status, library.app.clock.now()).await?;
    }
    Ok(item.public_body(library.redact()))
}

pub(super) async fn group(library: &Library, id: &LibraryId) -> Result<Vec<u8>, ApiError> {
    let owned = library.scope.find_group(id.as_str()).await?;
    owned
        .filter(|group| group.upstream == library.upstream.name)
        .ok_or_else(|| group_not_found(id))?;
    let item = item(library, AssetAction::GetAssetGroup, id).await?;
    Ok(item.public_body(library.redact()))
}

async fn item(
    library: &Library,
    action: AssetAction,
    id: &LibraryId,
) -> Result<LibraryItem, ApiError> {
    let result = library.ask(action, id.lookup_body(library.project()?)).await?;
    LibraryItem::parse(action, &result).map_err(unreadable)
}
