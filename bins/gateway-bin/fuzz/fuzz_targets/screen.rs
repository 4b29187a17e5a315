#![no_main]
//! Whatever comes, the screen reads it the same in any pieces, passes it unchanged, and agrees with
//! another parser on where each request ends.

// The files of the screen alone, without the gateway around them.
#[path = "../../src/connections/chunks.rs"]
mod chunks;
#[allow(dead_code, reason = "texts for the answer are not fuzzed")]
#[path = "../../src/connections/flaw.rs"]
mod flaw;
#[path = "../../src/connections/head.rs"]
mod head;
#[allow(dead_code, reason = "the gate asks more of it")]
#[path = "../../src/connections/screen.rs"]
mod screen;

use libfuzzer_sys::fuzz_target;
use screen::Screen;

fuzz_target!(|input: (u8, &[u8])| {
    let (piece, bytes) = input;
    let (whole, ends, screen) = screened(bytes, usize::MAX);
    if screen.is_broken() {
        return;
    }
    let (in_pieces, same_ends, _) = screened(bytes, usize::from(piece) + 1);
    assert_eq!((&whole, &ends), (&in_pieces, &same_ends));
    let last = ends.last().copied().unwrap_or(0);
    assert_eq!(&whole[..last], &bytes[..last], "what passes, passes unchanged");
    let mut begin = 0;
    for end in ends {
        assert_eq!(length(&whole[begin..]), Some(end - begin), "another reading");
        begin = end;
    }
});

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
