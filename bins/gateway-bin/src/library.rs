//! The library of one tenant: its rows, its upstream account, and the one way to call it.

use std::sync::Arc;

use seedance_model::{AssetAction, LibraryId};
use tenancy::{Tenant, TenantScope};

use crate::app::App;
use crate::clock::unix_seconds;
use crate::error::{ApiError, Kind};
use crate::metrics::Call;
use crate::upstream::Upstream;
use crate::upstream_error;

/// What every asset action works with.
pub(crate) struct Library {
    pub(crate) app: App,
    pub(crate) tenant: Tenant,
    pub(crate) scope: TenantScope,
    pub(crate) upstream: Arc<Upstream>,
}

impl Library {
    /// `caller` has checked that the account is configured and has an asset library.
    pub(crate) fn of(app: &App, tenant: Tenant) -> Result<Self, ApiError> {
        let upstream = app.upstreams.get(&tenant.upstream).cloned().ok_or_else(not_open)?;
        let scope = app.store.scope(&tenant);
        Ok(Self { app: app.clone(), tenant, scope, upstream })
    }

    /// The platform's project, which owns everything in the account's library.
    pub(crate) fn project(&self) -> Result<&str, ApiError> {
        self.upstream.ark.project().ok_or_else(not_open)
    }

    /// One signed call that may be repeated, and its `Result`.
    pub(crate) async fn ask(
        &self,
        action: AssetAction,
        body: Vec<u8>,
    ) -> Result<Vec<u8>, ApiError> {
        let now = unix_seconds(self.app.clock.now());
        let calling = self.upstream.ark.call_asset_action(action.name(), body, now);
        let reply = self.upstream.counted(Call::Asset, calling).await;
        let reply = reply.map_err(|error| upstream_error::of_call(&self.upstream, error))?;
        Ok(reply.result)
    }

    /// What the upstream writes, without what belongs to the platform.
    pub(crate) fn redact(&self) -> impl Fn(&str) -> String + '_ {
        |text| self.upstream.redactor.message(text)
    }
}

/// The upstream answered with something that is no asset and no page.
pub(crate) fn unreadable(error: seedance_model::Error) -> ApiError {
    ApiError::new(Kind::ServiceError, "the model service gave no usable answer").because(error)
}

/// One refusal for "does not exist" and "is not yours".
pub(crate) fn group_not_found(id: &LibraryId) -> ApiError {
    let text = format!("the asset group `{}` does not exist", id.as_str());
    ApiError::new(Kind::AssetGroupNotFound, text)
}

/// One refusal for "does not exist" and "is not yours".
pub(crate) fn asset_not_found(id: &LibraryId) -> ApiError {
    let text = format!("the asset `{}` does not exist", id.as_str());
    ApiError::new(Kind::AssetNotFound, text)
}

fn not_open() -> ApiError {
    ApiError::new(Kind::ServiceUnavailable, "the asset library is not open for this account")
}
