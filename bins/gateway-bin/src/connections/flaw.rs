//! Why bytes are not a request that everybody reads alike: the reasons, and how one travels from
//! the bytes of a connection to its answer.
//!
//! Nothing here knows the gateway, so that the fuzz target can have it alone.

/// The header that carries a flaw inside the process. No client can send it: a name with `_` is a
/// flaw of its own.
pub(crate) const FLAW_HEADER: &str = "edge_flaw";

/// What is wrong with the head of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    LineEnding,
    ControlByte,
    RequestLine,
    Version,
    Method,
    Target,
    OtherHost,
    HeaderLine,
    HeaderName,
    HostCount,
    Host,
    ContentLength,
    TransferEncoding,
    BothLengths,
    Upgrade,
    LongTarget,
    LargeHead,
    ManyHeaders,
}

impl Flaw {
    /// Every flaw.
    pub(crate) const ALL: [Self; 18] = [
        Self::LineEnding,
        Self::ControlByte,
        Self::RequestLine,
        Self::Version,
        Self::Method,
        Self::Target,
        Self::OtherHost,
        Self::HeaderLine,
        Self::HeaderName,
        Self::HostCount,
        Self::Host,
        Self::ContentLength,
        Self::TransferEncoding,
        Self::BothLengths,
        Self::Upgrade,
        Self::LongTarget,
        Self::LargeHead,
        Self::ManyHeaders,
    ];

    /// One word for the log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LineEnding => "line-ending",
            Self::ControlByte => "control-byte",
            Self::RequestLine => "request-line",
            Self::Version => "version",
            Self::Method => "method",
            Self::Target => "target",
            Self::OtherHost => "other-host",
            Self::HeaderLine => "header-line",
            Self::HeaderName => "header-name",
            Self::HostCount => "host-count",
            Self::Host => "host",
            Self::ContentLength => "content-length",
            Self::TransferEncoding => "transfer-encoding",
            Self::BothLengths => "both-lengths",
            Self::Upgrade => "upgrade",
            Self::LongTarget => "long-target",
            Self::LargeHead => "large-head",
            Self::ManyHeaders => "many-headers",
        }
    }

    /// What the sender reads.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::LineEnding => "the head has a bare CR or LF; end each line with CRLF",
            Self::ControlByte => "the head has a control byte; use text",
            Self::RequestLine => {
                "the request line is not understood; use `METHOD target HTTP/1.1` with one blank \
                 between the parts, and nothing before it"
            }
            Self::Version => "the version is not accepted; use HTTP/1.1 or HTTP/1.0",
            Self::Method => "the methods `CONNECT` and `TRACE` are not accepted",
            Self::Target => {
                "the target is not understood; use a path that starts with `/`, percent-encoded"
            }
            Self::OtherHost => "the target names another host than `Host`",
            Self::HeaderLine => "a header line is not understood; use `name: value` on one line",
            Self::HeaderName => "a header name has a `_` or another character that is not accepted",
            Self::HostCount => "give exactly one `Host`",
            Self::Host => "`Host` is not understood; use a name or an address, and a port",
            Self::ContentLength => {
                "give at most one `Content-Length`, in digits without leading zeros"
            }
            Self::TransferEncoding => {
                "give at most one `Transfer-Encoding`, which is `chunked`, in HTTP/1.1"
            }
            Self::BothLengths => "give `Content-Length` or `Transfer-Encoding`, not both",
            Self::Upgrade => "upgrades are not accepted; use plain HTTP/1.1",
            Self::LongTarget => "the target is longer than 8 KiB",
            Self::LargeHead => "the head is larger than 32 KiB",
            Self::ManyHeaders => "the request has more than 64 headers",
        }
    }

    /// The request that stands for the refused one, wherever it came in a pipeline. Its answer
    /// ends the connection.
    pub(crate) fn stand_in(self) -> Vec<u8> {
        let name = self.name();
        let text = "GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n";
        format!("{text}{FLAW_HEADER}: {name}\r\n\r\n").into_bytes()
    }

    /// The flaw that such a request carries.
    pub(crate) fn carried(value: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|flaw| flaw.name().as_bytes() == value)
    }
}
