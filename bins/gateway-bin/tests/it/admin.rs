//! The operators' API over real HTTP: each route, each refusal, and what the audit log says of it.

mod commands;
mod corrections;
mod credential;
mod errors;
mod ledger;
mod limits;
mod orphans;
mod pages;
mod quarantine;
mod reloading;
mod tenants;
mod tokens;
mod usage;

use std::future::Future;

use ark_sim::{Pace, Quotas, SimSettings};
use serde_json::Value;

use crate::support::{Reply, World, http_client, send};

/// A credential that is good enough.
pub(crate) const CREDENTIAL: &str = "an-Admin-Credential-0123456789-abcdef";

/// Who acts in these tests.
pub(crate) const ACTOR: &str = "ann";

/// The line of a configuration that has the credential.
pub(crate) fn with_credential() -> String {
    format!("server.admin_token = \"{CREDENTIAL}\"\n")
}

/// A world whose operators have a credential, and whose tasks stay as they are.
pub(crate) async fn world() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, &with_credential()).await
}

/// An operator with the credential.
pub(crate) struct Operator {
    pub(crate) http: reqwest::Client,
    pub(crate) url: String,
}

impl Operator {
    pub(crate) fn of(world: &World) -> Self {
        Self::at(&format!("http://{}", world.server.admin_address()))
    }

    pub(crate) fn at(url: &str) -> Self {
        Self { http: http_client(), url: url.to_owned() }
    }

    /// A request with the credential and an actor.
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.url);
        let request = self.http.request(method.parse().unwrap(), url);
        request.bearer_auth(CREDENTIAL).header("x-actor", ACTOR)
    }

    pub(crate) fn get(&self, path: &str) -> impl Future<Output = Reply> + use<> {
        send(self.request("GET", path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> impl Future<Output = Reply> + use<> {
        self.sends("POST", path, body)
    }

    pub(crate) fn sends(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> impl Future<Output = Reply> + use<> {
        let request = self.request(method, path).header("content-type", "application/json");
        send(request.body(body.to_string()))
    }

    /// What a read that succeeds answers.
    pub(crate) async fn shows(&self, path: &str) -> Value {
        done(self.get(path).await).json
    }

    /// What a change that succeeds answers.
    pub(crate) async fn does(&self, path: &str, body: &Value) -> Reply {
        done(self.post(path, body).await)
    }
}

#[track_caller]
pub(crate) fn done(reply: Reply) -> Reply {
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    reply
}

/// The last record of the audit log is the operator's, of this request.
pub(crate) async fn is_audited(world: &World, reply: &Reply, [action, subject, detail]: [&str; 3]) {
    let log = world.store.audit_page(None, 100).await.unwrap();
    let last = log.last().unwrap();
    let said = [&last.actor, &last.action, &last.subject, &last.detail].map(String::as_str);
    assert_eq!(said, [&format!("operator:{ACTOR}"), action, subject, detail]);
    assert_eq!(last.request_id.as_deref(), reply.header("x-request-id"));
}

/// How many records the audit log has.
pub(crate) async fn audited(world: &World) -> usize {
    world.store.audit_page(None, 100).await.unwrap().len()
}
