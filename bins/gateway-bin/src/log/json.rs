//! The format for programs: `{"timestamp":…,"level":…,"fields":{…},"target":…,"span":{…}}`, one event a
//! line.
//!
//! It is the JSON of `tracing-subscriber`, written straight away. That crate reads the fields of a
//! span back and writes them anew, for every line and every field that is added.

use std::fmt::{self, Debug};

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::time::write_now;

/// How events are written.
#[derive(Debug)]
pub(super) struct Objects;

/// How the fields of spans are written: as members without their braces. Each is recorded once.
#[derive(Debug)]
pub(super) struct MembersOfSpans;

impl<S, N> FormatEvent<S, N> for Objects
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
        writer.write_str("{\"timestamp\":\"")?;
        write_now(&mut writer)?;
        writer.write_str("\",\"level\":\"")?;
        writer.write_str(about.level().as_str())?;
        writer.write_str("\",\"fields\":{")?;
        event.record(&mut Members { writer: writer.by_ref(), is_first: true });
        writer.write_str("},\"target\":")?;
        string(&mut writer, about.target())?;
        if let Some(span) = context.parent_span() {
            writer.write_str(",\"span\":{")?;
            let extensions = span.extensions();
            if let Some(fields) = extensions.get::<FormattedFields<N>>()
                && !fields.is_empty()
            {
                writer.write_str(fields)?;
                writer.write_char(',')?;
            }
            writer.write_str("\"name\":")?;
            string(&mut writer, span.name())?;
            writer.write_char('}')?;
        }
        writer.write_str("}\n")
    }
}

impl<'a> FormatFields<'a> for MembersOfSpans {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'a>, fields: R) -> fmt::Result {
        fields.record(&mut Members { writer, is_first: true });
        Ok(())
    }

    fn add_fields(
        &self,
        current: &'a mut FormattedFields<Self>,
        fields: &Record<'_>,
    ) -> fmt::Result {
        let is_first = current.is_empty();
        fields.record(&mut Members { writer: current.as_writer(), is_first });
        Ok(())
    }
}

/// Writes `"key":value` for each field. Writing to memory does not fail.
struct Members<'a> {
    writer: Writer<'a>,
    is_first: bool,
}

impl Members<'_> {
    fn key(&mut self, field: &Field) {
        if !std::mem::take(&mut self.is_first) {
            self.writer.write_char(',').ok();
        }
        string(&mut self.writer, field.name()).ok();
        self.writer.write_char(':').ok();
    }

    fn plain(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        self.key(field);
        self.writer.write_fmt(value).ok();
    }
}

impl Visit for Members<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.plain(field, format_args!("{}", Value::from(value)));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.key(field);
        string(&mut self.writer, value).ok();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// A string of JSON. Most need no escapes.
fn string(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    let is_escaped = |byte| byte < b' ' || byte == b'"' || byte == b'\\';
    // Without a way out of the loop, many bytes are looked at in one step.
    if text.bytes().fold(false, |found, byte| found | is_escaped(byte)) {
        return write!(writer, "{}", Value::from(text));
    }
    writer.write_char('"')?;
    writer.write_str(text)?;
    writer.write_char('"')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tracing::Subscriber;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::{MembersOfSpans, Objects};
    use crate::log::line::Lines;
    use crate::log::queue::Queue;

    /// Some events, as this subscriber writes them, without their times.
    fn written(queue: &Queue, subscriber: impl Subscriber + Send + Sync + 'static) -> Vec<String> {
        let hostile = "a\" level=\\ERROR\n\r\t\u{8}\u{1b}[2J\u{2028}=任务";
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "elsewhere", yes = true, minus = -7, half = 0.5, none = f64::NAN);
            let span = tracing::error_span!("request", id = 7, who = tracing::field::Empty);
            let _inside = span.enter();
            tracing::info!(count = 3_u64, "before");
            span.record("who", hostile);
            tracing::info!(text = hostile, shown = %hostile, debug = ?hostile, "{hostile}");
            let bare = tracing::error_span!("bare \"span\"");
            bare.in_scope(|| tracing::error!("inside"));
            tracing::info!(parent: &bare, "beside");
        });
        let lines = String::from_utf8(queue.take_all()).unwrap();
        lines.lines().map(|line| line.split_once("\"level\"").unwrap().1.to_owned()).collect()
    }

    #[test]
    fn p21_a_line_is_the_json_that_tracing_subscriber_would_write() {
        let queue = Arc::new(Queue::default());
        let layer = || tracing_subscriber::fmt::layer().with_writer(Lines::new(Arc::clone(&queue)));
        let theirs = layer().json().with_span_list(false);
        let theirs = written(&queue, tracing_subscriber::registry().with(theirs));
        let ours = layer().fmt_fields(MembersOfSpans).event_format(Objects);
        let ours = written(&queue, tracing_subscriber::registry().with(ours));
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), 5);
    }
}
