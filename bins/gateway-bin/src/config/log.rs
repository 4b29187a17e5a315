//! `[log]`: what is logged, and how it looks.

use tracing_subscriber::EnvFilter;

use super::reader::{Checked, Reader};

/// `[log]`.
#[derive(Clone, Debug)]
pub struct LogConfig {
    /// How a line looks.
    pub format: LogFormat,
    /// What is logged, in the language of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object.
    Json,
    /// Words `key=value`, for people.
    Text,
}

pub(super) fn read(reader: &mut Reader) -> Option<LogConfig> {
    let format = reader.take("log.format", format);
    let filter = reader.take("log.filter", filter);
    Some(LogConfig { format: format?, filter: filter? })
}

fn format(text: &str) -> Checked<LogFormat> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("use `json` or `text`".to_owned()),
    }
}

fn filter(text: &str) -> Checked<String> {
    let accepted = "use a level, `target=level`, or several with commas: `gateway=debug,warn`";
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|_| accepted.to_owned())
}
