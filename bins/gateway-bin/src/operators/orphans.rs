//! Open intents: creates whose outcome nobody knows. Listed, adopted, given up.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::routing::{get, post};
use schemars::JsonSchema;
use seedance_model::{LibraryId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenancy::{Intent, IntentId, LibraryIntent, Store, TenantId};

use super::call::{Answer, Answered, Asked, Change, Named, confirmed, invalid};
use super::tenants::Confirmation;
use super::{Desk, Operation, paging};
use crate::acts::orphans::{self, library};
use crate::error::{ApiError, Kind};
use crate::output;

const TAG: &str = "orphans";

/// Which open intents are wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrphanQuery {
    /// The account, `default` if not given.
    #[schemars(example = &"default")]
    upstream: Option<String>,
    /// What they were to create, `tasks` if not given.
    #[serde(default)]
    of: OrphanKind,
    /// Only those behind this one: `next` of the page before.
    #[schemars(example = &"12")]
    after: Option<String>,
    /// Rows of the page, 100 if not given.
    #[schemars(range(min = 1, max = 500), example = 100)]
    limit: Option<u32>,
}

/// What intents were to create.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum OrphanKind {
    /// Tasks.
    #[default]
    Tasks,
    /// Groups and assets of the library.
    Library,
}

/// An open intent.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Orphan {
    /// Its name: `12`, or `library-7`.
    intent: String,
    /// What it was to create: `task`, `group`, `image`, `video` or `audio`.
    creates: &'static str,
    /// Whose it is.
    tenant: String,
    /// The account that the create went to.
    upstream: String,
    /// The model, of a task.
    model: Option<&'static str>,
    /// `sent` or `unknown`.
    state: &'static str,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// What is known of what was ordered.
    terms: Value,
}

/// Open intents, oldest first, page by page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Orphans {
    /// The intents of this page; those of creates under way are among them.
    intents: Vec<Orphan>,
    /// `after` of the next page; `null` on the last one.
    next: Option<String>,
}

/// What the model service has for an intent.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AdoptionOrder {
    /// The id of the task, the group or the asset.
    id: String,
    /// `true`: it is meant.
    #[serde(default)]
    confirm: bool,
}

/// What became of an intent.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Decided {
    /// Its name.
    intent: String,
    /// `adopted` or `abandoned`.
    state: &'static str,
}

async fn list(State(desk): State<Desk>, Asked(asked): Asked<OrphanQuery>) -> Answered<Orphans> {
    let (limit, store) = (paging::limit(asked.limit)?, &desk.app().store);
    let upstream = asked.upstream.as_deref().unwrap_or("default");
    if desk.app().upstreams.get(upstream).is_none() {
        return Err(invalid("upstream", "no upstream of that name is configured".to_owned()).into());
    }
    let names = names(store).await?;
    let after = asked.after.as_deref();
    let rows: Vec<Orphan> = match asked.of {
        OrphanKind::Tasks => {
            let after = after.map(|text| intent_id("after", text)).transpose()?;
            let rows = store.open_intents(upstream, after, limit + 1).await?;
            rows.into_iter().map(|intent| of_task(intent, &names)).collect()
        }
        OrphanKind::Library => {
            let read = |text| library::intent_id(text).ok_or_else(|| unknown("after"));
            let after = after.map(read).transpose()?;
            let rows = store.open_library_intents(upstream, after, limit + 1).await?;
            rows.into_iter().map(|intent| of_library(intent, &names)).collect()
        }
    };
    let (intents, next) = paging::cut(rows, limit, |orphan| orphan.intent.clone());
    Ok(Answer(Orphans { intents, next }))
}

async fn names(store: &Store) -> Result<BTreeMap<TenantId, String>, tenancy::Error> {
    let tenants = store.list_tenants().await?;
    Ok(tenants.into_iter().map(|tenant| (tenant.id, tenant.name.to_string())).collect())
}

fn of_task(intent: Intent, names: &BTreeMap<TenantId, String>) -> Orphan {
    Orphan {
        intent: intent.id.to_string(),
        creates: "task",
        tenant: names.get(&intent.tenant).cloned().unwrap_or_default(),
        upstream: intent.upstream,
        model: Some(intent.model.name()),
        state: intent.state.name(),
        opened_at: output::time(intent.opened_at),
        terms: serde_json::from_str(&intent.terms).unwrap_or_default(),
    }
}

