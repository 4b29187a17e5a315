//! A damage as bytes: what it makes of an answer, and how that goes over the wire.

use serde_json::{Value, json};

use crate::faults::{Damage, gzip};
use crate::http::{Body, End, Rendered, Reply, Script, Step};

/// What [`Damage::GarbageJson`] sends.
const GARBAGE: &[u8] = b"{\"id\": \"cgt-<!-- upstream \xff\xfe";
/// By how much [`Damage::ContentLengthTooLong`] lies.
const MISSING_BYTES: u64 = 10;

/// The answer after the damage that concerns its content.
pub(crate) fn spoil(reply: Reply, damage: &Damage) -> Reply {
    match damage {
        Damage::GarbageJson => {
            let body = Body::Bytes("application/json", GARBAGE.into());
            Reply { status: 200, body, ..reply }
        }
        Damage::WrongTypes => Reply { status: 200, body: wrong_types(reply.body), ..reply },
        Damage::Gzip { announced, inflated_bytes } => {
            let stream = gzip::blanks(*inflated_bytes);
            let body = Body::Bytes("application/json; charset=utf-8", stream.into());
            let reply = Reply { body, ..reply };
            if *announced { reply.with("content-encoding", "gzip") } else { reply }
        }
        Damage::ManyHeaders(count) => (0..*count)
            .fold(reply, |reply, number| reply.with(&format!("x-filler-{number}"), "filler")),
        Damage::HugeHeader(bytes) => reply.with("x-huge", "h".repeat(*bytes)),
        Damage::Delay(_)
        | Damage::Hang
        | Damage::CloseBeforeHeaders
        | Damage::CloseMidHeader
        | Damage::CloseMidBody
        | Damage::Reset
        | Damage::Status500
        | Damage::TruncateByOne
        | Damage::ContentLengthTooLong
        | Damage::ContentLengthTooShort
        | Damage::Informational(_)
        | Damage::HugeBody(_)
        | Damage::SlowBody(_)
        | Damage::CloseOnReuse => reply,
    }
}

/// How the answer goes over the wire. `end` is what becomes of the connection without damage.
pub(crate) fn script(rendered: &Rendered, damage: Option<&Damage>, end: End) -> Script {
    let length = rendered.body.len();
    let head = || rendered.head(length as u64);
    let whole = || Step::Send(rendered.whole());
    let (steps, end) = match damage {
        Some(Damage::Delay(time)) => (vec![Step::Pause(*time), whole()], end),
        Some(Damage::Hang) => (vec![], End::Hold),
        Some(Damage::CloseBeforeHeaders) => (vec![], End::Close),
        Some(Damage::CloseMidHeader) => {
            let mut head = head();
            head.truncate(head.len() / 2);
            (vec![Step::Send(head)], End::Close)
        }
        Some(Damage::CloseMidBody) => (vec![cut(rendered, length / 2, length as u64)], End::Close),
        Some(Damage::Reset) => (vec![], End::Reset),
        Some(Damage::TruncateByOne) => {
            let kept = length.saturating_sub(1);
            (vec![cut(rendered, kept, kept as u64)], end)
        }
        Some(Damage::ContentLengthTooLong) => {
            let claimed = (length as u64).saturating_add(MISSING_BYTES);
            (vec![cut(rendered, length, claimed)], End::Close)
        }
        Some(Damage::ContentLengthTooShort) => {
            let claimed = (length as u64).saturating_sub(1);
            (vec![cut(rendered, length, claimed)], end)
        }
        Some(Damage::Informational(count)) => {
            (vec![Step::Send(informational(*count)), whole()], end)
        }
        Some(Damage::HugeBody(blanks)) => {
            let head = rendered.head((length as u64).saturating_add(*blanks));
            let body = Step::Send(rendered.body.clone());
            (vec![Step::Send(head), Step::Fill(*blanks), body], end)
        }
        Some(Damage::SlowBody(per_second)) => {
            let body = Step::Trickle(rendered.body.clone(), *per_second);
            (vec![Step::Send(head()), body], end)
        }
        Some(Damage::CloseOnReuse) => (vec![whole()], End::ResetNext),
        None
        | Some(
            Damage::Status500
            | Damage::GarbageJson
            | Damage::WrongTypes
            | Damage::ManyHeaders(_)
            | Damage::HugeHeader(_)
            | Damage::Gzip { .. },
        ) => (vec![whole()], end),
    };
    Script { steps, end }
}

/// A head that claims `claimed` bytes, and the first `kept` bytes of the body.
fn cut(rendered: &Rendered, kept: usize, claimed: u64) -> Step {
    let mut bytes = rendered.head(claimed);
    bytes.extend(rendered.body.iter().take(kept));
    Step::Send(bytes)
}

/// 100 and 103 in turn.
fn informational(count: usize) -> Vec<u8> {
    let heads = [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
    ];
    heads.into_iter().cycle().take(count).collect::<String>().into_bytes()
}

/// The same members with values of other types; an error becomes a task that looks created.
fn wrong_types(body: Body) -> Body {
    match body {
        Body::Json(value) if value.get("error").is_none() => Body::Json(twist(value)),
        Body::Json(_) | Body::Empty | Body::Bytes(..) => Body::Json(json!({"id": 7})),
    }
}

/// Strings become numbers, numbers strings, booleans strings, and arrays objects.
fn twist(value: Value) -> Value {
    if let Value::Object(members) = value {
        let twisted = members.into_iter().map(|(name, value)| (name, twist(value)));
        return Value::Object(twisted.collect());
    }
    match (value.as_str(), value.as_array()) {
        (Some(_), _) => json!(7),
        (_, Some(items)) => json!({"items": items.len()}),
        (None, None) => json!(value.to_string()),
    }
}
