//! A raw HTTP client, and simulators that are ready for a story.

use std::io;
use std::time::Duration;

use ark_sim::{Fault, Pace, Quotas, Sim, SimClock, SimSettings, Verb};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// 2026-06-11 20:41:21 in Beijing.
pub(crate) const START_MS: i64 = 1_781_181_681_000;
pub(crate) const TASKS: &str = "/api/v3/contents/generations/tasks";
pub(crate) const DAY_S: u64 = 24 * 3600;

/// An account on a manual clock, without quotas: 2 s in the queue, 8 s of work.
pub(crate) fn settings() -> SimSettings {
    SimSettings {
        api_key: "key-1".to_owned(),
        clock: SimClock::manual(START_MS),
        quotas: Quotas::OFF,
        pace: Pace { queued: Duration::from_secs(2), running: Duration::from_secs(8) },
        ..SimSettings::default()
    }
}

pub(crate) async fn start() -> Sim {
    Sim::start(settings()).await.unwrap()
}

pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end =
            bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("the answer has a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Self { status: head[9..12].parse().unwrap(), head, body: bytes[end + 4..].to_vec() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            (key == name).then_some(value)
        })
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, &body["error"]["code"]), (status, &json!(code)), "{body}");
    }
}

/// A request with these headers, a length, and the end of the connection.
pub(crate) fn request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let headers: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let length = body.len();
    let head = format!("{method} {target} HTTP/1.1\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A task call with the key of [`settings`], closing the connection after it.
pub(crate) fn task_request(method: &str, target: &str, body: &[u8]) -> Vec<u8> {
    let headers = [
        ("host", "ark"),
        ("authorization", "Bearer key-1"),
        ("content-type", "application/json"),
        ("connection", "close"),
    ];
    request(method, target, &headers, body)
}

/// Sends `bytes` on a connection of their own and reads until it ends.
pub(crate) async fn exchange(sim: &Sim, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sim.addr()).await?;
    stream.write_all(bytes).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}

pub(crate) async fn send(sim: &Sim, bytes: &[u8]) -> Answer {
    Answer::parse(&exchange(sim, bytes).await.unwrap())
}

pub(crate) async fn get(sim: &Sim, id: &str) -> Answer {
    send(sim, &task_request("GET", &format!("{TASKS}/{id}"), b"")).await
}

pub(crate) async fn list(sim: &Sim, query: &str) -> Answer {
    send(sim, &task_request("GET", &format!("{TASKS}?{query}"), b"")).await
}

pub(crate) async fn delete(sim: &Sim, id: &str) -> Answer {
    send(sim, &task_request("DELETE", &format!("{TASKS}/{id}"), b"{}")).await
}

pub(crate) async fn post(sim: &Sim, body: &Value) -> Answer {
    send(sim, &task_request("POST", TASKS, body.to_string().as_bytes())).await
}

/// The smallest order, with more or other members.
pub(crate) fn order(members: Value) -> Value {
    let mut order = json!({
        "model": "doubao-seedance-2-0-260128",
        "content": [{"type": "text", "text": "a paper boat"}],
    });
    if let Value::Object(members) = members {
        for (name, value) in members {
            order[name] = value;
        }
    }
    order
}

/// Buys a task and tells its id.
pub(crate) async fn create(sim: &Sim, members: Value) -> String {
    let answer = post(sim, &order(members)).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// The ids of a list, in its order.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// The smallest create.
pub(crate) fn create_bytes() -> Vec<u8> {
    task_request("POST", TASKS, order(json!({})).to_string().as_bytes())
}

/// A create that suffers `fault`: what came back, and how many tasks were bought.
pub(crate) async fn suffer(sim: &Sim, fault: Fault) -> (io::Result<Vec<u8>>, usize) {
    let before = sim.tasks().len();
    let planned = sim.faults().next(Verb::Create, fault);
    let bytes = exchange(sim, &create_bytes()).await;
    assert_eq!(planned.uses(), 1);
    (bytes, sim.tasks().len() - before)
}