fn of_library(intent: LibraryIntent, names: &BTreeMap<TenantId, String>) -> Orphan {
    let (creates, terms) = library::words(&intent);
    Orphan {
        intent: library::name_of(intent.id),
        creates,
        tenant: names.get(&intent.tenant).cloned().unwrap_or_default(),
        upstream: intent.upstream,
        model: None,
        state: intent.state.name(),
        opened_at: output::time(intent.opened_at),
        terms,
    }
}

async fn adopt(
    State(desk): State<Desk>,
    Named(intent): Named,
    change: Change<AdoptionOrder>,
) -> Answered<Decided> {
    let (store, upstreams) = (&desk.app().store, &desk.app().upstreams);
    let AdoptionOrder { id, confirm } = change.body;
    let wrong = || invalid("id", "it cannot be an id of the model service".to_owned());
    let meant = || confirmed(confirm, "what it names would be the tenant's, for good");
    if let Some(wanted) = library::intent_id(&intent) {
        let item = LibraryId::parse(&id).ok_or_else(wrong)?;
        meant()?;
        library::adopt(store, upstreams, wanted, &item, change.by).await?;
    } else {
        let (wanted, task) = (intent_id("intent", &intent)?, TaskId::parse(&id).ok_or_else(wrong)?);
        meant()?;
        orphans::adopt(store, upstreams, wanted, &task, change.by).await?;
    }
    Ok(Answer(Decided { intent, state: "adopted" }))
}

async fn abandon(
    State(desk): State<Desk>,
    Named(intent): Named,
    change: Change<Confirmation>,
) -> Answered<Decided> {
    let of_library = library::intent_id(&intent);
    let of_task = if of_library.is_none() { Some(intent_id("intent", &intent)?) } else { None };
    confirmed(change.body.confirm, "its reservation and its `Idempotency-Key` would be free")?;
    if let Some(wanted) = of_library {
        library::abandon(&desk.app().store, wanted, change.by).await?;
    } else if let Some(wanted) = of_task {
        orphans::abandon(&desk.app().store, wanted, change.by).await?;
    }
    Ok(Answer(Decided { intent, state: "abandoned" }))
}

fn intent_id(param: &str, text: &str) -> Result<IntentId, ApiError> {
    IntentId::parse(text).ok_or_else(|| unknown(param))
}

fn unknown(param: &str) -> ApiError {
    invalid(param, "it is no intent; use the name that the list shows".to_owned())
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            ["GET", "/admin/v1/orphans", "listOrphans"],
            TAG,
            "List the open intents of an account, oldest first.",
            || get(list),
        )
        .asking::<OrphanQuery>()
        .answering::<Orphans>(
            r#"{"intents":[{"intent":"12","creates":"task","tenant":"acme","upstream":"default",
            "model":"doubao-seedance-2-0","state":"unknown","opened_at":"2026-11-22T08:00:00Z",
            "terms":{"duration":4,"resolution":"720p"}}],"next":null}"#,
        ),
        Operation::new(
            ["POST", "/admin/v1/orphans/{intent}/adopt", "adoptOrphan"],
            TAG,
            "Give what the model service has to the tenant of an intent.",
            || post(adopt),
        )
        .taking::<AdoptionOrder>(r#"{"id":"cgt-20261122080000-aaaaa","confirm":true}"#)
        .answering::<Decided>(r#"{"intent":"12","state":"adopted"}"#)
        .refusing(&[
            Kind::IntentNotFound,
            Kind::ConfirmationRequired,
            Kind::NotAdopted,
            Kind::ServiceError,
        ]),
        Operation::new(
            ["POST", "/admin/v1/orphans/{intent}/abandon", "abandonOrphan"],
            TAG,
            "Give an intent up: nothing was bought.",
            || post(abandon),
        )
        .taking::<Confirmation>(r#"{"confirm":true}"#)
        .answering::<Decided>(r#"{"intent":"12","state":"abandoned"}"#)
        .refusing(&[Kind::IntentNotFound, Kind::ConfirmationRequired]),
    ]
}
