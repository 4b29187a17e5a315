//! The form of a host name: at least two labels that any DNS library reads alike.

use super::reserved;
use crate::refusal::{Reason, Refusal};

/// The longest name and the longest label, in bytes (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Checks a name that the URL parser has put into lower-case ASCII.
pub(super) fn check(ascii: &str) -> Result<(), Refusal> {
    if reserved::is_reserved(ascii) {
        return Err(Refusal::new(
            Reason::ReservedName,
            "host name is reserved for private networks; use a name of the public DNS",
        ));
    }
    if ascii.len() > MAX_NAME_BYTES {
        return Err(Refusal::new(
            Reason::TooLong,
            "host name is too long; at most 253 characters are accepted",
        ));
    }
    // A name of one label would be completed by search domains; a final dot makes an empty label.
    let last = ascii.rsplit_once('.').map(|(_, last)| last);
    if last.is_some_and(|last| !is_numeric(last)) && ascii.split('.').all(is_label) {
        return Ok(());
    }
    Err(malformed())
}

/// Also the refusal of a name that IDNA cannot put into ASCII.
pub(super) fn malformed() -> Refusal {
    Refusal::new(
        Reason::HostName,
        "host name is malformed; accepted are two or more labels of 1 to 63 letters, digits, \
         hyphens or underscores, without a final dot",
    )
}

/// Some stacks read a name with a numeric last label as an address.
fn is_numeric(label: &str) -> bool {
    label.bytes().all(|b| b.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    (1..=MAX_LABEL_BYTES).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
