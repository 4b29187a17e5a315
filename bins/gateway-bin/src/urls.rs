//! The URLs in a create: the callback, and public media where the policy lets them through.

use public_url::Schemes;
use seedance_model::TaskRequest;
use tenancy::TenantId;

use crate::error::ApiError;
use crate::look_up::LookUps;

/// `callback_url` (section 5 of the public contract), in the spelling that was checked.
pub(crate) async fn checked_callback(
    look_ups: &LookUps,
    tenant: TenantId,
    request: &TaskRequest,
) -> Result<Option<String>, ApiError> {
    let Some(text) = request.callback_url() else { return Ok(None) };
    let url = look_ups.vet(tenant, "callback_url", text, Schemes::HttpsOnly).await?;
    Ok(Some(url.as_str().to_owned()))
}

/// Replaces every public media URL by the spelling that was checked.
pub(crate) async fn check_media(
    look_ups: &LookUps,
    tenant: TenantId,
    request: &mut TaskRequest,
) -> Result<(), ApiError> {
    let mut checked = Vec::new();
    for (path, url) in request.public_media_urls() {
        let url = look_ups.vet(tenant, path, url, Schemes::HttpAndHttps).await?;
        checked.push(url.as_str().to_owned());
    }
    request.set_public_media_urls(checked);
    Ok(())
}
