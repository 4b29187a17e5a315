//! The binary itself: exit codes, commands beside a running server, signals, the demonstration.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ark_sim::{Damage, Fault, Pace, Quotas, Sim, SimSettings, Verb};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::canary;
use crate::support::{GOOD, Reply, TASKS, eventually, http_client, send, workspace_file};

fn phanedge(arguments: &[&str], config: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
    command.args(arguments).arg("--config").arg(config).stdin(Stdio::null());
    canary::output(&mut command)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_bad_configuration_ends_with_64_and_every_problem() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("phanedge.toml");
    std::fs::write(&config, "server.listen = 'x'\nserver.nonsense = 1\n").unwrap();
    for command in ["check", "serve"] {
        let output = phanedge(&[command], &config);
        assert_eq!(output.status.code(), Some(64));
        let errors = text(&output.stderr);
        for key in ["server.listen", "server.nonsense", "pricing.cny_per_usd", "upstreams"] {
            assert!(errors.contains(key), "{errors}");
        }
    }
    assert_eq!(phanedge(&["nonsense"], &config).status.code(), Some(64));
    assert_eq!(phanedge(&["check"], Path::new("/nowhere.toml")).status.code(), Some(64));
}

#[test]
fn check_shows_the_values_in_force_and_masks_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("phanedge.toml");
    std::fs::write(&config, "pricing.cny_per_usd = '7.1'\nupstreams.default.api_key = 'hush'\n")
        .unwrap();
    let output = phanedge(&["check"], &config);
    assert_eq!(output.status.code(), Some(0));
    let shown = text(&output.stdout);
    assert!(shown.contains("upstreams.default.api_key") && shown.contains("***"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn prices_need_no_configuration() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_phanedge")).args(arguments).output().unwrap()
    };
    let table = run(&["price", "table", "--cny-per-usd", "7.10", "--format", "csv"]);
    let lines = text(&table.stdout);
    assert!(
        lines.starts_with("sku,cny_per_million_tokens,cny_per_usd,usd_per_million_tokens\r\n"),
        "{lines}"
    );
    assert_eq!(lines.lines().count(), 13);
    let quote = run(&[
        "price",
        "quote",
        "--model",
        "doubao-seedance-2-0",
        "--resolution",
        "4k",
        "--ratio",
        "16:9",
        "--duration",
        "4",
        "--cny-per-usd",
        "7.10",
        "--format",
        "json",
    ]);
    let quote: serde_json::Value = serde_json::from_slice(&quote.stdout).unwrap();
    assert_eq!(quote[0]["sku"], "doubao-seedance-2-0-4k-novideo");
    assert_eq!(quote[0]["tokens"], "785700");
    for bad in [
        vec!["price", "table"],
        vec!["price", "quote", "--model", "nope", "--cny-per-usd", "7"],
        vec![
            "price",
            "quote",
            "--model",
            "doubao-seedance-2-0-mini",
            "--resolution",
            "4k",
            "--cny-per-usd",
            "7",
        ],
        vec![
            "price",
            "quote",
            "--model",
            "doubao-seedance-2-0",
            "--duration",
            "3",
            "--cny-per-usd",
            "7",
        ],
    ] {
        assert_eq!(run(&bad).status.code(), Some(64), "{bad:?}");
    }
}

/// A `phanedge serve` process, its configuration and its addresses.
struct Serving {
    process: tokio::process::Child,
    config: PathBuf,
    url: String,
    admin_url: String,
    _folder: TempDir,
}

