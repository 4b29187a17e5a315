//! What a gateway says: every line of its log and of its standard output is searched for canaries,
//! to the last one before its end.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::canary;

/// Longest wait for the last lines of a gateway that is gone.
const PATIENCE: Duration = Duration::from_secs(10);

/// The two streams of a gateway.
#[derive(Debug)]
pub(super) struct Said {
    /// The lines of its log, as long as somebody wants to know that it serves.
    log: Option<UnboundedReceiver<String>>,
    reading: JoinSet<()>,
}

impl Said {
    pub(super) fn listen(child: &mut Child, place: usize) -> anyhow::Result<Self> {
        let (output, log) = (child.stdout.take(), child.stderr.take());
        let (lines, heard) = unbounded_channel();
        let mut reading = JoinSet::new();
        reading.spawn(read(output.context("no output")?, format!("the output of {place}"), None));
        reading.spawn(read(log.context("no log")?, format!("the log of {place}"), Some(lines)));
        Ok(Self { log: Some(heard), reading })
    }

    /// The fields of the log line that says `serving`.
    pub(super) async fn serving(&mut self) -> anyhow::Result<Value> {
        let mut log = self.log.take().context("it was heard already")?;
        let mut seen = Vec::new();
        while let Some(line) = log.recv().await {
            let mut event: Value = serde_json::from_str(&line).unwrap_or_default();
            if event["fields"]["message"] == "serving" {
                return Ok(event["fields"].take());
            }
            seen.push(line);
        }
        bail!("the server ended before it served: {}", seen.join("\n"))
    }

    /// Hears the rest of a gateway that is gone.
    pub(super) async fn end(&mut self) -> anyhow::Result<()> {
        let rest = async { while self.reading.join_next().await.is_some() {} };
        timeout(PATIENCE, rest).await.context("somebody holds the log of a gateway that is gone")
    }
}

async fn read(
    from: impl AsyncRead + Unpin,
    place: String,
    mut lines: Option<UnboundedSender<String>>,
) {
    let mut from = BufReader::new(from).lines();
    while let Ok(Some(line)) = from.next_line().await {
        canary::logged(&place, &line);
        // Nobody listens any more once it serves.
        lines = lines.filter(|lines| lines.send(line).is_ok());
    }
}
