//! The log of a real process: one event a line (P21), nothing of a tenant in it (P22), and a record
//! of each security verdict (P66).

use std::collections::BTreeMap;

use rustix::process::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::served::Served;
use crate::support::{GOOD, TASKS, eventually, http_client, send};

/// What a tenant may write anywhere, each with a word that nothing else has.
const PROMPT: &str = "canary-prompt\\r\\n{\\\"level\\\":\\\"INFO\\\"}\\u001b[31m\\u2028\\u202e";
const SAFETY: &str = "canary-safety-identifier";
const QUERY: &str = "canary-callback-query";
const IDEMPOTENCY: &str = "canary-idempotency-key";
const CLIENT_ID: &str = "canary-client-request-id";
const WRONG_TOKEN: &str = "oh-canary-token";

fn hostile_body() -> String {
    format!(
        r#"{{"model":"doubao-seedance-2-0","content":[{{"type":"text","text":"{PROMPT}"}}],
           "safety_identifier":"{SAFETY}","callback_url":"https://10.0.0.1/?secret={QUERY}",
           "canary-field\r\n\u001b":"canary-value"}}"#
    )
}

/// Says everything that a tenant can say, so that whatever is logged would show it.
async fn say_everything(served: &Served, token: &str) {
    let url = format!("{}{TASKS}", served.url);
    let refused = hostile_body();
    let accepted = refused.replace("https://10.0.0.1/", "https://8.8.8.8/");
    let broken = refused.replace("content", "canary-content\\u001b");
    for body in [&refused, &accepted, &broken, &"canary-garbage\u{1b}\u{2028}".to_owned()] {
        for bearer in [token, WRONG_TOKEN] {
            let request = http_client().post(&url).bearer_auth(bearer).body(body.clone());
            let request = request.header("content-type", "application/json");
            let request = request.header("idempotency-key", IDEMPOTENCY);
            let request = request.header("user-agent", "canary-agent");
            let reply = send(request.header("x-client-request-id", CLIENT_ID)).await;
            assert!(reply.status < 500, "{}", reply.text);
        }
    }
    for path in ["/canary-id%1b%0d%0a", "?canary-query=%0d%0a"] {
        send(http_client().get(format!("{url}{path}")).bearer_auth(token)).await;
    }
    let elsewhere = format!("{}/canary-route%1b%e2%80%a8", served.url);
    let odd = http_client().request("CANARY-METHOD".parse().unwrap(), elsewhere);
    send(odd.bearer_auth(token)).await;
    let action = format!("{}/volcark/?Action=Canary%1b&Version=canary", served.url);
    send(http_client().post(action).bearer_auth(token).body("{}")).await;
}

/// Whether the line holds anything that a terminal acts on or a reader takes for an end of line.
fn is_plain(line: &str) -> bool {
    !line.chars().any(|symbol| symbol.is_control() || matches!(symbol, '\u{2028}'..='\u{202e}'))
}

