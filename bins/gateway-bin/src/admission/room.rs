//! The memory that bodies may take while they come in and are read.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::busy;
use crate::error::ApiError;
use crate::metrics::{EdgeMetrics, Shed};
use crate::verdict::Reason;

/// The memory that one body takes.
#[derive(Debug)]
pub(crate) struct Room {
    bodies: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
    metrics: EdgeMetrics,
}

impl Room {
    /// Nothing yet of what all bodies together may take.
    pub(super) fn of(bodies: Arc<Semaphore>, metrics: EdgeMetrics) -> Self {
        Self { bodies, taken: None, metrics }
    }

    /// Takes this many bytes more, if all bodies together leave them.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        let bodies = || Arc::clone(&self.bodies);
        let more = u32::try_from(bytes).ok().and_then(|n| bodies().try_acquire_many_owned(n).ok());
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
