//! From a value to compact JSON.

use super::{Json, Object};

/// In which order the members of objects are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberOrder {
    /// As they stand in the value.
    AsWritten,
    /// By key, at every depth: the same for two values that differ in the order only.
    ByKey,
}

/// Appends `json` to `out`.
pub(crate) fn write_json(out: &mut Vec<u8>, json: &Json, order: MemberOrder) {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Number(number) => number.write_to(out),
        Json::String(text) => write_string(out, text),
        Json::Array(elements) => write_array(out, elements, order),
        Json::Object(object) => write_object(out, object, order),
    }
}

/// Appends an object of the given members to `out`.
pub(crate) fn write_members<'a>(
    out: &mut Vec<u8>,
    members: impl Iterator<Item = (&'a str, &'a Json)>,
    order: MemberOrder,
) {
    out.push(b'{');
    for (position, (key, value)) in members.enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_string(out, key);
        out.push(b':');
        write_json(out, value, order);
    }
    out.push(b'}');
}

fn write_object(out: &mut Vec<u8>, object: &Object, order: MemberOrder) {
    if order == MemberOrder::AsWritten {
        return write_members(out, object.iter(), order);
    }
    let mut sorted: Vec<_> = object.iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    write_members(out, sorted.into_iter(), order);
}

fn write_array(out: &mut Vec<u8>, elements: &[Json], order: MemberOrder) {
    out.push(b'[');
    for (position, element) in elements.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        write_json(out, element, order);
    }
    out.push(b']');
}

/// Writes what needs no escape in one piece.
fn write_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| needs_escape(*byte)) {
        let (plain, from_here) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, after)) = from_here.split_first() else {
            break;
        };
        write_escape(out, *byte);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    }
}