#[track_caller]
fn assert_nothing_of_the_tenant(lines: &[String], token: &str) {
    for line in lines {
        assert!(is_plain(line), "{line:?}");
        let lower = line.to_lowercase();
        assert!(!lower.contains("canary") && !line.contains(token), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p21_p22_every_line_is_json_and_has_nothing_that_a_tenant_wrote() {
    let served = Served::start("log.filter = 'gateway=info,info'").await;
    let token = served.token("acme");
    say_everything(&served, &token).await;
    eventually(async || (served.events("answered").len() >= 12).then_some(())).await;
    served.signal(Signal::TERM);
    served.event("stopped", 0).await;
    let lines = served.lines();
    assert_nothing_of_the_tenant(&lines, &token);
    for line in &lines {
        let event: Value = serde_json::from_str(line).unwrap();
        for key in ["timestamp", "level", "fields", "target"] {
            assert!(!event[key].is_null(), "{key} in {line}");
        }
    }
    for event in served.events("answered").iter().chain(&served.events("security verdict")) {
        assert_eq!(event["span"]["id"].as_str().unwrap().len(), 32, "{event}");
    }
}

/// The pairs of a line of the text format; fails where it is anything else.
#[track_caller]
fn pairs(line: &str) -> BTreeMap<String, String> {
    let (mut pairs, mut rest) = (BTreeMap::new(), line);
    while !rest.is_empty() {
        let (key, value) = rest.split_once('=').unwrap_or_else(|| panic!("{line}"));
        let named = key.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
        assert!(named && !key.is_empty(), "{line}");
        let quoted = value.strip_prefix('"').map(|inner| {
            let mut escaped = false;
            let end = inner.find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.unwrap_or_else(|| panic!("{line}")) + 2
        });
        let end = quoted.unwrap_or_else(|| value.find(' ').unwrap_or(value.len()));
        let (value, after) = value.split_at(end);
        pairs.insert(key.to_owned(), value.trim_matches('"').to_owned());
        assert!(after.is_empty() || after.starts_with(' '), "{line}");
        rest = after.trim_start();
    }
    pairs
}

#[tokio::test(flavor = "multi_thread")]
async fn p21_p22_the_text_format_has_one_event_a_line_as_well() {
    let mut served = Served::start("log.format = 'text'").await;
    let serving = eventually(async || {
        let lines = served.lines();
        lines.iter().map(|line| pairs(line)).find(|line| line["message"] == "serving")
    })
    .await;
    served.url = format!("http://{}", serving["listen"]);
    let token = served.token("acme");
    say_everything(&served, &token).await;
    served.signal(Signal::TERM);
    assert_eq!(served.process.wait().await.unwrap().code(), Some(0));
    let is_over = |line: &String| line.contains("message=stopped");
    eventually(async || served.lines().iter().any(is_over).then_some(())).await;
    assert_nothing_of_the_tenant(&served.lines(), &token);
    let lines: Vec<_> = served.lines().iter().map(|line| pairs(line)).collect();
    let answered: Vec<_> = lines.iter().filter(|line| line["message"] == "answered").collect();
    assert_eq!(answered.len(), 12);
    assert!(answered.iter().all(|line| line["id"].len() == 32), "{answered:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_each_verdict_leaves_one_record_with_who_what_and_why() {
    // A filter that lets nothing through but the start does not hide the records.
    let served = Served::start(
        "log.filter = 'gateway::commands=info'\n\
         server.body_limit = '1KiB'\nmedia.references = 'any-public-url'",
    );
    let served = served.await;
    let token = served.token("acme");
    let poor = served.token("poor");
    served.prints(&["tenant", "limits", "poor", "--monthly-usd", "0"]);
    let busy = served.token("busy");
    served.prints(&["tenant", "limits", "busy", "--live-tasks", "0"]);
    let closed = served.token("closed");
    served.prints(&["tenant", "suspend", "closed"]);
    let url = format!("{}{TASKS}", served.url);
    let large = GOOD.replace("a boat", &"x".repeat(2000));
    let inner =
        hostile_body().replace(",\n           \"canary-field\\r\\n\\u001b\":\"canary-value\"", "");
    let stranger = tenancy::Token::generate().unwrap().expose().to_owned();
    for (reply, reason, detail, what, who) in [
        (send(http_client().get(&url)).await, "no_token", None, "GET tasks", ""),
        (served.get("oh-x", "").await, "no_token", None, "GET tasks", ""),
        (served.get(&stranger, "/cgt-1").await, "unknown_token", None, "GET tasks/{id}", "token "),
        (served.create(&closed).await, "tenant_suspended", None, "POST tasks", "tenant closed"),
        (served.create(&poor).await, "budget_exceeded", None, "POST tasks", "tenant poor"),
        (served.create(&busy).await, "live_tasks", None, "POST tasks", "tenant busy"),
        (served.create_with(&token, &large).await, "too_large", None, "POST tasks", "tenant acme"),
        (
            served.create_with(&token, &inner).await,
            "url",
            Some("private_address"),
            "POST tasks",
            "tenant acme",
        ),
        (
            send(http_client().get(&url).header("a_b", "c")).await,
            "framing",
            Some("header-name"),
            "GET other",
            "",
        ),
    ] {
        assert!((400..500).contains(&reply.status), "{reason}: {}", reply.text);
        let record = served.verdict_on(&reply).await;
        let (fields, span) = (&record["fields"], &record["span"]);
        assert_eq!((&fields["verdict"], &fields["reason"]), (&"refused".into(), &reason.into()));
        assert_eq!(fields["status"], reply.status, "{record}");
        assert_eq!(fields["detail"].as_str(), detail, "{record}");
        assert_eq!(span["what"], what, "{record}");
        assert!(span["who"].as_str().unwrap_or_default().starts_with(who), "{record}");
        assert!(gateway::REASONS.iter().any(|(known, _)| *known == reason));
    }
    served.prints(&["tenant", "limits", "acme", "--requests-per-second", "1"]);
    let refused = eventually(async || {
        let reply = served.get(&token, "").await;
        (reply.status == 429).then_some(reply)
    });
    let record = served.verdict_on(&refused.await).await;
    assert_eq!(record["fields"]["reason"], "request_rate");
    assert!(served.events("answered").is_empty(), "the filter was to let no other line through");
}

/// Sends requests without a token in one go, and reads all their answers.
async fn ask_in_one_go(address: &str, requests: usize) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = socket.split();
    let request = format!("GET {TASKS} HTTP/1.1\r\nHost: a\r\n\r\n").repeat(requests - 1);
    let last = format!("GET {TASKS} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let mut answers = String::new();
    let sending = async {
        writer.write_all(request.as_bytes()).await.unwrap();
        writer.write_all(last.as_bytes()).await.unwrap();
    };
    let ((), read) = tokio::join!(sending, reader.read_to_string(&mut answers));
    read.unwrap();
    assert_eq!(answers.matches("HTTP/1.1 401 ").count(), requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_log_that_nobody_reads_holds_no_request_up_and_its_losses_are_told() {
    let served = Served::start("").await;
    let paused = served.reading.clone().lock_owned().await;
    let address = served.url.strip_prefix("http://").unwrap();
    let lost = |kind: &str| format!("phanedge_log_lines_lost_total{{kind=\"{kind}\"}}");
    let mut asked = 0;
    // Until the room for ordinary lines is full; that for security is not, then.
    while served.metric(&lost("ordinary")).await == Some(0.0) {
        ask_in_one_go(address, 500).await;
        asked += 500;
    }
    let ordinary = served.metric(&lost("ordinary")).await.unwrap();
    assert_eq!(served.metric(&lost("security")).await, Some(0.0));
    drop(paused);
    let told = served.event("log lines were lost", 0).await;
    assert_eq!(told["fields"]["ordinary"].as_f64(), Some(ordinary), "{told}");
    eventually(async || (served.events("security verdict").len() == asked).then_some(())).await;
}
