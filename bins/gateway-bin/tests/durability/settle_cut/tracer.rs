//! `strace` on one thread of a running server: the one that writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

pub(super) use crate::power_cut::tracer_is_there as is_there;
use crate::process::Process;

/// The name of the thread.
const WRITER: &str = "tenancy-writer";
/// How long a kill may take to be seen. The last call of a settlement races its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a settlement is cut, and how.
#[derive(Clone, Debug)]
pub(super) enum Cut {
    /// The server is killed before the call that is the `number`th of its name.
    KillBefore { call: String, number: usize },
    /// That call fails.
    Fail { call: String, number: usize },
}

impl Cut {
    /// Every cut of these calls.
    pub(super) fn all(calls: &[String]) -> Vec<Self> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut cuts = Vec::new();
        for call in calls {
            let number = seen.entry(call).and_modify(|number| *number += 1).or_insert(1);
            let (call, number) = (call.clone(), *number);
            if ["pwrite64", "fdatasync"].contains(&call.as_str()) {
                cuts.push(Self::Fail { call: call.clone(), number });
            }
            cuts.push(Self::KillBefore { call, number });
        }
        cuts
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::KillBefore { .. } => "killed",
            Self::Fail { .. } => "failed calls",
        }
    }

    fn expression(&self) -> String {
        match self {
            Self::KillBefore { call, number } => {
                format!("inject={call}:signal=KILL:when={number}")
            }
            Self::Fail { call, number } => format!("inject={call}:error=EIO:when={number}"),
        }
    }
}

/// A tracer at work.
pub(super) struct Tracer {
    child: Child,
    trace: PathBuf,
}

impl Tracer {
    /// Traces the writer's thread; returns when every call from now on is seen.
    pub(super) async fn attach(
        folder: &Path,
        process: u32,
        cut: Option<&Cut>,
    ) -> anyhow::Result<Self> {
        let trace = folder.join("writer.trace");
        let mut command = Command::new("strace");
        command.args(["-p", &writer_of(process)?.to_string(), "-e", "signal=none", "-o"]);
        command.arg(&trace);
        if let Some(cut) = cut {
            command.args(["-e", &cut.expression()]);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let said = child.stderr.take().context("it is read here")?;
        let mut lines = BufReader::new(said).lines();
        while let Some(line) = lines.next_line().await? {
            if line.contains("attached") {
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(Self { child, trace });
            }
        }
        bail!("strace did not attach")
    }

    /// Leaves the thread alone, and tells which calls it made.
    pub(super) async fn detach(mut self) -> anyhow::Result<Vec<String>> {
        let tracer = self.child.id().context("it runs")?.to_string();
        Command::new("kill").args(["-INT", &tracer]).status().await?;
        self.child.wait().await?;
        let text = std::fs::read_to_string(&self.trace)?;
        Ok(text.lines().filter_map(call).map(str::to_owned).collect())
    }

    /// Waits for the end of a cut, and tells whether it struck.
    pub(super) async fn ended(mut self, cut: &Cut, process: &mut Process) -> anyhow::Result<bool> {
        if let Cut::Fail { .. } = cut {
            let trace = self.trace.clone();
            self.detach().await?;
            return Ok(std::fs::read_to_string(trace)?.contains("(INJECTED)"));
        }
        let struck = process.ends_within(PATIENCE).await?;
        if struck {
            self.child.wait().await?;
        } else {
            self.detach().await?;
        }
        Ok(struck)
    }
}

/// The name of the call in a line of the trace, if the thread began it there.
fn call(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('(')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_name).then_some(name)
}

/// The thread's number, by its name.
fn writer_of(process: u32) -> anyhow::Result<u32> {
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let folder = thread?.path();
        if std::fs::read_to_string(folder.join("comm"))?.trim() == WRITER {
            let number = folder.file_name().and_then(|name| name.to_str());
            return Ok(number.context("threads have numbers")?.parse()?);
        }
    }
    bail!("the server has no thread `{WRITER}`")
}
