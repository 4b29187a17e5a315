//! The text between the scheme and the path, split by hand.
//!
//! Parsers disagree on where a host ends once the text holds `@`, `\` or an encoded delimiter.
//! So these are refused in the text that was sent, before any parser can repair them.

use super::Schemes;
use crate::refusal::{Reason, Refusal};

/// Characters that no host and no port needs, and that some parser takes for a delimiter.
const FORBIDDEN: &[char] = &['%', '"', '\'', '<', '>', '{', '}', '^', '`', '|', ',', ';', '&', '*'];

/// The host and the port as they were written.
pub(super) struct Authority<'a> {
    /// Never empty; an IPv6 address keeps its brackets.
    pub(super) host: &'a str,
    /// What follows the colon, perhaps nothing; `None` without a colon.
    pub(super) port: Option<&'a str>,
}

impl<'a> Authority<'a> {
    /// Splits a trimmed URL.
    pub(super) fn split(text: &'a str, schemes: Schemes) -> Result<Authority<'a>, Refusal> {
        let rest = after_scheme(text, schemes).ok_or_else(|| scheme_refused(schemes))?;
        let before_path = rest.split_once('/').map_or(rest, |(head, _)| head);
        if before_path.contains('@') {
            return Err(Refusal::new(
                Reason::Userinfo,
                "URL has `@` before its path; a user name or password is not accepted",
            ));
        }
        if before_path.contains('\\') {
            return Err(malformed());
        }
        let authority = before_path.split_once(['?', '#']).map_or(before_path, |(head, _)| head);
        if authority.contains(FORBIDDEN) {
            return Err(malformed());
        }
        host_and_port(authority).ok_or_else(malformed)
    }
}

/// What follows `https://`, which has exactly two slashes.
fn after_scheme(text: &str, schemes: Schemes) -> Option<&str> {
    let prefixes: &[&str] = match schemes {
        Schemes::HttpsOnly => &["https://"],
        Schemes::HttpAndHttps => &["https://", "http://"],
    };
    prefixes.iter().find_map(|prefix| {
        let (head, rest) = text.split_at_checked(prefix.len())?;
        (head.eq_ignore_ascii_case(prefix) && !rest.starts_with('/')).then_some(rest)
    })
}

fn host_and_port(authority: &str) -> Option<Authority<'_>> {
    let host_length = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, rest) = authority.split_at_checked(host_length)?;
    let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
    (!host.is_empty()).then_some(Authority { host, port })
}

fn scheme_refused(schemes: Schemes) -> Refusal {
    let detail = match schemes {
        Schemes::HttpsOnly => "URL has to start with `https://`, with exactly two slashes",
        Schemes::HttpAndHttps => {
            "URL has to start with `https://` or `http://`, with exactly two slashes"
        }
    };
    Refusal::new(Reason::NotHttps, detail)
}

/// Also the refusal of what the URL parser finds wrong with the part before the path.
pub(super) fn malformed() -> Refusal {
    Refusal::new(
        Reason::Malformed,
        "part before the path is malformed; accepted is `host` or `host:port`, without quotes, \
         brackets, backslashes or percent-encoding",
    )
}
