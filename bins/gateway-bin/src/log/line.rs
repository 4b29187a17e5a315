//! One line: gathered, made harmless, and queued when it is whole.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use tracing::Metadata;
use tracing_subscriber::fmt::MakeWriter;

use super::SECURITY;
use super::queue::{About, Queue};

/// Where the lines of all threads go.
#[derive(Clone, Debug)]
pub(super) struct Lines(Arc<Queue>);

/// A line that is being written.
#[derive(Debug)]
pub(super) struct Line {
    queue: Arc<Queue>,
    about: About,
    text: Vec<u8>,
}

impl Lines {
    pub(super) fn new(queue: Arc<Queue>) -> Self {
        Self(queue)
    }

    fn line(&self, about: About) -> Line {
        Line { queue: Arc::clone(&self.0), about, text: Vec::new() }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        self.line(About::Anything)
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> Line {
        self.line(if event.target() == SECURITY { About::Security } else { About::Anything })
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.is_empty() {
            self.queue.push(self.about, &harmless(text));
        }
    }
}

/// The line with one line break, at its end, and nothing in it that a terminal acts on or a reader
/// takes for a line break. What has to be written otherwise becomes `\uXXXX`, as JSON writes it.
fn harmless(line: Vec<u8>) -> Vec<u8> {
    let text = line.strip_suffix(b"\n").unwrap_or(&line);
    // Without a way out of the loop, many bytes are looked at in one step.
    if text.iter().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
        return line;
    }
    let mut written = String::with_capacity(line.len());
    for symbol in String::from_utf8_lossy(text).chars() {
        if is_harmful(symbol) {
            // Writing to a string does not fail.
            write!(written, "\\u{:04x}", u32::from(symbol)).ok();
        } else {
            written.push(symbol);
        }
    }
    written.push('\n');
    written.into_bytes()
}

/// Control characters, line separators, and what turns the direction of writing or is not seen.
fn is_harmful(symbol: char) -> bool {
    let unseen = matches!(symbol, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}');
    symbol.is_control() || unseen
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn p21_nothing_in_a_line_ends_it_or_moves_a_terminal() {
        for (written, line) in [
            ("{\"a\":\"b\"}\n", "{\"a\":\"b\"}\n"),
            ("任务 ¥ é\n", "任务 ¥ é\n"),
            ("a\nb\r\n", "a\\u000ab\\u000d\n"),
            ("\u{1b}[31m\u{9b}31m\u{7f}\n", "\\u001b[31m\\u009b31m\\u007f\n"),
            ("a\u{2028}b\u{2029}c\u{85}d", "a\\u2028b\\u2029c\\u0085d\n"),
            ("\u{202e}\u{2066}\u{200b}\u{feff}\n", "\\u202e\\u2066\\u200b\\ufeff\n"),
        ] {
            assert_eq!(String::from_utf8(harmless(written.into())).unwrap(), line);
        }
        let cut = harmless(vec![b'a', 0xff, b'\n']);
        assert_eq!(String::from_utf8(cut).unwrap(), "a\u{fffd}\n");
    }
}
