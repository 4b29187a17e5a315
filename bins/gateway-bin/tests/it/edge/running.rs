//! A `phanedge serve` process with lines of its own in the configuration, under signals and limits.

use std::process::{Command, Stdio};

use ark_sim::{Pace, Quotas, Sim, SimSettings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr};

use crate::canary;
use crate::support::{GOOD, TASKS, http_client};

/// The process, its log, and its addresses.
pub(super) struct Running {
    pub(super) sim: Sim,
    process: Child,
    log: Lines<BufReader<ChildStderr>>,
    pub(super) listen: String,
    pub(super) admin_listen: String,
    pub(super) token: String,
    /// What it says about its limit of open files, if that is too low.
    pub(super) told: Value,
    folder: TempDir,
}

impl Running {
    /// A server with these lines in `[server]`.
    pub(super) async fn start(lines: &str) -> Self {
        Self::with(None, lines).await
    }

    /// The same with a limit of open files that is too low for it.
    pub(super) async fn limited(files: usize, lines: &str) -> Self {
        Self::with(Some(files), lines).await
    }

    async fn with(files: Option<usize>, lines: &str) -> Self {
        let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..Default::default() };
        let sim = Sim::start(canary::account(settings)).await.unwrap();
        canary::echo(&sim);
        let folder = tempfile::tempdir().unwrap();
        let written = format!(
            "[server]\nlisten = '127.0.0.1:0'\nadmin_listen = '127.0.0.1:0'\n{lines}\n\
             [store]\nurl = 'sqlite:{}'\n[pricing]\ncny_per_usd = '7.10'\n\
             [upstreams.default]\ntask_base_url = '{}'\napi_key = '{}'\n",
            folder.path().join("gateway.db").display(),
            canary::by_host(&sim.task_base_url()),
            canary::KEY
        );
        std::fs::write(folder.path().join("phanedge.toml"), written).unwrap();
        let token = issue_token(&folder);
        let mut command = tokio::process::Command::new("sh");
        let limit = files.map(|files| format!("ulimit -n {files} && ")).unwrap_or_default();
        command.args(["-c", &format!("{limit}exec \"$@\""), "sh"]);
        command.arg(env!("CARGO_BIN_EXE_phanedge")).args(["serve", "--config"]);
        command.arg(folder.path().join("phanedge.toml")).stdin(Stdio::null());
        let mut process = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap()).lines();
        let (listen, admin_listen) = (String::new(), String::new());
        let told = Value::Null;
        let mut running = Self { sim, process, log, listen, admin_listen, token, told, folder };
        if files.is_some() {
            running.told = running.says("the limit of open files is too low").await;
        }
        let serving = running.says("serving").await;
        serving["listen"].as_str().unwrap().clone_into(&mut running.listen);
        serving["admin_listen"].as_str().unwrap().clone_into(&mut running.admin_listen);
        running
    }

    /// The fields of the next log line with this message.
    pub(super) async fn says(&mut self, message: &str) -> Value {
        loop {
            let line = self.log.next_line().await.unwrap().expect("the process ended");
            canary::logged(&line);
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["fields"]["message"] == message {
                return line["fields"].clone();
            }
        }
    }

    pub(super) fn signal(&self, signal: &str) {
        let pid = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// The exit code.
    pub(super) async fn ends(mut self) -> (Option<i32>, TempDir) {
        (self.process.wait().await.unwrap().code(), self.folder)
    }

    pub(super) fn create(&self) -> reqwest::RequestBuilder {
        let url = format!("http://{}{TASKS}", self.listen);
        http_client().post(url).bearer_auth(&self.token).body(GOOD)
    }

    /// The head of a create with a body of 100 bytes, and nothing of the body.
    pub(super) fn half_a_create(&self) -> String {
        let token = &self.token;
        format!(
            "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: 100\r\n\r\n"
        )
    }
}

/// A command beside the server, with its configuration.
pub(super) fn phanedge(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
    command.args(arguments).arg("--config").arg(folder.path().join("phanedge.toml"));
    command.stdin(Stdio::null());
    command
}

fn issue_token(folder: &TempDir) -> String {
    let run = |arguments: &[&str]| {
        let output = canary::output(&mut phanedge(folder, arguments));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    };
    run(&["tenant", "create", "acme"]);
    run(&["token", "issue", "--tenant", "acme"])
}
