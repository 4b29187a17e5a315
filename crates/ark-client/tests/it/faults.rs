//! Everything an upstream can do wrong ends in a bounded, typed answer, and never in a second POST.

use std::time::{Duration, Instant};

use ark_client::{ArkClient, Error, Outcome};
use seedance_model::TaskId;
use tokio::task::JoinSet;

use crate::support::{Act, EVERYTHING, TIMEOUT, Upstream, answer, answer_with};

const HTML: &str = "<html><body>502 Bad Gateway</body></html>";

/// What a call may take beyond its timeout.
const SLACK: Duration = Duration::from_millis(500);

struct Fault {
    name: &'static str,
    act: Act,
    status: Option<u16>,
    timeout: bool,
}

fn fault(name: &'static str, act: Act, status: Option<u16>) -> Fault {
    let timeout = matches!(act, Act::SayAndHold(_));
    Fault { name, act, status, timeout }
}

/// What leaves a call in doubt, whichever call it is.
fn faults() -> Vec<Fault> {
    let raw = |text: &str| text.as_bytes().to_vec();
    let say = |bytes: Vec<u8>| Act::SayAndClose(bytes);
    let gzip = "HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\u{8b}\0";
    vec![
        fault("closed unread", Act::CloseUnread, None),
        fault("closed before the head", say(raw("")), None),
        fault("reset before the head", Act::SayAndReset(raw("")), None),
        fault("no head in time", Act::SayAndHold(raw("")), None),
        fault("half a head in time", Act::SayAndHold(raw("HTTP/1.1 200 OK\r\ncont")), None),
        fault("half a head", say(raw("HTTP/1.1 200 OK\r\ncont")), None),
        fault("not HTTP", say(raw("220 smtp ready\r\n")), None),
        fault("a status without sense", say(raw("HTTP/1.1 9 X\r\n\r\n")), None),
        fault("only an interim answer", say(raw("HTTP/1.1 100 Continue\r\n\r\n")), None),
        fault("another protocol", say(answer_101()), Some(101)),
        fault("a body cut short", say(cut_short(200)), Some(200)),
        fault("a body reset", Act::SayAndReset(cut_short(200)), Some(200)),
        fault("half a body in time", Act::SayAndHold(cut_short(200)), Some(200)),
        fault("a broken chunk", say(chunked("zz\r\n{}\r\n")), Some(200)),
        fault("a missing last chunk", say(chunked("2\r\n{}\r\n")), Some(200)),
        fault("a length that is too short", say(raw(&too_short())), Some(200)),
        fault("two lengths", say(raw(&two_lengths())), None),
        fault("HTML", say(answer(200, HTML)), Some(200)),
        fault("HTML called JSON", say(json(HTML)), Some(200)),
        fault("an array", say(json("[]")), Some(200)),
        fault("a number", say(json("1e999")), Some(200)),
        fault("null", say(json("null")), Some(200)),
        fault("an error called a success", say(json(r#"{"error":{"code":"A"}}"#)), Some(200)),
        fault("compressed", say(gzip.as_bytes().to_vec()), Some(200)),
        fault("a redirect", say(answer_with(307, "location: /\r\n", "")), Some(307)),
        fault("not modified", say(answer(304, "")), Some(304)),
        fault("an error of the server", say(answer(500, "{}")), Some(500)),
        fault("an error page", say(answer(502, HTML)), Some(502)),
        fault("an error cut short", say(cut_short(503)), Some(503)),
    ]
}

fn json(body: &str) -> Vec<u8> {
    answer_with(200, "content-type: application/json\r\n", body)
}

fn cut_short(status: u16) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\ncontent-length: 100\r\n\r\n{{").into_bytes()
}

fn chunked(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{body}").into_bytes()
}

fn too_short() -> String {
    "HTTP/1.1 200 X\r\ncontent-length: 3\r\n\r\n{\"id\":\"cgt-a\"}".to_owned()
}

fn two_lengths() -> String {
    "HTTP/1.1 200 X\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}".to_owned()
}

fn answer_101() -> Vec<u8> {
    b"HTTP/1.1 101 X\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n".to_vec()
}

/// Every call of the client, each made once.
async fn call(client: &ArkClient, verb: &str) -> Result<(), Error> {
    let id = TaskId::parse("cgt-a").unwrap();
    match verb {
        "create" => client.create_task(b"{}".to_vec()).await.map(drop),
        "get" => client.get_task(&id).await.map(drop),
        "list" => client.list_tasks(&EVERYTHING).await.map(drop),
        "delete" => client.delete_task(&id).await,
        _ => client.call_asset_action(verb, b"{}".to_vec(), 0).await.map(drop),
    }
}

/// Makes one call in trouble, which must be in doubt, in time, and made once.
async fn check(verb: &'static str, fault: Fault) {
    let upstream = Upstream::always(fault.act).await;
    let client = upstream.client();
    let name = fault.name;
    let started = Instant::now();
    let Err(error) = call(&client, verb).await else {
        panic!("{verb}: {name}: a success");
    };
    assert!(started.elapsed() < TIMEOUT + SLACK, "{verb}: {name}");
    assert_eq!(error.outcome(), Outcome::Unknown, "{verb}: {name}: {error}");
    assert_eq!(error.status(), fault.status, "{verb}: {name}: {error}");
    assert_eq!(error.is_timeout(), fault.timeout, "{verb}: {name}: {error}");
    assert_eq!(upstream.connections(), 1, "{verb}: {name}");
    assert!(upstream.requests().len() <= 1, "{verb}: {name}");
}

/// All faults at the same time, because some of them take a whole timeout.
async fn check_all(verb: &'static str) {
    let mut checks = JoinSet::new();
    for fault in faults() {
        checks.spawn(check(verb, fault));
    }
    checks.join_all().await;
}

#[tokio::test]
async fn p09_a_create_in_trouble_is_in_doubt_and_never_repeated() {
    check_all("create").await;
}

#[tokio::test]
async fn p44_every_other_call_in_trouble_ends_in_time_and_is_typed() {
    for verb in ["get", "list", "delete", "CreateAsset"] {
        check_all(verb).await;
    }
}
