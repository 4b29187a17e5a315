//! References to assets in a create: each must be the tenant's, in its account, of the wanted
//! type, and `Active`.

use std::collections::BTreeMap;

use seedance_model::{AssetAction, AssetRef, AssetStatus, LibraryItem};
use tenancy::Asset;

use crate::error::{ApiError, Kind};
use crate::library::{self, Library};

/// Most references in one request; a request with the most media has fifteen.
const MOST_REFERENCES: usize = 64;

/// Refuses the first reference that cannot be used, by its place in the request.
pub(crate) async fn require(library: &Library, references: &[AssetRef]) -> Result<(), ApiError> {
    if references.len() > MOST_REFERENCES {
        let text = format!("the request names more than {MOST_REFERENCES} assets");
        return Err(ApiError::new(Kind::InvalidRequest, text));
    }
    let owned = owned_assets(library, references).await?;
    for reference in references {
        let asset = owned.get(reference.id()).ok_or_else(|| not_found(reference))?;
        refuse_other_type(reference, asset)?;
    }
    for reference in references {
        if let Some(asset) = owned.get(reference.id()) {
            require_active(library, reference, asset).await?;
        }
    }
    Ok(())
}

/// The tenant's assets among those that the request names; others are as if they did not exist.
async fn owned_assets(
    library: &Library,
    references: &[AssetRef],
) -> Result<BTreeMap<String, Asset>, ApiError> {
    if references.is_empty() {
        return Ok(BTreeMap::new());
    }
    let ids: Vec<&str> = references.iter().map(AssetRef::id).collect();
    let found = library.scope.find_assets(&ids).await?.into_iter();
    let here = found.filter(|asset| asset.upstream == library.upstream.name);
    Ok(here.map(|asset| (asset.id.as_str().to_owned(), asset)).collect())
}

fn not_found(reference: &AssetRef) -> ApiError {
    let text = format!("the asset `{}` does not exist", reference.id());
    ApiError::new(Kind::AssetNotFound, text).about(reference.path())
}

fn refuse_other_type(reference: &AssetRef, asset: &Asset) -> Result<(), ApiError> {
    match reference.wanted() {
        Some(wanted) if wanted != asset.kind => {
            let (id, kind) = (reference.id(), asset.kind.asset_type());
            let text = format!(
                "the asset `{id}` is of type `{kind}`; use one of `{}`",
                wanted.asset_type()
            );
            Err(ApiError::new(Kind::InvalidRequest, text).about(reference.path()))
        }
        _ => Ok(()),
    }
}

/// The stored status is enough if it is `Active`; else the upstream is asked.
async fn require_active(
    library: &Library,
    reference: &AssetRef,
    asset: &Asset,
) -> Result<(), ApiError> {
    let status = match asset.status {
        Some(AssetStatus::Active) => return Ok(()),
        _ => status_now(library, reference, asset).await?,
    };
    if status == Some(AssetStatus::Active) {
        return Ok(());
    }
    let shown = status.map_or("unknown", AssetStatus::name);
    let text =
        format!("the asset `{}` is `{shown}`; only an `Active` one can be used", reference.id());
    Err(ApiError::new(Kind::InvalidRequest, text).about(reference.path()))
}

async fn status_now(
    library: &Library,
    reference: &AssetRef,
    asset: &Asset,
) -> Result<Option<AssetStatus>, ApiError> {
    let action = AssetAction::GetAsset;
    let result = library.ask(action, asset.id.lookup_body(library.project()?)).await;
    let result = result.map_err(|error| error.about(reference.path()))?;
    let item = LibraryItem::parse(action, &result).map_err(library::unreadable)?;
    if let Some(status) = item.status() {
        library
            .scope
            .record_asset_status(asset.id.as_str(), status, library.app.clock.now())
            .await?;
    }
    Ok(item.status())
}
