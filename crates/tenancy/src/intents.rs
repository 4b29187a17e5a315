//! Intents: what is about to be bought, written down before a byte leaves for the upstream.
//!
//! An intent is `sent` from its first commit on, because the caller sends right after it.
//! It ends `bound` or `adopted` (a task exists), `refused` or `abandoned` (nothing was bought).
//! A `sent` or `unknown` one that nobody is working on belongs to the reconciler.

use std::collections::BTreeSet;

use seedance_model::{Model, TaskId};

use crate::backend::{reading, writing};
use crate::{Actor, Error, IntentId, Store, TenantId, TenantScope, UnixMillis};

/// An intent to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIntent {
    /// The name of the upstream account that the create goes to.
    pub upstream: String,
    /// The model that is asked for.
    pub model: Model,
    /// Does the request carry a reference video? It decides on the price.
    pub has_video: bool,
    /// The version of the tariff in force, which must be recorded already.
    pub tariff: String,
    /// What a reconciler compares with the upstream's tasks: a small JSON document, the caller's.
    pub terms: String,
    /// The caller's idempotency key, where it gave one.
    pub idempotency: Option<Idempotency>,
    /// The most that it can cost, in millionths of a USD, 0 or more: reserved until it is settled.
    pub reserve_usd_micros: i64,
}

/// An idempotency key, and what it was used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// The key, unique within the tenant.
    pub key: String,
    /// The SHA-256 of the canonical request body.
    pub body_sha256: [u8; 32],
}

/// What came of opening an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It is durable: the caller may send, once.
    Opened(IntentId),
    /// The same key was used for the same body: nothing was opened, nothing is to be sent.
    Known(Intent),
    /// The same key was used for another body: nothing was opened.
    Conflict,
    /// The tenant has as many live tasks and open intents as it may have: nothing was opened.
    TooManyLiveTasks {
        /// How many it may have.
        limit: u32,
    },
    /// The reservation is more than the month's spending cap has left: nothing was opened.
    OverBudget {
        /// What is left, in millionths of a USD.
        left_usd_micros: i64,
    },
}

/// An intent as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Its number.
    pub id: IntentId,
    /// Whose it is.
    pub tenant: TenantId,
    /// The name of the upstream account that the create went to.
    pub upstream: String,
    /// The model that was asked for.
    pub model: Model,
    /// Did the request carry a reference video?
    pub has_video: bool,
    /// The version of the tariff that was in force.
    pub tariff: String,
    /// What a reconciler compares with the upstream's tasks, as the caller wrote it.
    pub terms: String,
    /// How far it got.
    pub state: IntentState,
    /// The task that was bought, once it is bound or adopted.
    pub task: Option<TaskId>,
    /// When it was opened.
    pub opened_at: UnixMillis,
}

/// How far an intent got, to buy a task or to create a part of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntentState {
    /// Durable; the create is on its way, or its sender died.
    Sent,
    /// The upstream answered with what it made.
    Bound,
    /// The upstream refused: nothing was made. The idempotency key is free again.
    Refused,
    /// Nobody knows whether the upstream made anything.
    Unknown,
    /// It was unknown, and what it made was found later.
    Adopted,
    /// It was given up: nothing was found. The idempotency key is free again.
    Abandoned,
}

impl IntentState {
    /// All states, in the order of an intent's life.
    pub const ALL: [Self; 6] =
        [Self::Sent, Self::Bound, Self::Refused, Self::Unknown, Self::Adopted, Self::Abandoned];

    /// The name that tables and exports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Bound => "bound",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Adopted => "adopted",
            Self::Abandoned => "abandoned",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A task that the upstream made for an intent.
///
/// Tenant, upstream, model, video flag, tariff and time of creation come from the intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// The upstream's id of the task.
    pub id: TaskId,
    /// The reply that a GET gives until the upstream was asked: JSON.
    pub body: Vec<u8>,
    /// When the watcher should first ask for it.
    pub next_check_at: UnixMillis,
}

/// What came of binding a task to an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The task is the tenant's from now on.
    Bound,
    /// It was bound to this very intent before; nothing was changed.
    AlreadyBound,
    /// The intent has another task; nothing was changed.
    IntentTaken(TaskId),
    /// The task belongs to another intent; nothing was changed.
    TaskTaken,
    /// The intent was refused, so it cannot have a task; nothing was changed.
    IntentRefused,
    /// There is no such intent.
    NoSuchIntent,
}

