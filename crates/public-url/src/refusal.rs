//! Why a URL is refused: a code for metrics and a sentence for the tenant.

use std::fmt;

/// The rule that refused a URL.
///
/// Open: a later version may add a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing is left after the white space at both ends is trimmed.
    Empty,
    /// The text, the canonical form or the host name is too long.
    TooLong,
    /// A control character or white space inside the text.
    ForbiddenCharacter,
    /// Another scheme than the accepted ones, or not exactly two slashes after it.
    NotHttps,
    /// An `@` before the path.
    Userinfo,
    /// The part before the path is not `host` or `host:port`.
    Malformed,
    /// An IPv4 address that is not written as four plain decimal numbers.
    AddressSpelling,
    /// A literal address, or an address behind the name, is not public.
    PrivateAddress,
    /// The host is not a name of two or more valid labels.
    HostName,
    /// The host is a name that means something only inside a network.
    ReservedName,
    /// The host is not the one that its text seems to say.
    Misleading,
    /// The port is malformed or belongs to a service that is not HTTP.
    Port,
    /// The name has no complete answer from DNS.
    Unresolved,
    /// The name has more addresses than will be checked.
    TooManyAddresses,
    /// Too many names are being looked up at this moment; the URL may be fine.
    Busy,
}

impl Reason {
    /// A stable snake-case code, fit for a metric label.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Empty => "empty",
            Reason::TooLong => "too_long",
            Reason::ForbiddenCharacter => "forbidden_character",
            Reason::NotHttps => "not_https",
            Reason::Userinfo => "userinfo",
            Reason::Malformed => "malformed",
            Reason::AddressSpelling => "address_spelling",
            Reason::PrivateAddress => "private_address",
            Reason::HostName => "host_name",
            Reason::ReservedName => "reserved_name",
            Reason::Misleading => "misleading",
            Reason::Port => "port",
            Reason::Unresolved => "unresolved",
            Reason::TooManyAddresses => "too_many_addresses",
            Reason::Busy => "busy",
        }
    }
}

/// A URL was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reason: Reason,
    detail: &'static str,
}

impl Refusal {
    pub(crate) fn new(reason: Reason, detail: &'static str) -> Refusal {
        Refusal { reason, detail }
    }

    /// The rule that refused.
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.detail)
    }
}

impl std::error::Error for Refusal {}
