//! A `phanedge serve` process whose configuration can be written again, and whose log is read.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::{Arc, Mutex};

use ark_sim::{Pace, Quotas, Sim, SimSettings};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::canary;
use crate::support::{GOOD, Reply, TASKS, eventually, http_client, send};

/// The keys that the simulator takes from the start.
pub(crate) const KEYS: [&str; 2] = ["first-api-key", "second-api-key"];

/// The process and its surroundings.
pub(crate) struct Served {
    pub(crate) sim: Sim,
    pub(crate) process: Child,
    pub(crate) url: String,
    pub(crate) admin_url: String,
    /// Whoever holds this keeps the log from being read.
    pub(crate) reading: Arc<tokio::sync::Mutex<()>>,
    folder: TempDir,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Served {
    /// A server in front of a simulator that takes both keys and has tasks ended by the test.
    pub(crate) async fn start(more: &str) -> Self {
        let settings = SimSettings {
            more_api_keys: KEYS.map(str::to_owned).to_vec(),
            quotas: Quotas::OFF,
            pace: Pace::HELD,
            ..Default::default()
        };
        let sim = Sim::start(canary::account(settings)).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(path(&folder), configuration(&sim, &folder, more)).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_phanedge"))
            .args([Path::new("serve"), Path::new("--config"), &path(&folder)])
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let reading = Arc::new(tokio::sync::Mutex::new(()));
        let (read, may_read) = (Arc::clone(&lines), Arc::clone(&reading));
        tokio::spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                read.lock().unwrap().push(line);
                drop(may_read.lock().await);
            }
        });
        let (url, admin_url) = (String::new(), String::new());
        let mut served = Self { sim, process, url, admin_url, reading, folder, lines };
        if !more.contains("log.format") {
            let event = served.event("serving", 0).await;
            let url = |field: &str| format!("http://{}", event["fields"][field].as_str().unwrap());
            (served.url, served.admin_url) = (url("listen"), url("admin_listen"));
        }
        served
    }

    /// Every line so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// The events with this message so far.
    pub(crate) fn events(&self, message: &str) -> Vec<Value> {
        let lines = self.lines();
        let events = lines.iter().map(|line| serde_json::from_str::<Value>(line).expect(line));
        events.filter(|event| event["fields"]["message"] == message).collect()
    }

    /// The event with this message after so many of them.
    pub(crate) async fn event(&self, message: &str, after: usize) -> Value {
        eventually(async || self.events(message).into_iter().nth(after)).await
    }

    /// The record of the verdict on the request that got this reply.
    pub(crate) async fn verdict_on(&self, reply: &Reply) -> Value {
        let id = reply.header("x-request-id").unwrap().to_owned();
        eventually(async || {
            let records = self.events("security verdict");
            let mut of_it =
                records.into_iter().filter(|record| record["span"]["id"] == id.as_str());
            let first = of_it.next()?;
            assert!(of_it.next().is_none(), "two records of one verdict");
            Some(first)
        })
        .await
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.process.id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// Another configuration, put in the place of the old one in one step.
    pub(crate) fn configure(&self, more: &str) {
        self.write(&configuration(&self.sim, &self.folder, more));
    }

    /// The same with any text.
    pub(crate) fn write(&self, text: &str) {
        let next = self.folder.path().join("next.toml");
        std::fs::write(&next, text).unwrap();
        std::fs::rename(next, path(&self.folder)).unwrap();
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        path(&self.folder)
    }

    /// A file beside the configuration, for its owner alone.
    pub(crate) fn secret_file(&self, content: &str) -> PathBuf {
        let path = self.folder.path().join("secret");
        write_secret(&path, content);
        path
    }

    /// Has the configuration read again, and gives the event that tells what came of it.
    pub(crate) async fn reload(&self, outcome: &str) -> Value {
        let before = self.events(outcome).len();
        self.signal(Signal::HUP);
        self.event(outcome, before).await
    }

    /// Runs a command beside the server.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_phanedge"));
        command.args(arguments).arg("--config").arg(path(&self.folder)).output().unwrap()
    }

    /// What a command that succeeds prints.
    #[track_caller]
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A new tenant's token.
    pub(crate) fn token(&self, tenant: &str) -> String {
        self.prints(&["tenant", "create", tenant]);
        self.prints(&["token", "issue", "--tenant", tenant]).trim_end().to_owned()
    }

    pub(crate) async fn create(&self, token: &str) -> Reply {
        self.create_with(token, GOOD).await
    }

    pub(crate) async fn create_with(&self, token: &str, body: &str) -> Reply {
        let request = http_client().post(format!("{}{TASKS}", self.url)).bearer_auth(token);
        send(request.header("content-type", "application/json").body(body.to_owned())).await
    }

    pub(crate) async fn get(&self, token: &str, rest: &str) -> Reply {
        send(http_client().get(format!("{}{TASKS}{rest}", self.url)).bearer_auth(token)).await
    }

    /// The value of a sample of the metrics.
    pub(crate) async fn metric(&self, sample: &str) -> Option<f64> {
        let page = send(http_client().get(format!("{}/metrics", self.admin_url))).await.text;
        let line = page.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }
}

/// A file that only its owner may read.
pub(crate) fn write_secret(path: &Path, content: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

fn path(folder: &TempDir) -> PathBuf {
    folder.path().join("phanedge.toml")
}

/// A whole configuration; what `more` says of prices and of the key stands in for what is usual.
fn configuration(sim: &Sim, folder: &TempDir, more: &str) -> String {
    let usual = [
        ("pricing.cny_per_usd", "'7.10'"),
        ("upstreams.default.api_key", "'first-api-key'"),
        ("upstreams.default.project", "'canaryproj'"),
        ("watch.interval", "'20ms'"),
        ("watch.max_staleness", "'1ms'"),
    ];
    let usual = usual.iter().filter(|(key, _)| !more.contains(key));
    let usual: Vec<String> = usual.map(|(key, value)| format!("{key} = {value}")).collect();
    let usual = usual.join("\n");
    format!(
        "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
         server.drain_delay = '0s'\nstore.url = 'sqlite:{}'\n\
         upstreams.default.task_base_url = '{}'\n\
         upstreams.default.asset_base_url = '{}'\n\
         upstreams.default.quota = {{ list_per_second = 1000, get_per_second = 1000 }}\n\
         {usual}\n{more}\n",
        folder.path().join("gateway.db").display(),
        sim.task_base_url(),
        sim.asset_base_url()
    )
}
