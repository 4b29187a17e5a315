//! Reads the bytes of a connection along with hyper, and before it: which request they belong to,
//! and whether its head has one reading only.
//!
//! What passes, passes unchanged. A head is held back until it is complete and clean; in place of
//! a flawed one goes a request that carries the flaw, and nothing after it. It does no input or
//! output, and keeps no time.

use super::chunks::Chunks;
use super::flaw::Flaw;
use super::head::{self, Framing, TARGET_BYTES};

/// Largest head, in bytes, with its request line.
const HEAD_BYTES: usize = 32 * 1024;
/// Room for the method, the version and the blanks of a request line.
const LINE_SLACK: usize = 64;

/// The state of a connection's input.
#[derive(Debug)]
pub(crate) struct Screen {
    at: At,
    /// The part of a head that has come.
    head: Vec<u8>,
    /// Bytes in its last line so far.
    line: usize,
    /// Whether its first line is complete.
    has_line: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Head,
    Body(u64),
    Chunks(Chunks),
    /// A head was flawed.
    Refused,
    /// A chunked body was not.
    Broken,
}

impl Screen {
    /// Before the first byte.
    pub(crate) fn new() -> Self {
        Self { at: At::Head, head: Vec::new(), line: 0, has_line: false }
    }

    /// Takes bytes as they came, and puts those that may pass behind `passed`. Gives how many it
    /// took: none beyond the end of a request.
    pub(crate) fn take(&mut self, bytes: &[u8], passed: &mut Vec<u8>) -> usize {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            taken += match self.at {
                At::Head => self.take_head(rest, passed),
                At::Body(left) => self.take_body(left, rest, passed),
                At::Chunks(chunks) => self.take_chunks(chunks, rest, passed),
                At::Refused | At::Broken => rest.len(),
            };
            if self.is_between() {
                break;
            }
        }
        taken
    }

    /// Whether the next byte begins a request.
    pub(crate) fn is_between(&self) -> bool {
        self.at == At::Head && self.head.is_empty()
    }

    /// Whether a head has begun and is not complete.
    pub(crate) fn is_in_head(&self) -> bool {
        !self.head.is_empty()
    }

    /// Whether a body is not complete.
    pub(crate) fn is_in_body(&self) -> bool {
        matches!(self.at, At::Body(_) | At::Chunks(_) | At::Broken)
    }

    /// Whether a head was refused: nothing passes any more.
    pub(crate) fn has_refused(&self) -> bool {
        self.at == At::Refused
    }

    /// Whether a body came to a bad end: nothing passes any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.at == At::Broken
    }

    fn take_head(&mut self, bytes: &[u8], passed: &mut Vec<u8>) -> usize {
        let mut last = self.head.last().copied();
        let mut place = 0;
        while let Some(byte) = bytes.get(place).copied() {
            let text = self.text(last, bytes.get(place..).unwrap_or_default(), place);
            if text > 0 {
                (place, self.line, last) = (place + text, self.line + text, None);
                continue;
            }
            if let Err(flaw) = self.step(last, byte, self.head.len() + place) {
                self.refuse(flaw, passed);
                return bytes.len();
            }
            place += 1;
            // Every line ends with CR and LF, so this one is empty.
            if byte == b'\n' && self.line == 2 {
                let (head, _) = bytes.split_at(place);
                self.pass_head(head, passed);
                return head.len();
            }
            if byte == b'\n' {
                (self.line, self.has_line) = (0, true);
            }
            last = Some(byte);
        }
        self.head.extend_from_slice(bytes);
        bytes.len()
    }

    /// How many bytes from here on are text inside a line, far from every limit: steps that change
    /// nothing but the length of the line, all at once.
    fn text(&self, last: Option<u8>, rest: &[u8], place: usize) -> usize {
        let before = self.head.len() + place;
        if before == 0 || last == Some(b'\r') {
            return 0;
        }
        let far = (TARGET_BYTES + LINE_SLACK).saturating_sub(before + 1);
        let rest = rest.get(..far).unwrap_or(rest);
        rest.iter().position(u8::is_ascii_control).unwrap_or(rest.len())
    }

    /// One byte more of a head, behind so many; what is wrong already is told before the head is
    /// complete.
    fn step(&mut self, last: Option<u8>, byte: u8, before: usize) -> Result<(), Flaw> {
        if (last == Some(b'\r')) != (byte == b'\n') {
            return Err(Flaw::LineEnding);
        }
        if byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t') {
            return Err(Flaw::ControlByte);
        }
        if before == 0 && !byte.is_ascii_alphabetic() {
            return Err(Flaw::RequestLine);
        }
        if before >= HEAD_BYTES {
            return Err(Flaw::LargeHead);
        }
        self.line += 1;
        // Looked at once, where a first line must have ended.
        if before + 1 == TARGET_BYTES + LINE_SLACK && !self.has_line && byte != b'\n' {
            return Err(Flaw::LongTarget);
        }
        Ok(())
    }

    /// The rest of a head has come.
    fn pass_head(&mut self, rest: &[u8], passed: &mut Vec<u8>) {
        let begin = passed.len();
        passed.append(&mut self.head);
        passed.extend_from_slice(rest);
        (self.line, self.has_line) = (0, false);
        match head::read(passed.get(begin..).unwrap_or_default()) {
            Ok(Framing::Length(0)) => self.at = At::Head,
            Ok(Framing::Length(length)) => self.at = At::Body(length),
            Ok(Framing::Chunks) => self.at = At::Chunks(Chunks::START),
            Err(flaw) => {
                passed.truncate(begin);
                self.refuse(flaw, passed);
            }
        }
    }

    fn refuse(&mut self, flaw: Flaw, passed: &mut Vec<u8>) {
        passed.extend(flaw.stand_in());
        self.head = Vec::new();
        self.at = At::Refused;
    }

    fn take_body(&mut self, left: u64, bytes: &[u8], passed: &mut Vec<u8>) -> usize {
        let here = left.min(bytes.len() as u64);
        self.at = if here == left { At::Head } else { At::Body(left - here) };
        // No more than the length of a slice.
        let here = usize::try_from(here).unwrap_or(usize::MAX);
        passed.extend(bytes.iter().take(here));
        here
    }

    fn take_chunks(&mut self, mut chunks: Chunks, bytes: &[u8], passed: &mut Vec<u8>) -> usize {
        let Ok(taken) = chunks.take(bytes) else {
            self.at = At::Broken;
            return bytes.len();
        };
        passed.extend(bytes.iter().take(taken));
        self.at = if chunks == Chunks::Complete { At::Head } else { At::Chunks(chunks) };
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::Screen;

    const MIX: &[u8] = b"GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n\
        POST /c HTTP/1.1\r\nhost: a:80\r\nContent-Length: 11\r\n\r\nGET / HTTP/\
        PUT /d HTTP/1.1\r\nHost: [::1]\r\nX-City: S\xe3o\r\ntransfer-encoding: chunked\r\n\r\n\
        5\r\n\r\n\r\n0\r\n00B\r\nGET / HTTP/\r\n0\r\n\r\nGET / HTTP/1.0\r\nHost: a\r\n\r\n";

    /// What passes if it comes in pieces of this many bytes.
    fn screened(bytes: &[u8], piece: usize) -> (Vec<u8>, Screen) {
        let (mut screen, mut passed) = (Screen::new(), Vec::new());
        for piece in bytes.chunks(piece) {
            let mut taken = 0;
            while taken < piece.len() {
                taken += screen.take(&piece[taken..], &mut passed);
            }
        }
        (passed, screen)
    }

    #[test]
    fn p38_what_is_clean_passes_unchanged_in_any_pieces() {
        for piece in 1..=MIX.len() {
            let (passed, screen) = screened(MIX, piece);
            assert_eq!(passed, MIX, "in pieces of {piece}");
            assert!(screen.is_between());
        }
    }

    #[test]
    fn p38_a_flaw_takes_the_place_of_its_request_in_any_pieces() {
        let flawed = [MIX, b"GET / HTTP/1.1\r\n\r\n", MIX].concat();
        for piece in 1..=flawed.len() {
            let (passed, screen) = screened(&flawed, piece);
            let stand_in = passed.strip_prefix(MIX).unwrap();
            assert!(stand_in.ends_with(b"\r\nedge_flaw: host-count\r\n\r\n"));
            assert!(screen.has_refused());
        }
    }

    #[test]
    fn p38_no_end_of_a_request_is_taken_for_the_next_one() {
        for end in 0..MIX.len() {
            let (passed, screen) = screened(&MIX[..end], end.max(1));
            assert!(MIX.starts_with(&passed) && !screen.has_refused() && !screen.is_broken());
        }
    }
}