impl Serving {
    async fn start(sim: &Sim) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("phanedge.toml");
        let database = folder.path().join("gateway.db");
        let written = format!(
            "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\nserver.drain_delay = '0s'\n\
             store.url = 'sqlite:{}'\npricing.cny_per_usd = '7.10'\nwatch.interval = '20ms'\n\
             {}",
            database.display(),
            canary::task_lines(sim)
        );
        std::fs::write(&config, written).unwrap();
        let mut process = tokio::process::Command::new(env!("CARGO_BIN_EXE_phanedge"))
            .args(["serve", "--config"])
            .arg(&config)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let started = first_event(process.stderr.take().unwrap(), "serving").await;
        let url = |field: &str| format!("http://{}", started["fields"][field].as_str().unwrap());
        let (url, admin_url) = (url("listen"), url("admin_listen"));
        Self { process, config, url, admin_url, _folder: folder }
    }

    /// Runs a command beside the server, and gives what it printed.
    #[track_caller]
    fn runs(&self, arguments: &[&str]) -> String {
        let output = phanedge(arguments, &self.config);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    fn exit_code(&self, arguments: &[&str]) -> Option<i32> {
        phanedge(arguments, &self.config).status.code()
    }

    /// The first list with this status; a look-up of the token is good for a moment.
    async fn soon_answers(&self, token: &str, status: u16) -> Reply {
        eventually(async || {
            let reply = self.list(token).await;
            (reply.status == status).then_some(reply)
        })
        .await
    }

    async fn list(&self, token: &str) -> Reply {
        send(http_client().get(format!("{}{TASKS}", self.url)).bearer_auth(token)).await
    }
}

/// The first log line with this message; every line before it has to be JSON too. Nobody reads
/// the log after it, which must not disturb the server.
async fn first_event(log: tokio::process::ChildStderr, message: &str) -> serde_json::Value {
    let mut lines = BufReader::new(log).lines();
    loop {
        let line = lines.next_line().await.unwrap().expect("the server ended");
        canary::logged(&line);
        let line: serde_json::Value = serde_json::from_str(&line).expect("a log line is JSON");
        if line["fields"]["message"] == message {
            return line;
        }
    }
}

