//! Calls to the account, counted and timed, and what they say about its health.
//!
//! It decides nothing about a call: who makes one handles its error.

use std::future::Future;
use std::time::Duration;

use ark_client::{Error, Outcome};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::Upstream;
use crate::metrics::{Call, CallOutcome};
use crate::traces;

/// The longest pause after a 429 that names none.
const THROTTLED_PAUSE: Duration = Duration::from_secs(1);

impl Upstream {
    /// Awaits a call, counts it and traces it.
    pub(crate) async fn counted<T>(
        &self,
        call: Call,
        calling: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = Instant::now();
        let span = traces::of_call(&self.name, call.name());
        let result = calling.instrument(span.clone()).await;
        let outcome = outcome_of(&result);
        span.record("outcome", outcome.name());
        self.metrics.called(&self.name, call, outcome, begun.elapsed());
        if outcome == CallOutcome::Rejected {
            // Only the operator can help; no tenant is told.
            let status = result.as_ref().err().and_then(Error::status);
            tracing::error!(
                upstream = self.name,
                status,
                "the platform's credentials are rejected"
            );
        }
        result
    }

    /// Awaits a LIST or a GET, counts it, and remembers whether the account answers.
    pub(crate) async fn polled<T>(
        &self,
        call: Call,
        calling: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let result = self.counted(call, calling).await;
        let asked_pause = result.as_ref().err().and_then(Error::retry_after_seconds);
        let asked_pause = asked_pause.map(Duration::from_secs);
        match outcome_of(&result) {
            CallOutcome::Ok | CallOutcome::Refused => self.breaker.answered(),
            CallOutcome::Throttled => self.pause(call, asked_pause.unwrap_or(THROTTLED_PAUSE)),
            CallOutcome::Rejected | CallOutcome::Failed => {
                self.breaker.failed(Instant::now(), asked_pause);
            }
        }
        self.metrics.breaker(&self.name, self.breaker.is_open());
        result
    }

    /// The account answers, but has had enough calls of this kind.
    fn pause(&self, call: Call, pause: Duration) {
        let until = Instant::now() + pause;
        tracing::warn!(upstream = self.name, pause_ms = pause.as_millis(), "over the quota");
        match call {
            Call::List => self.list_quota.hold_off_until(until),
            Call::Get => self.get_quota.hold_off_until(until),
            Call::Create | Call::Delete | Call::Asset => {}
        }
    }
}

fn outcome_of<T>(result: &Result<T, Error>) -> CallOutcome {
    let Err(error) = result else { return CallOutcome::Ok };
    match (error.status(), error.outcome()) {
        (Some(401 | 403), _) => CallOutcome::Rejected,
        (Some(429), _) => CallOutcome::Throttled,
        (_, Outcome::Refused) => CallOutcome::Refused,
        (_, Outcome::NotSent | Outcome::Unknown) => CallOutcome::Failed,
    }
}
