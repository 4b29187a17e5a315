//! What the audience sees: numbered steps, plain lines and a progress bar.

use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Prints a line, or several.
pub(super) fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints the heading of a step.
pub(super) fn step(number: u8, text: &str) -> io::Result<()> {
    say(&format!("\n{number}. {text}"))
}

/// A bar that fills in the time that a simulated task takes; on standard error, and silent where
/// nobody watches.
pub(super) fn bar(expected: Duration) -> ProgressBar {
    let millis = u64::try_from(expected.as_millis()).unwrap_or(u64::MAX);
    let bar = ProgressBar::new(millis);
    let style = ProgressStyle::with_template("   {bar:40.cyan/blue} {msg} {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("█▓░"));
    bar
}
