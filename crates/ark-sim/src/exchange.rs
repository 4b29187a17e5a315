//! One request and its answer, with the fault that the plan has for it.

use std::io;

use serde_json::json;

use crate::calls::Call;
use crate::canaries;
use crate::clock::pause;
use crate::faults::{Damage, ErrorBody, Fault, script, spoil};
use crate::http::{Body, End, Head, Reply, Request, Script, Step, Wire};
use crate::ids;
use crate::refusal::Refusal;
use crate::route::Verb;
use crate::world::World;

/// What a proxy in front of the upstream would show.
const HTML: &[u8] = b"<html><head><title>Error</title></head><body>nginx</body></html>";

/// Reads the rest of the request, does what it asks unless the fault forbids it, and tells what
/// goes over the wire.
pub(crate) async fn exchange(wire: &mut Wire, head: Head, world: &World) -> io::Result<Script> {
    let verb = Verb::of(&head.method, &head.path);
    let fault = world.faults.draw(verb);
    let body = match fault {
        Some(Fault::ResetBeforeRead) => Vec::new(),
        Some(Fault::CloseAfterHalfBody) => wire.half_body(&head).await?,
        None | Some(_) => wire.body(&head).await?,
    };
    let request = Request { head, body };
    match &fault {
        Some(Fault::ResetBeforeRead) => Ok(silence(world, verb, &request, End::Reset)),
        Some(Fault::CloseAfterHalfBody) => Ok(silence(world, verb, &request, End::Close)),
        Some(Fault::NeverAnswer) => Ok(silence(world, verb, &request, End::Hold)),
        Some(Fault::Delay(time)) => Ok(late(world, verb, &request, pause(*time)).await),
        Some(Fault::HoldBack(gate)) => Ok(late(world, verb, &request, gate.passed()).await),
        fault => {
            let (reply, damage) = decide(world, verb, &request, fault.as_ref());
            note(world, verb, &request, Some(reply.status));
            Ok(deliver(world, reply, damage, &request))
        }
    }
}

/// The call has arrived; what it asks is done after the wait.
async fn late(
    world: &World,
    verb: Verb,
    request: &Request,
    wait: impl Future<Output = ()>,
) -> Script {
    let number = note(world, verb, request, None);
    wait.await;
    let reply = world.answer(verb, request, None);
    world.calls.decide(number, reply.status);
    deliver(world, reply, None, request)
}

/// Nothing is done and nothing is said.
fn silence(world: &World, verb: Verb, request: &Request, end: End) -> Script {
    note(world, verb, request, None);
    let steps = Vec::new();
    Script { steps, end }
}

/// The answer, and the damage that its bytes will suffer.
fn decide<'a>(
    world: &World,
    verb: Verb,
    request: &Request,
    fault: Option<&'a Fault>,
) -> (Reply, Option<&'a Damage>) {
    let undone = || world.refuse(verb, request, &Refusal::internal());
    match fault {
        Some(Fault::CommitThen(damage)) => {
            let reply = world.answer(verb, request, None);
            let reply = if *damage == Damage::Status500 { undone() } else { spoil(reply, damage) };
            (reply, Some(damage))
        }
        Some(Fault::WithoutCommit(damage)) if is_unreadable(damage) => {
            let id = ids::task(world.clock().now_ms());
            (Reply::json(200, json!({"id": id})), Some(damage))
        }
        Some(Fault::WithoutCommit(damage)) => (spoil(undone(), damage), Some(damage)),
        Some(Fault::Status { status, body, retry_after }) => {
            let mut reply = status_reply(world, verb, request, *status, body);
            if let Some(text) = retry_after {
                reply = reply.with("retry-after", text);
            }
            (reply, None)
        }
        Some(Fault::Redirect(url)) => {
            let reply = Reply::new(307, Body::Empty).with("location", url);
            (reply, None)
        }
        Some(Fault::OddList(oddity)) => (world.answer(verb, request, Some(oddity)), None),
        None
        | Some(
            Fault::Delay(_)
            | Fault::HoldBack(_)
            | Fault::NeverAnswer
            | Fault::ResetBeforeRead
            | Fault::CloseAfterHalfBody,
        ) => (world.answer(verb, request, None), None),
    }
}

/// Whether nobody can read the answer to its end.
fn is_unreadable(damage: &Damage) -> bool {
    matches!(
        damage,
        Damage::CloseMidBody
            | Damage::TruncateByOne
            | Damage::ContentLengthTooLong
            | Damage::ContentLengthTooShort
    )
}

fn status_reply(
    world: &World,
    verb: Verb,
    request: &Request,
    status: u16,
    body: &ErrorBody,
) -> Reply {
    match body {
        ErrorBody::Json { code, message } => {
            world.refuse(verb, request, &Refusal::new(status, code, message))
        }
        ErrorBody::Html => Reply::new(status, Body::Bytes("text/html", HTML.into())),
        ErrorBody::Empty => Reply::new(status, Body::Empty),
    }
}

/// The answer on its way out.
fn deliver(world: &World, mut reply: Reply, damage: Option<&Damage>, request: &Request) -> Script {
    let canaries = world.canaries().clone();
    canaries::plant(&mut reply, &canaries);
    let end = if request.head.keep_alive { End::KeepAlive } else { End::Close };
    let rendered = reply.render();
    if request.head.method == "HEAD" {
        let head = rendered.head(rendered.body.len() as u64);
        let steps = vec![Step::Send(head)];
        return Script { steps, end };
    }
    script(&rendered, damage, end)
}

fn note(world: &World, verb: Verb, request: &Request, status: Option<u16>) -> u64 {
    let Request { head, body } = request;
    world.calls.note(verb, || Call {
        at_ms: world.clock().now_ms(),
        verb,
        method: head.method.clone(),
        path: head.path.clone(),
        query: head.query.clone(),
        headers: head.headers.clone(),
        body: body.clone(),
        status,
    })
}
