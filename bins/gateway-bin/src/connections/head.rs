//! The rules of a request's head: one reading, or none.
//!
//! hyper reads more than this on purpose. What two servers could read in two ways is refused here,
//! before it sees it: lengths, hosts, targets, names. Line endings and sizes are the screen's.

use super::flaw::Flaw;

/// Most headers in a request.
const MAX_HEADERS: usize = 64;
/// Longest target, in bytes.
pub(super) const TARGET_BYTES: usize = 8 * 1024;
/// Longest `Host`, in bytes.
const HOST_BYTES: usize = 255;
/// Most digits of a `Content-Length`; more would not fit into 64 bits.
const LENGTH_DIGITS: usize = 18;

/// What follows the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// This many bytes; none without a `Content-Length`.
    Length(u64),
    /// Chunks.
    Chunks,
}

/// Reads a head, up to and with its empty line.
pub(super) fn read(head: &[u8]) -> Result<Framing, Flaw> {
    let head = head.strip_suffix(b"\r\n\r\n").ok_or(Flaw::LineEnding)?;
    let lines = head.split(|byte| *byte == b'\n');
    let mut lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let request = RequestLine::read(lines.next().unwrap_or_default())?;
    let mut seen = Seen::default();
    for (number, line) in lines.enumerate() {
        if number == MAX_HEADERS {
            return Err(Flaw::ManyHeaders);
        }
        seen.take(line)?;
    }
    seen.check_host(&request)?;
    seen.framing(&request)
}

/// The first line, as far as rules need it.
struct RequestLine<'a> {
    target: &'a [u8],
    is_1_1: bool,
}

impl<'a> RequestLine<'a> {
    fn read(line: &'a [u8]) -> Result<Self, Flaw> {
        let mut parts = line.split(|byte| *byte == b' ');
        let (Some(method), Some(target), Some(version), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Flaw::RequestLine);
        };
        if method.is_empty() || !method.iter().all(|byte| is_token(*byte)) {
            return Err(Flaw::RequestLine);
        }
        let is_1_1 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            _ if version.starts_with(b"HTTP/") => return Err(Flaw::Version),
            _ => return Err(Flaw::RequestLine),
        };
        if matches!(method, b"CONNECT" | b"TRACE") {
            return Err(Flaw::Method);
        }
        if target.len() > TARGET_BYTES {
            return Err(Flaw::LongTarget);
        }
        let is_plain = |byte: &u8| byte.is_ascii_graphic() && *byte != b'#';
        if !target.iter().fold(true, |plain, byte| plain & is_plain(byte)) {
            return Err(Flaw::Target);
        }
        Ok(Self { target, is_1_1 })
    }

    /// The host of an absolute target; `None` of a path.
    fn authority(&self) -> Result<Option<&'a [u8]>, Flaw> {
        if self.target.starts_with(b"/") {
            return Ok(None);
        }
        let rest = strip_ignoring_case(self.target, b"http://")
            .or_else(|| strip_ignoring_case(self.target, b"https://"))
            .ok_or(Flaw::Target)?;
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
        rest.get(..end).map(Some).ok_or(Flaw::Target)
    }
}

/// The headers that decide where a message ends and whom it is for.
#[derive(Default)]
struct Seen<'a> {
    host: Once<'a>,
    content_length: Once<'a>,
    transfer_encoding: Once<'a>,
}

/// The value of a header that may be given once.
#[derive(Default)]
enum Once<'a> {
    #[default]
    Absent,
    Given(&'a [u8]),
    Repeated,
}

impl<'a> Once<'a> {
    fn put(&mut self, value: &'a [u8]) {
        *self = if matches!(self, Self::Absent) { Self::Given(value) } else { Self::Repeated };
    }
}

impl<'a> Seen<'a> {
    /// One header line.
    fn take(&mut self, line: &'a [u8]) -> Result<(), Flaw> {
        let colon = line.iter().position(|byte| *byte == b':').ok_or(Flaw::HeaderLine)?;
        let (name, value) = (line.get(..colon), line.get(colon + 1..));
        let (name, value) = (name.unwrap_or_default(), value.unwrap_or_default());
        // Blanks before the colon, and continued lines, which start with one.
        if name.is_empty() || name.iter().any(|byte| matches!(byte, b' ' | b'\t')) {
            return Err(Flaw::HeaderLine);
        }
        if !name.iter().all(|byte| is_token(*byte) && *byte != b'_') {
            return Err(Flaw::HeaderName);
        }
        // Without a way out of the loop, many bytes are looked at in one step.
        let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
        if value.iter().fold(false, |found, byte| found | is_control(byte)) {
            return Err(Flaw::ControlByte);
        }
        let value = trimmed(value);
        match name {
            _ if name.eq_ignore_ascii_case(b"host") => self.host.put(value),
            _ if name.eq_ignore_ascii_case(b"content-length") => self.content_length.put(value),
            _ if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                self.transfer_encoding.put(value);
            }
            _ if name.eq_ignore_ascii_case(b"upgrade") => return Err(Flaw::Upgrade),
            _ if name.eq_ignore_ascii_case(b"connection") => {
                let mut options = value.split(|byte| *byte == b',').map(trimmed);
                if options.any(|option| option.eq_ignore_ascii_case(b"upgrade")) {
                    return Err(Flaw::Upgrade);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn check_host(&self, request: &RequestLine<'_>) -> Result<(), Flaw> {
        let Once::Given(host) = self.host else {
            return Err(Flaw::HostCount);
        };
        let plain = |byte: &u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
        };
        if host.is_empty() || host.len() > HOST_BYTES || !host.iter().all(plain) {
            return Err(Flaw::Host);
        }
        match request.authority()? {
            Some(authority) if !authority.eq_ignore_ascii_case(host) => Err(Flaw::OtherHost),
            _ => Ok(()),
        }
    }

    fn framing(&self, request: &RequestLine<'_>) -> Result<Framing, Flaw> {
        match (&self.content_length, &self.transfer_encoding) {
            (Once::Absent, Once::Absent) => Ok(Framing::Length(0)),
            (Once::Given(digits), Once::Absent) => length(digits).map(Framing::Length),
            (Once::Repeated, Once::Absent) => Err(Flaw::ContentLength),
            (Once::Absent, Once::Given(coding))
                if request.is_1_1 && coding.eq_ignore_ascii_case(b"chunked") =>
            {
                Ok(Framing::Chunks)
            }
            (Once::Absent, _) => Err(Flaw::TransferEncoding),
            _ => Err(Flaw::BothLengths),
        }
    }
}

/// Digits as everybody reads them.
fn length(digits: &[u8]) -> Result<u64, Flaw> {
    let plain = !digits.is_empty()
        && digits.len() <= LENGTH_DIGITS
        && digits.iter().all(u8::is_ascii_digit)
        && (digits.len() == 1 || !digits.starts_with(b"0"));
    if !plain {
        return Err(Flaw::ContentLength);
    }
    Ok(digits.iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0')))
}

/// Blanks around a value are not part of it.
fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

fn strip_ignoring_case<'a>(text: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// The characters of methods and header names.
fn is_token(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#'..=b'\'' | b'*' | b'+')
        || matches!(byte, b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}
