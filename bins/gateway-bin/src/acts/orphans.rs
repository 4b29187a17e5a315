//! Open intents, decided on by a person: creates of tasks whose outcome nobody knows. Those of the
//! asset library are in `orphans/library.rs`.

pub(crate) mod library;

use seedance_model::TaskId;
use tenancy::{Binding, Intent, IntentId, NewTask, Store};

use super::{By, Failure, Reason};
use crate::upstream::{Upstream, Upstreams};

/// The task has to exist upstream; its report becomes what the tenant sees.
pub(crate) async fn adopt(
    store: &Store,
    upstreams: &Upstreams,
    id: IntentId,
    task: &TaskId,
    by: By,
) -> Result<(), Failure> {
    let found = find(store, upstreams, id).await?;
    let upstream = account(upstreams, &found.upstream)?;
    let report = upstream.ark.get_task(task).await;
    let report = report.map_err(|error| unheard("asking the upstream for the task", error))?;
    let body = report.public_body(found.model, |text| upstream.redactor.message(text));
    let adopted = NewTask { id: task.clone(), body, next_check_at: by.now };
    match store.adopt_intent(id, adopted, by.actor, by.now).await? {
        Binding::Bound | Binding::AlreadyBound => Ok(()),
        other @ (Binding::IntentTaken(_)
        | Binding::TaskTaken
        | Binding::IntentRefused
        | Binding::NoSuchIntent) => Err(unchanged(&other)),
    }
}

/// Gives an intent up: nothing was bought.
pub(crate) async fn abandon(store: &Store, id: IntentId, by: By) -> Result<(), Failure> {
    let abandoned = store.abandon_intent(id, by.actor, by.now).await?;
    if abandoned { Ok(()) } else { Err(closed(&id.to_string())) }
}

/// The open intent of this number: one step for each account.
async fn find(store: &Store, upstreams: &Upstreams, id: IntentId) -> Result<Intent, Failure> {
    let before = before(&id.to_string()).and_then(|text| IntentId::parse(&text));
    for upstream in upstreams.iter() {
        let next = store.open_intents(&upstream.name, before, 1).await?;
        if let Some(found) = next.into_iter().find(|open| open.id == id) {
            return Ok(found);
        }
    }
    Err(closed(&id.to_string()))
}

/// The number before this one, behind which a page starts.
fn before(number: &str) -> Option<String> {
    number.parse::<i64>().ok().map(|number| (number - 1).to_string())
}

fn account<'a>(upstreams: &'a Upstreams, name: &str) -> Result<&'a Upstream, Failure> {
    let gone = || Failure::new(Reason::NotAdopted, "its upstream is not configured");
    upstreams.get(name).map(AsRef::as_ref).ok_or_else(gone)
}

fn closed(intent: &str) -> Failure {
    Failure::new(Reason::NoIntent, format!("no intent {intent} is open"))
}

fn unchanged(binding: &impl std::fmt::Debug) -> Failure {
    Failure::new(Reason::NotAdopted, format!("nothing was changed: {binding:?}"))
}

fn unheard(doing: &str, error: ark_client::Error) -> Failure {
    Failure::new(Reason::Upstream, doing).because(error)
}
