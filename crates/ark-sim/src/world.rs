//! The simulated account as a whole, and the door through which every request comes in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use crate::assets::{self, AssetTable};
use crate::calls::Calls;
use crate::canaries::Canaries;
use crate::clock::SimClock;
use crate::faults::{Faults, ListOddity};
use crate::http::{Body, Reply, Request};
use crate::ids;
use crate::media;
use crate::quotas::Gate;
use crate::refusal::Refusal;
use crate::route::Verb;
use crate::settings::SimSettings;
use crate::tasks::{self, TaskTable};

/// Everything that the connections share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: SimSettings,
    /// What media URLs start with.
    pub(crate) media_base_url: String,
    pub(crate) tasks: TaskTable,
    pub(crate) assets: AssetTable,
    pub(crate) calls: Calls,
    pub(crate) faults: Faults,
    pub(crate) gate: Gate,
    /// Takes the ids of tasks whose changes are to be called back.
    pub(crate) callbacks: Option<UnboundedSender<String>>,
    canaries: Mutex<Canaries>,
}

impl World {
    pub(crate) fn new(
        settings: SimSettings,
        own_base_url: String,
        callbacks: Option<UnboundedSender<String>>,
    ) -> Self {
        Self {
            media_base_url: settings.media_base_url.clone().unwrap_or(own_base_url),
            tasks: TaskTable::default(),
            assets: AssetTable::default(),
            calls: Calls::new(settings.record_calls),
            faults: Faults::default(),
            gate: Gate::new(settings.quotas),
            callbacks,
            canaries: Mutex::default(),
            settings,
        }
    }

    pub(crate) fn clock(&self) -> &SimClock {
        &self.settings.clock
    }

    pub(crate) fn canaries(&self) -> MutexGuard<'_, Canaries> {
        self.canaries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what the request asks and answers it.
    pub(crate) fn answer(
        &self,
        verb: Verb,
        request: &Request,
        oddity: Option<&ListOddity>,
    ) -> Reply {
        match verb {
            Verb::Media => media::serve(self, request),
            Verb::AssetAction => assets::answer(self, request),
            Verb::Create | Verb::Get | Verb::List | Verb::Delete | Verb::Other => {
                match self.act(verb, request, oddity) {
                    Ok(body) => self.succeed(request, body),
                    Err(refusal) => self.refuse(verb, request, &refusal),
                }
            }
        }
    }

    /// One of the four verbs of tasks, for those who have the key and the quota.
    fn act(
        &self,
        verb: Verb,
        request: &Request,
        oddity: Option<&ListOddity>,
    ) -> Result<Value, Refusal> {
        if verb != Verb::Other {
            self.admit(verb, request)?;
        }
        match verb {
            Verb::Create => tasks::create(self, request),
            Verb::Get => tasks::get(self, request),
            Verb::List => tasks::list(self, request, oddity),
            Verb::Delete => tasks::delete(self, request),
            // Assumed: what the upstream answers off its routes was never measured.
            Verb::Media | Verb::AssetAction | Verb::Other => {
                Err(Refusal::new(404, "NotFound", "The route does not exist."))
            }
        }
    }

    /// An error in the envelope of the surface that was called.
    pub(crate) fn refuse(&self, verb: Verb, request: &Request, refusal: &Refusal) -> Reply {
        if verb == Verb::AssetAction {
            return assets::refuse(self, request, refusal);
        }
        let request_id = ids::task_request(self.clock().now_ms());
        let body = refusal.task_envelope(&request_id);
        let reply = Reply::json(refusal.status, body)
            .with("x-request-id", request_id)
            .with("x-error-code", refusal.header_code());
        echo_client_request_id(reply, request)
    }

    fn succeed(&self, request: &Request, body: Value) -> Reply {
        let request_id = ids::task_request(self.clock().now_ms());
        let reply = Reply::new(200, Body::Json(body)).with("x-request-id", request_id);
        echo_client_request_id(reply, request)
    }

    /// The key, then the quota.
    fn admit(&self, verb: Verb, request: &Request) -> Result<(), Refusal> {
        let key =
            request.head.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let mut accepted = self.settings.more_api_keys.iter().chain([&self.settings.api_key]);
        if !accepted.any(|accepted| key == Some(accepted.as_str())) {
            let message = "The API key or AK/SK in the request is missing or invalid.";
            return Err(Refusal::new(401, "AuthenticationError", message));
        }
        self.gate.pass(verb, self.clock().now_ms())
    }
}

/// The official clients read their own request id back from this header.
fn echo_client_request_id(reply: Reply, request: &Request) -> Reply {
    match request.head.header("x-client-request-id") {
        Some(id) => reply.with("x-client-request-id", id),
        None => reply,
    }
}
