//! The binary as a process of its own, which can be killed, on a folder that outlives it.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ark_sim::Sim;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::canary;
use crate::support::{GOOD, Reply, TASKS, http_client, send};

const BINARY: &str = env!("CARGO_BIN_EXE_phanedge");

/// A `phanedge serve` process, which dies with this.
pub(super) struct Serving {
    process: Child,
    log: UnboundedReceiver<Value>,
    config: PathBuf,
    url: String,
}

impl Serving {
    /// Starts it with configuration and store in `folder`.
    pub(super) async fn start(folder: &Path, sim: &Sim) -> Self {
        let config = folder.join("phanedge.toml");
        let written = format!(
            "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
             store.url = '{}'\npricing.cny_per_usd = '7.10'\nwatch.interval = '20ms'\n\
             {}upstreams.default.create_timeout = '5s'\n",
            Self::store_url(folder),
            canary::task_lines(sim)
        );
        std::fs::write(&config, written).unwrap();
        let mut command = tokio::process::Command::new(BINARY);
        command.args(["serve", "--config"]).arg(&config).stderr(Stdio::piped()).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let log = read_on(process.stderr.take().unwrap());
        let mut serving = Self { process, log, config, url: String::new() };
        let started = serving.log_line("serving").await;
        serving.url = format!("http://{}", started["fields"]["listen"].as_str().unwrap());
        serving
    }

    pub(super) fn store_url(folder: &Path) -> String {
        format!("sqlite:{}", folder.join("gateway.db").display())
    }

    /// The next line of the log with this message.
    pub(super) async fn log_line(&mut self, message: &str) -> Value {
        loop {
            let line = self.log.recv().await.expect("the server ended");
            if line["fields"]["message"] == message {
                return line;
            }
        }
    }

    /// Runs a command with the server's configuration.
    pub(super) fn runs(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(BINARY);
        command.args(arguments).arg("--config").arg(&self.config).stdin(Stdio::null());
        canary::output(&mut command)
    }

    /// A new tenant; answers a token of it.
    pub(super) fn tenant(&self, name: &str) -> String {
        assert!(self.runs(&["tenant", "create", name]).status.success());
        let issued = self.runs(&["token", "issue", "--tenant", name]);
        String::from_utf8(issued.stdout).unwrap().trim_end().to_owned()
    }

    pub(super) fn create(&self, token: &str) -> impl Future<Output = Reply> + use<> {
        let request = http_client().post(format!("{}{TASKS}", self.url)).bearer_auth(token);
        send(request.header("content-type", "application/json").body(GOOD))
    }

    pub(super) async fn list(&self, token: &str) -> Reply {
        send(http_client().get(format!("{}{TASKS}", self.url)).bearer_auth(token)).await
    }

    /// Kills it without a word.
    pub(super) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Reads the log to its end: a server whose log is full stands still.
fn read_on(log: ChildStderr) -> UnboundedReceiver<Value> {
    let (lines, received) = unbounded_channel();
    tokio::spawn(async move {
        let mut log = BufReader::new(log).lines();
        while let Ok(Some(line)) = log.next_line().await {
            canary::logged(&line);
            let line = serde_json::from_str(&line).expect("a log line is JSON");
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    received
}
