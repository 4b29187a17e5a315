//! The `phanedge serve` process: started, waited for, killed.

mod said;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::canary;
use crate::world::World;
use said::Said;

/// The place of commands, behind those of gateways.
const COMMANDS: usize = 2;

/// A gateway that can be killed.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    said: Said,
    /// Where tenants reach it; empty as long as it is not known to serve.
    pub(crate) url: String,
    /// Where operators do.
    pub(crate) admin_url: String,
}

impl Process {
    /// Starts the process, one of several by its place, and does not wait for anything.
    pub(crate) fn spawn(world: &World, place: usize) -> anyhow::Result<Self> {
        Self::spawn_with(Command::new(env!("CARGO_BIN_EXE_phanedge")), world, place)
    }

    /// Starts the process under a tracer.
    pub(crate) async fn start_traced(tracer: Command, world: &World) -> anyhow::Result<Self> {
        let mut tracer = tracer;
        tracer.arg(env!("CARGO_BIN_EXE_phanedge"));
        Self::spawn_with(tracer, world, 0)?.serving().await
    }

    /// Starts the process and waits until it serves.
    pub(crate) async fn start(world: &World) -> anyhow::Result<Self> {
        Self::start_at(world, 0).await
    }

    /// Starts one of several, and waits until it serves.
    pub(crate) async fn start_at(world: &World, place: usize) -> anyhow::Result<Self> {
        Self::spawn(world, place)?.serving().await
    }

    fn spawn_with(mut command: Command, world: &World, place: usize) -> anyhow::Result<Self> {
        let config = world.config_file(place);
        std::fs::write(&config, world.configuration(place))?;
        let mut child = command
            .args([Path::new("serve"), Path::new("--config"), &config])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let said = Said::listen(&mut child, place)?;
        Ok(Self { child, said, url: String::new(), admin_url: String::new() })
    }

    async fn serving(mut self) -> anyhow::Result<Self> {
        let serving = self.said.serving().await?;
        let url = |field: &str| serving[field].as_str().map(|address| format!("http://{address}"));
        self.url = url("listen").context("no address")?;
        self.admin_url = url("admin_listen").context("no address for operators")?;
        Ok(self)
    }

    /// How many files it has open.
    pub(crate) fn open_files(&self) -> anyhow::Result<usize> {
        Ok(std::fs::read_dir(format!("/proc/{}/fd", self.id()?))?.count())
    }

    /// Its number, as long as it runs.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server is gone")
    }

    /// Whether it runs, be it stopped or not.
    pub(crate) fn runs(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// SIGSTOP: it does nothing until it is continued.
    pub(crate) fn stop(&self) -> anyhow::Result<()> {
        self.signal(Signal::STOP)
    }

    /// SIGCONT.
    pub(crate) fn carry_on(&self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let pid = i32::try_from(self.id()?).ok().and_then(Pid::from_raw);
        Ok(kill_process(pid.context("no process has this number")?, signal)?)
    }

    /// SIGKILL, and waits until the process is gone.
    pub(crate) async fn kill(mut self) -> anyhow::Result<()> {
        self.killed().await
    }

    /// The same for a process that another one takes the place of.
    pub(crate) async fn killed(&mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        self.said.end().await
    }

    /// Whether the process ends by itself in this time.
    pub(crate) async fn ends_within(&mut self, time: Duration) -> anyhow::Result<bool> {
        Ok(timeout(time, self.child.wait()).await.is_ok())
    }

    /// Waits until the process ends by itself, and gives its exit code, if it has one.
    pub(crate) async fn exit_code(&mut self) -> anyhow::Result<Option<i32>> {
        let code = self.child.wait().await?.code();
        self.said.end().await?;
        Ok(code)
    }

    /// Waits until the process is gone by itself.
    pub(crate) async fn gone(mut self) -> anyhow::Result<()> {
        self.child.wait().await?;
        self.said.end().await
    }
}

/// What `phanedge ledger verify` says of the store if it finds anything wrong. The ledger is
/// exported too, because an export goes out of the house.
pub(crate) async fn ledger_faults(world: &World) -> anyhow::Result<Option<String>> {
    let mut faults = Vec::new();
    for arguments in [&["verify"], ["export", "--format", "csv"].as_slice()] {
        let config = world.config_file(COMMANDS);
        std::fs::write(&config, world.configuration(COMMANDS))?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
        command.arg("ledger").args(arguments).arg("--config").arg(&config).stdin(Stdio::null());
        let done = command.output().await?;
        let said = [done.stdout, done.stderr].concat();
        canary::answered(format_args!("what `ledger {}` prints", arguments.join(" ")), &said);
        if !done.status.success() {
            faults.push(String::from_utf8_lossy(&said).into_owned());
        }
    }
    Ok((!faults.is_empty()).then(|| faults.concat()))
}
