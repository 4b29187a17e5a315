//! Bytes of a connection: the screen reads them the same in any pieces, passes them unchanged, and
//! agrees with another parser on where each request ends.

// The files of the screen alone, without the gateway around them.
#[path = "../../src/connections/chunks.rs"]
mod chunks;
#[expect(dead_code, reason = "texts for the answer are not fuzzed")]
#[path = "../../src/connections/flaw.rs"]
mod flaw;
#[path = "../../src/connections/head.rs"]
mod head;
#[expect(dead_code, reason = "the gate asks more of it")]
#[path = "../../src/connections/screen.rs"]
mod screen;

use screen::Screen;

/// The first byte is the length of the pieces.
pub(crate) fn screened_bytes(bytes: &[u8]) {
    let Some((piece, bytes)) = bytes.split_first() else {
        return;
    };
    let (whole, ends, screen) = screened(bytes, usize::MAX);
    if screen.is_broken() {
        return;
    }
    let (in_pieces, same_ends, _) = screened(bytes, usize::from(*piece) + 1);
    assert_eq!((&whole, &ends), (&in_pieces, &same_ends));
    let last = ends.last().copied().unwrap_or(0);
    assert_eq!(&whole[..last], &bytes[..last], "what passes, passes unchanged");
    let mut begin = 0;
    for end in ends {
        assert_eq!(length(&whole[begin..]), Some(end - begin), "another reading");
        begin = end;
    }
}

/// Parts that heads are put together from, by one byte each.
const PARTS: [&str; 32] = [
    "GET / HTTP/1.1\r\n",
    "POST /a HTTP/1.1\r\n",
    "POST /a HTTP/1.0\r\n",
    "Host: a\r\n",
    "host: b\r\n",
    "Host:\r\n",
    "Content-Length: 5\r\n",
    "content-length: 0\r\n",
    "Content-Length: 05\r\n",
    "Content-Length: 5, 5\r\n",
    "Content_Length: 5\r\n",
    "Content-Length : 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "transfer-encoding: Chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: chunked, chunked\r\n",
    "Transfer-Encoding:\x0bchunked\r\n",
    "Upgrade: h2c\r\n",
    "Connection: upgrade\r\n",
    "Expect: 100-continue\r\n",
    "X: y\r\n",
    " folded\r\n",
    "\r\n",
    "hello",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "0\r\nX: y\r\n\r\n",
    "5;a=b\r\nhello\r\n",
    "+5\r\nhello\r\n",
    "X: \u{e9}\r\n",
    "\n",
    "\r",
];

/// A head and a body put together from parts; the first byte is the length of the pieces.
pub(crate) fn header_filter(bytes: &[u8]) {
    let Some((piece, choices)) = bytes.split_first() else {
        return;
    };
    let parts = choices.iter().map(|choice| PARTS[usize::from(*choice) % PARTS.len()].as_bytes());
    let mut written = vec![*piece];
    written.extend(parts.flatten());
    screened_bytes(&written);
}

/// What passes, where each request in it ends, and the screen behind it.
fn screened(bytes: &[u8], piece: usize) -> (Vec<u8>, Vec<usize>, Screen) {
    let (mut screen, mut passed, mut ends) = (Screen::new(), Vec::new(), Vec::new());
    for piece in bytes.chunks(piece.min(bytes.len().max(1))) {
        let mut taken = 0;
        while taken < piece.len() {
            taken += screen.take(&piece[taken..], &mut passed);
            if screen.is_between() {
                ends.push(passed.len());
            }
        }
    }
    (passed, ends, screen)
}

/// The length of the first request, read by httparse.
fn length(bytes: &[u8]) -> Option<usize> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(head) = request.parse(bytes).ok()? else {
        return None;
    };
    let values = |name: &str| {
        let given = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        given.map(|header| header.value).collect::<Vec<_>>()
    };
    assert_eq!(values("host").len(), 1);
    match (values("content-length").as_slice(), values("transfer-encoding").as_slice()) {
        ([], []) => Some(head),
        ([digits], []) => {
            let digits = std::str::from_utf8(digits).ok()?;
            Some(head + digits.parse::<usize>().ok()?)
        }
        ([], [coding]) if coding.eq_ignore_ascii_case(b"chunked") => {
            Some(head + chunked(&bytes[head..])?)
        }
        _ => None,
    }
}

/// The length of a chunked body without trailers.
fn chunked(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let size = httparse::parse_chunk_size(&bytes[at..]).ok()?;
        let httparse::Status::Complete((line, size)) = size else {
            return None;
        };
        at += line + usize::try_from(size).ok()? + 2;
        if size == 0 {
            return Some(at);
        }
    }
}
