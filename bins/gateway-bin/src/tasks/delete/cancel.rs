//! The cancel of a task that was queued when it was looked at, and may have moved since.
//!
//! A cancelled task keeps its record for a day, and an ended one loses it with the DELETE. So a
//! record that is gone right after a DELETE was one of a task that had ended, and may have cost
//! something. The cancel is noted before it is sent: a crash leaves that knowledge behind, and the
//! watcher puts what stays away into quarantine.

use super::{Removal, Stand, cancelled, running};
use crate::error::ApiError;
use crate::look::Seen;
use crate::upstream_error;

impl Removal {
    /// Notes the cancel, sends it, and looks at what it did.
    pub(super) async fn cancel(&self) -> Result<(), ApiError> {
        let id = &self.task.id;
        self.scope.note_cancel(id, self.app.clock.now()).await?;
        match self.send().await {
            Ok(()) => self.look_at_outcome().await,
            // Another DELETE was faster.
            Err(error) if error.status() == Some(404) => self.hide_ended().await,
            Err(error) if error.status() == Some(409) => Err(self.refused().await),
            Err(error) => Err(upstream_error::of_call(&self.upstream, error)),
        }
    }

    async fn look_at_outcome(&self) -> Result<(), ApiError> {
        match self.look().await {
            Ok(Seen::Missing) => self.hide_ended().await,
            Ok(Seen::Report(_)) => Ok(()),
            Err(error) => {
                let cause = format!("{error:#}");
                tracing::warn!(task = %self.task.id, cause, "cancelled; the watcher records it");
                Ok(())
            }
        }
    }

    /// It had ended, so for its tenant it is deleted. It is watched on: whatever the upstream
    /// still says of it is settled, and if it says nothing, a person decides.
    async fn hide_ended(&self) -> Result<(), ApiError> {
        tracing::warn!(task = %self.task.id, "a task vanished while it was cancelled");
        self.bury_cancelled().await?;
        Ok(())
    }

    /// Hides the task if a cancel of it was ever sent.
    pub(super) async fn bury_cancelled(&self) -> Result<bool, ApiError> {
        Ok(self.scope.bury_cancelled_task(&self.task.id, self.app.clock.now()).await?)
    }

    /// It runs by now, unless another DELETE has cancelled it meanwhile.
    async fn refused(&self) -> ApiError {
        match self.look().await {
            Ok(Seen::Report(report)) if matches!(Stand::of(report.status()), Stand::Cancelled) => {
                cancelled(&self.task.id)
            }
            Ok(_) | Err(_) => running(&self.task.id),
        }
    }
}
