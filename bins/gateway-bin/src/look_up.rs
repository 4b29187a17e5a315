//! URLs that tenants name: text rules and DNS, within a rate for each tenant.
//!
//! The gateway dials none of them; it decides whether the model service may be told to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use public_url::{Guard, NameServers, PublicUrl, Reason, Refusal, Schemes};
use tenancy::TenantId;

use crate::error::{ApiError, Kind};
use crate::quota::Quota;
use crate::verdict;

/// How many URLs a tenant may have looked up in a second.
const PER_SECOND: u32 = 20;

/// The guard, and what each tenant has asked of it lately.
#[derive(Clone, Debug)]
pub(crate) struct LookUps {
    guard: Guard,
    /// One entry for each tenant that ever named a URL.
    quotas: Arc<Mutex<HashMap<TenantId, Arc<Quota>>>>,
}

impl LookUps {
    /// Asks these name servers; with none, the system's.
    pub(crate) fn new(name_servers: Vec<SocketAddr>) -> anyhow::Result<Self> {
        Ok(Self { guard: guard(name_servers)?, quotas: Arc::default() })
    }

    /// Asks other name servers; each tenant's rate goes on.
    pub(crate) fn asking(&self, name_servers: Vec<SocketAddr>) -> anyhow::Result<Self> {
        Ok(Self { guard: guard(name_servers)?, quotas: Arc::clone(&self.quotas) })
    }

    /// The address that may be sent on, in the spelling that was checked.
    pub(crate) async fn vet(
        &self,
        tenant: TenantId,
        field: &str,
        text: &str,
        schemes: Schemes,
    ) -> Result<PublicUrl, ApiError> {
        let Some(_look_up) = self.quota_of(tenant).try_take() else {
            let text =
                format!("more than {PER_SECOND} URLs a second are looked up for this account");
            return Err(ApiError::new(Kind::RateLimited, text)
                .about(field)
                .retry_after(1)
                .verdict(verdict::Reason::LookUpRate));
        };
        self.guard.vet(text, schemes).await.map_err(|refusal| refused(field, &refusal))
    }

    fn quota_of(&self, tenant: TenantId) -> Arc<Quota> {
        let mut quotas = self.quotas.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(quotas.entry(tenant).or_insert_with(|| Arc::new(Quota::per_second(PER_SECOND))))
    }
}

fn guard(name_servers: Vec<SocketAddr>) -> anyhow::Result<Guard> {
    let fixed = !name_servers.is_empty();
    Ok(Guard::new(if fixed { NameServers::Fixed(name_servers) } else { NameServers::System })?)
}

fn refused(field: &str, refusal: &Refusal) -> ApiError {
    let verdict = verdict::Reason::Url(refusal.reason().code());
    if refusal.reason() == Reason::Busy {
        let text = "too many URLs are being looked up; try again";
        return ApiError::new(Kind::ServiceUnavailable, text).retry_after(1).verdict(verdict);
    }
    ApiError::new(Kind::InvalidRequest, format!("{field}: {refusal}")).about(field).verdict(verdict)
}
