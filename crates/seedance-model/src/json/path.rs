//! Where a value stands in a JSON document, for messages.

use std::fmt;

/// The way from the root to a value.
///
/// It borrows its parent, so that keeping track costs nothing until a message needs the text.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

/// Most steps that a message shows; deeper ones become `…`.
const SHOWN_STEPS: usize = 8;

/// Longest part of a key that a message shows, in characters.
const SHOWN_KEY_CHARS: usize = 64;

impl<'a> Path<'a> {
    /// All places on the way, the root left out.
    pub(crate) fn steps(&self) -> Vec<Path<'a>> {
        let mut steps = Vec::new();
        let mut here = *self;
        while let Path::Key(parent, _) | Path::Index(parent, _) = here {
            steps.push(here);
            here = *parent;
        }
        steps.reverse();
        steps
    }

    /// The path as the subject of a sentence.
    pub(crate) fn subject(&self) -> String {
        match self {
            Path::Root => "body".to_owned(),
            Path::Key(..) | Path::Index(..) => self.to_string(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps();
        for (position, step) in steps.iter().take(SHOWN_STEPS).enumerate() {
            match step {
                Path::Root => {}
                Path::Index(_, index) => write!(f, "[{index}]")?,
                Path::Key(_, key) => write_key(f, key, position == 0)?,
            }
        }
        if steps.len() > SHOWN_STEPS {
            f.write_str("…")?;
        }
        Ok(())
    }
}

/// A plain key after a dot, any other in brackets, escaped and shortened.
fn write_key(f: &mut fmt::Formatter<'_>, key: &str, first: bool) -> fmt::Result {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.len() <= SHOWN_KEY_CHARS && key.chars().all(plain) {
        let dot = if first { "" } else { "." };
        return write!(f, "{dot}{key}");
    }
    let cut: String = key.chars().take(SHOWN_KEY_CHARS).collect();
    let dots = if cut.len() < key.len() { "…" } else { "" };
    write!(f, "[\"{}{dots}\"]", cut.escape_debug())
}
