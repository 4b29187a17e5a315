//! A bar on standard error, for whoever watches.

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};

/// A bar for one step over so many of something; gone when it is dropped.
pub(super) fn bar(step: &'static str, length: u64, unit: &str) -> ProgressBar {
    let template =
        format!("{{msg}} {{bar:40.cyan/blue}} {{human_pos}} of {{human_len}} {unit}, {{eta}} left");
    let style = ProgressStyle::with_template(&template);
    ProgressBar::new(length)
        .with_finish(ProgressFinish::AndClear)
        .with_message(step)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("█▓░"))
}