impl TenantScope {
    /// Writes an intent down, or finds the one that already has this idempotency key.
    ///
    /// A key that is known is answered as such, whatever the limits say; else the tenant's limits
    /// are looked at, and what the intent may cost is reserved, in the same transaction.
    /// After [`Opening::Opened`] the intent survives a crash and a power cut. An unrecorded
    /// tariff is an error.
    pub async fn open_intent(&self, intent: NewIntent, now: UnixMillis) -> Result<Opening, Error> {
        let tenant = self.tenant;
        let key = intent.idempotency.as_ref().map_or("", |idempotency| &idempotency.key);
        writing!(self, "open an intent", intents::open(tenant, &intent, now),
            storing [&intent.upstream, &intent.tariff, &intent.terms, key])
    }

    /// This tenant's intent of this number.
    pub async fn find_intent(&self, id: IntentId) -> Result<Option<Intent>, Error> {
        let tenant = self.tenant;
        reading!(self, "find an intent", intents::find(tenant, id))
    }
}

impl Store {
    /// Makes the task the tenant's and closes the intent, in one transaction.
    ///
    /// A `sent` intent becomes bound, an `unknown` or abandoned one adopted. The task starts
    /// queued, and is live from now on.
    pub async fn bind_intent(
        &self,
        id: IntentId,
        task: NewTask,
        now: UnixMillis,
    ) -> Result<Binding, Error> {
        writing!(self, "bind a task to its intent", binding::bind(id, &task, now))
    }

    /// The upstream refused the create: nothing was bought, and the idempotency key is released.
    ///
    /// `false`: the intent is neither `sent` nor `unknown`, and nothing was changed.
    pub async fn refuse_intent(&self, id: IntentId, now: UnixMillis) -> Result<bool, Error> {
        writing!(self, "record that an intent was refused", intents::refuse(id, now))
    }

    /// Nobody knows what came of the create. `false`: it is not `sent`, and nothing was changed.
    pub async fn mark_intent_unknown(&self, id: IntentId, now: UnixMillis) -> Result<bool, Error> {
        writing!(self, "mark an intent unknown", intents::mark_unknown(id, now))
    }

    /// Nobody heard what came of the create, and `actor` found its task: binds it like
    /// [`Store::bind_intent`], as adopted, and the audit log says so.
    pub async fn adopt_intent(
        &self,
        id: IntentId,
        task: NewTask,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Binding, Error> {
        let actor: Actor = actor.into();
        writing!(
            self,
            "adopt a task for an intent",
            binding::adopt(id, &task, &actor, now),
            storing[actor.name(), actor.request_text()]
        )
    }

    /// No task was found in time: `actor` gives the intent up, and the audit log says so. The
    /// idempotency key is released.
    ///
    /// `false`: the intent is neither `sent` nor `unknown`, and nothing was changed.
    pub async fn abandon_intent(
        &self,
        id: IntentId,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let actor: Actor = actor.into();
        writing!(self, "abandon an intent", intents::abandon(id, &actor, now), storing[actor.name(), actor.request_text()])
    }

    /// The `sent` and `unknown` intents of an upstream account, oldest first, at most `limit`.
    ///
    /// `after` is the last intent of the page before. Costs as many steps as it answers rows.
    pub async fn open_intents(
        &self,
        upstream: &str,
        after: Option<IntentId>,
        limit: u32,
    ) -> Result<Vec<Intent>, Error> {
        let upstream = upstream.to_owned();
        reading!(self, "list the open intents", intents::list_open(&upstream, after, limit))
    }

    /// The intents of an upstream account that a search closed, adopted and abandoned ones, opened
    /// at `opened_since` or later, oldest first. Costs as many steps as it answers rows.
    ///
    /// For a reconciler: which of several equal intents bought a task is not certain, so a task
    /// that nobody owns may be one of these.
    pub async fn searched_intents(
        &self,
        upstream: &str,
        opened_since: UnixMillis,
    ) -> Result<Vec<Intent>, Error> {
        let upstream = upstream.to_owned();
        reading!(
            self,
            "list the intents that a search closed",
            intents::list_searched(&upstream, opened_since)
        )
    }

    /// Those of these tasks that are bound already, whoever owns them; all of one moment.
    ///
    /// For a reconciler that looks for tasks which nobody owns. Each id costs one index step.
    pub async fn known_tasks(&self, ids: &[TaskId]) -> Result<BTreeSet<TaskId>, Error> {
        let ids = ids.to_vec();
        reading!(self, "find tasks that are bound", binding::known(ids))
    }
}
