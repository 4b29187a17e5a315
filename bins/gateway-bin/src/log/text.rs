//! The format for people: `time=… level=… target=… message="…" key=value`, one event a line.
//!
//! A value is a number, a boolean, a plain word, or quoted with everything escaped, so that nothing
//! in a value can pass for a key.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::time::write_now;

/// How events are written.
#[derive(Debug)]
pub(super) struct Words;

/// How the fields of spans are written, which are those of the request.
#[derive(Debug)]
pub(super) struct WordsOfSpans;

impl<S, N> FormatEvent<S, N> for Words
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        writer.write_str("time=")?;
        write_now(&mut writer)?;
        write!(writer, " level={} target={}", about.level(), about.target())?;
        event.record(&mut Pairs { writer: writer.by_ref(), is_first: false });
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<N>>()
                && !fields.is_empty()
            {
                write!(writer, " {fields}")?;
            }
        }
        writeln!(writer)
    }
}

impl FormatFields<'_> for WordsOfSpans {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'_>, fields: R) -> fmt::Result {
        fields.record(&mut Pairs { writer, is_first: true });
        Ok(())
    }
}

/// Writes ` key=value` for each field. Writing to memory does not fail.
struct Pairs<'a> {
    writer: Writer<'a>,
    is_first: bool,
}

impl Pairs<'_> {
    fn pair(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        let gap = if std::mem::take(&mut self.is_first) { "" } else { " " };
        write!(self.writer, "{gap}{field}={value}").ok();
    }

    fn text(&mut self, field: &Field, text: &str) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/{}".contains(&byte);
        if !text.is_empty() && text.bytes().all(plain) {
            self.pair(field, format_args!("{text}"));
        } else {
            self.pair(field, format_args!("{text:?}"));
        }
    }
}

impl Visit for Pairs<'_> {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.pair(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.pair(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.pair(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.text(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::{Words, WordsOfSpans};
    use crate::log::line::Lines;
    use crate::log::queue::Queue;

    #[test]
    fn p21_a_value_cannot_pass_for_another_key_or_another_line() {
        let queue = Arc::new(Queue::default());
        let lines = Lines::new(Arc::clone(&queue));
        let layer = tracing_subscriber::fmt::layer().with_writer(lines);
        let layer = layer.fmt_fields(WordsOfSpans).event_format(Words);
        let hostile = "a\" level=ERROR\n\r\u{1b}[2J\u{2028}=b";
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::error_span!("request", id = 7, who = tracing::field::Empty);
            let _inside = span.enter();
            span.record("who", hostile);
            tracing::info!(text = hostile, shown = %hostile, empty = "", yes = true, "{hostile}");
        });
        let line = String::from_utf8(queue.take_all()).unwrap();
        let quoted = r#""a\" level=ERROR\n\r\u{1b}[2J\u{2028}=b""#;
        let expected = format!(
            "message={quoted} text={quoted} shown={quoted} empty=\"\" yes=true id=7 who={quoted}\n"
        );
        assert!(line.ends_with(&expected), "{line}\n{expected}");
        assert_eq!(line.lines().count(), 1);
        assert!(line.starts_with("time=") && line.contains(" level=INFO target=gateway::log"));
    }
}
