//! The memory that bodies may take while they come in and are read, of all tenants together and of
//! one tenant: whoever sends many large bodies slowly does not take it all.

use std::sync::Arc;

use bytes::Bytes;
use tenancy::TenantId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::shares::{Share, Shares};
use super::{busy, more_than_a_share};
use crate::error::ApiError;
use crate::metrics::{EdgeMetrics, Shed};
use crate::verdict::Reason;

/// The bytes that bodies may still take, and which tenant has how many.
#[derive(Clone, Debug)]
pub(super) struct Bodies {
    free: Arc<Semaphore>,
    shares: Shares<TenantId>,
}

impl Bodies {
    /// Room for so many of the largest size, one of which is within every tenant's share.
    pub(super) fn new(count: usize, largest_bytes: usize) -> Self {
        let bytes = count.saturating_mul(largest_bytes).min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(bytes)), shares: Shares::of_at_least(largest_bytes) }
    }

    /// These bytes, if they are free.
    fn take(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).try_acquire_many_owned(u32::try_from(bytes).ok()?).ok()
    }
}

/// The memory that one body takes.
#[derive(Debug)]
pub(crate) struct Room {
    bodies: Bodies,
    taken: Option<OwnedSemaphorePermit>,
    /// What of it counts for a tenant, where it is a tenant's.
    share: Option<Share<TenantId>>,
    metrics: EdgeMetrics,
}

impl Room {
    /// Nothing yet of what all bodies together, and those of this tenant, may take.
    pub(super) fn of(bodies: Bodies, tenant: Option<TenantId>, metrics: EdgeMetrics) -> Self {
        let share = tenant.map(|tenant| bodies.shares.of(tenant));
        Self { bodies, taken: None, share, metrics }
    }

    /// Takes this many bytes more, if they are within the tenant's share, and all bodies together
    /// leave them. A body that was refused any is not to go on.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let more = self.bodies.take(bytes);
        let left = more.as_ref().map_or(0, |_| self.bodies.free.available_permits());
        if self.share.as_mut().is_some_and(|share| !share.grow(bytes, left)) {
            self.metrics.shed(Shed::BodyShare);
            let text = "this account sends too much at a time, and others need room, too; \
                        try again later";
            return Err(more_than_a_share(text, Reason::NoBodyShare));
        }
        let Some(more) = more else {
            self.metrics.shed(Shed::Bodies);
            return Err(busy(Reason::NoRoomForBodies));
        };
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        Ok(())
    }

    /// The body, which gives its room back when it is dropped.
    pub(crate) fn hold(self, body: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { body, _room: self })
    }
}

struct Held {
    body: Vec<u8>,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
