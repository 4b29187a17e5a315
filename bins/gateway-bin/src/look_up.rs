//! URLs that tenants name: text rules and DNS, within a rate for each tenant.
//!
//! The gateway dials none of them; it decides whether the model service may be told to.

use public_url::{PublicUrl, Reason, Schemes};
use tenancy::{Tenant, TenantId};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::App;
use crate::error::{ApiError, Kind};
use crate::quota::Quota;

/// How many URLs a tenant may have looked up in a second.
const PER_SECOND: u32 = 20;

/// Look-ups by tenant; one entry for each tenant that ever named a URL.
pub(crate) type LookUps = Arc<Mutex<HashMap<TenantId, Arc<Quota>>>>;

/// The address that may be sent on, in the spelling that was checked.
pub(crate) async fn vet(
    app: &App,
    tenant: &Tenant,
    field: &str,
    text: &str,
    schemes: Schemes,
) -> Result<PublicUrl, ApiError> {
    if !quota_of(app, tenant.id).try_take() {
        let text = format!("more than {PER_SECOND} URLs a second are looked up for this account");
        return Err(ApiError::new(Kind::RateLimited, text).about(field).retry_after(1));
    }
    app.guard.vet(text, schemes).await.map_err(|refusal| {
        tracing::info!(field, verdict = refusal.reason().code(), "a URL is refused");
        if refusal.reason() == Reason::Busy {
            let text = "too many URLs are being looked up; try again";
            return ApiError::new(Kind::ServiceUnavailable, text).retry_after(1);
        }
        ApiError::new(Kind::InvalidRequest, format!("{field}: {refusal}")).about(field)
    })
}

fn quota_of(app: &App, tenant: TenantId) -> Arc<Quota> {
    let mut quotas = app.work.look_ups.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(quotas.entry(tenant).or_insert_with(|| Arc::new(Quota::per_second(PER_SECOND))))
}
