//! How an error message shows the text that it refuses. Nothing else formats foreign text.

/// The longest part of a refused text that a message repeats, in characters.
const SHOWN_CHARS: usize = 64;

/// The text in back-ticks, on one line, shortened.
pub(crate) fn quoted(text: &str) -> String {
    let mut chars = text.chars();
    let shown: String = chars.by_ref().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
    let dots = if chars.next().is_some() { "…" } else { "" };
    format!("`{shown}{dots}`")
}