async fn instant_sim() -> Sim {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::INSTANT, ..Default::default() };
    let sim = Sim::start(canary::account(settings)).await.unwrap();
    canary::echo(&sim);
    sim
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_and_tokens_are_managed_beside_a_running_server() {
    let sim = instant_sim().await;
    let server = Serving::start(&sim).await;
    server.runs(&["tenant", "create", "acme"]);
    assert_eq!(server.exit_code(&["tenant", "create", "acme"]), Some(1));
    assert_eq!(server.exit_code(&["tenant", "create", "Bad Name"]), Some(64));
    assert_eq!(server.exit_code(&["tenant", "create", "zen", "--upstream", "nowhere"]), Some(64));
    let token = server.runs(&["token", "issue", "--tenant", "acme", "--expires", "90d"]);
    let token = token.trim_end();
    assert!(token.starts_with("oh-") && !token.contains(char::is_whitespace), "{token}");
    assert_eq!(server.list(token).await.status, 200);

    server.runs(&["tenant", "suspend", "acme"]);
    server.soon_answers(token, 403).await.is(403, "tenant_suspended");
    server.runs(&["tenant", "resume", "acme"]);
    server.soon_answers(token, 200).await;

    let tokens = server.runs(&["token", "list", "--tenant", "acme", "--format", "json"]);
    assert!(!tokens.contains(token));
    let tokens: serde_json::Value = serde_json::from_str(&tokens).unwrap();
    server.runs(&["token", "revoke", tokens[0]["id"].as_str().unwrap()]);
    server.soon_answers(token, 401).await.is(401, "unauthorized");
    assert_eq!(server.exit_code(&["token", "revoke", "999"]), Some(1));
    let shown = server.runs(&["tenant", "show", "acme", "--format", "csv"]);
    assert!(shown.contains("\r\nacme,default,open,open,active,"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_serves_alone_and_stops_when_it_is_told() {
    let sim = instant_sim().await;
    let mut server = Serving::start(&sim).await;
    server.runs(&["tenant", "create", "acme"]);
    let token = server.runs(&["token", "issue", "--tenant", "acme"]);
    let create = http_client().post(format!("{}{TASKS}", server.url)).bearer_auth(token.trim_end());
    let created = send(create.header("content-type", "application/json").body(GOOD)).await;
    assert_eq!(created.status, 200, "{}", created.text);
    assert_eq!(sim.count(Verb::Create), 1);
    let admin = |path: &str| send(http_client().get(format!("{}{path}", server.admin_url)));
    assert_eq!(admin("/livez").await.text, "ok\n");
    assert_eq!(admin("/readyz").await.text, "ready\n");
    assert_eq!(server.exit_code(&["serve"]), Some(1), "a second server on the same file");

    let pid = server.process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(server.process.wait().await.unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_decides_on_creates_whose_outcome_nobody_knows() {
    let sim = instant_sim().await;
    // Without a list the reconciler finds nothing.
    sim.faults().always(Verb::List, Fault::status(503));
    let server = Serving::start(&sim).await;
    server.runs(&["tenant", "create", "acme"]);
    let token = server.runs(&["token", "issue", "--tenant", "acme"]);
    for _ in 0..2 {
        sim.faults().next(Verb::Create, Fault::CommitThen(Damage::CloseBeforeHeaders));
        let create = http_client().post(format!("{}{TASKS}", server.url));
        let create = create.bearer_auth(token.trim_end()).body(GOOD);
        send(create).await.is(502, "service_error");
    }
    let orphans = server.runs(&["orphans", "list", "--format", "json"]);
    let orphans: serde_json::Value = serde_json::from_str(&orphans).unwrap();
    let (first, second) = (orphans[0]["intent"].as_str(), orphans[1]["intent"].as_str());
    let bought = sim.tasks()[0].id.clone();
    assert_eq!(server.exit_code(&["orphans", "adopt", first.unwrap(), "cgt-nowhere"]), Some(1));
    assert_eq!(server.exit_code(&["orphans", "adopt", "x", &bought]), Some(64));
    server.runs(&["orphans", "adopt", first.unwrap(), &bought]);
    server.runs(&["orphans", "abandon", second.unwrap()]);
    assert_eq!(server.exit_code(&["orphans", "abandon", second.unwrap()]), Some(1));
    assert_eq!(server.runs(&["orphans", "list", "--format", "json"]).trim(), "[]");
    let list = server.list(token.trim_end()).await.json;
    assert_eq!((&list["total"], &list["items"][0]["id"]), (&1.into(), &bought.into()));
}

#[test]
fn the_demonstration_plays_to_its_end() {
    let output = Command::new(env!("CARGO_BIN_EXE_phanedge"))
        .args(["demo", "--once", "--listen", "127.0.0.1:0"])
        .output()
        .unwrap();
    let played = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{played}{}", text(&output.stderr));
    for shown in [
        "queued",
        "running",
        "\"status\":\"succeeded\"",
        "video/mp4",
        "image/png",
        "doubao-seedance-2-0-4k-novideo",
        "¥20.4282",
        "$2.877211",
        "doubao-seedance-2-0-720p-video",
        "\"total\":4",
        "\"total\":0",
    ] {
        assert!(played.contains(shown), "`{shown}` is missing in {played}");
    }
}

#[test]
fn the_demonstration_sends_the_contracts_own_examples() {
    let source = include_str!("../../src/commands/demo/example.rs");
    let examples: Vec<serde_json::Value> = source
        .split("r#\"{")
        .skip(1)
        .map(|rest| format!("{{{}", rest.split("\"#").next().unwrap()))
        .map(|text| serde_json::from_str(&text).unwrap())
        .collect();
    assert_eq!(examples.len(), 7);
    for name in [
        "requests/accepted/contract_create_4k",
        "requests/accepted/contract_edit_video",
        "requests/accepted/contract_extend_video",
        "requests/accepted/contract_asset_image",
    ] {
        let fixture = workspace_file(&format!("fixtures/{name}.json"));
        let fixture: serde_json::Value = serde_json::from_str(&fixture).unwrap();
        assert!(examples.contains(&fixture["body"]), "{name}");
    }
}
