//! The rules that need the text alone: no DNS, no clock, no state.

mod authority;
mod host;
mod name;
mod port;
mod reserved;
mod spelling;

use std::net::IpAddr;

use url::{ParseError, Url};

use crate::refusal::{Reason, Refusal};
use authority::Authority;

/// The longest URL, in bytes, before and after it is rewritten.
const MAX_BYTES: usize = 2_048;

/// The schemes that a URL may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schemes {
    /// `https` alone, as callbacks need (section 5 of the public contract).
    HttpsOnly,
    /// `http` too, as the files of an asset may have.
    HttpAndHttps,
}

/// What the host of a URL is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Host {
    /// A name in lower-case ASCII, without a final dot; DNS has to answer for it.
    Name(String),
    /// A literal address, which is public.
    Address(IpAddr),
}

/// A URL that passed every rule that needs the text alone.
///
/// It may still lead to a private address: only [`Guard::vet`](crate::Guard::vet) asks DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextUrl {
    canonical: String,
    host: Host,
}

impl TextUrl {
    /// The canonical serialisation, without a fragment; at most 2,048 bytes of ASCII.
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// The host that a reader of [`as_str`](Self::as_str) reaches.
    pub fn host(&self) -> &Host {
        &self.host
    }
}

/// Checks a URL's text: trims it, refuses what is malformed or misleading, and rewrites it.
///
/// It is pure, and total: any text gets a verdict.
pub fn check_text(text: &str, schemes: Schemes) -> Result<TextUrl, Refusal> {
    let text = text.trim();
    check_characters(text)?;
    let authority = Authority::split(text, schemes)?;
    port::check(authority.port)?;
    let mut url = Url::parse(text).map_err(unparsable)?;
    let host = host::check(authority.host, &url)?;
    // The fragment never leaves a browser; what is forwarded should not carry it.
    url.set_fragment(None);
    let canonical = String::from(url);
    check_length(&canonical)?;
    Ok(TextUrl { canonical, host })
}

/// The rules on single characters come before any parser, which would drop some of them.
fn check_characters(text: &str) -> Result<(), Refusal> {
    if text.is_empty() {
        return Err(Refusal::new(
            Reason::Empty,
            "URL is empty after white space at both ends is trimmed",
        ));
    }
    check_length(text)?;
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Refusal::new(
            Reason::ForbiddenCharacter,
            "URL has a control character or white space inside; percent-encode it",
        ));
    }
    Ok(())
}

/// Percent-encoding makes a text longer, so the rewritten URL is measured as well.
fn check_length(text: &str) -> Result<(), Refusal> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::TooLong,
        "URL is too long; at most 2048 bytes are accepted, counted after percent-encoding",
    ))
}

/// The WHATWG parser's refusals, in our words.
fn unparsable(error: ParseError) -> Refusal {
    use ParseError::{IdnaError, InvalidDomainCharacter, InvalidIpv4Address, InvalidIpv6Address};
    if matches!(error, InvalidIpv4Address | InvalidIpv6Address) {
        return Refusal::new(
            Reason::AddressSpelling,
            "host is not a well-formed address; accepted are four plain decimal numbers or an \
             IPv6 address in brackets",
        );
    }
    if matches!(error, IdnaError | InvalidDomainCharacter) {
        return name::malformed();
    }
    authority::malformed()
}
