//! The record of what arrived.

use ark_sim::{Sim, SimSettings, Verb};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{START_MS, TASKS, create, get, list, request, settings, start};

#[tokio::test]
async fn a_call_is_kept_as_it_came() {
    let sim = start().await;
    let id = create(&sim, json!({"seed": 7})).await;
    list(&sim, "page_num=1&filter.task_ids=a%20b").await;
    let [create, list] = sim.calls().try_into().unwrap();
    assert_eq!((create.verb, create.status, create.at_ms), (Verb::Create, Some(200), START_MS));
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", TASKS));
    assert_eq!(create.header("Content-Type"), Some("application/json"));
    assert_eq!(create.json()["seed"], 7);
    assert_eq!(list.query, "page_num=1&filter.task_ids=a%20b");
    assert_eq!(sim.tasks()[0].id, id);
}

#[tokio::test]
async fn the_record_is_bounded_and_the_count_is_not() {
    let settings = SimSettings { record_calls: 2, ..settings() };
    let sim = Sim::start(settings).await.unwrap();
    for id in ["a", "b", "c"] {
        get(&sim, id).await;
    }
    let paths: Vec<String> = sim.calls().into_iter().map(|call| call.path).collect();
    assert_eq!(paths, [format!("{TASKS}/b"), format!("{TASKS}/c")]);
    assert_eq!(sim.count(Verb::Get), 3);
    sim.clear_calls();
    assert_eq!((sim.calls().len(), sim.count(Verb::Get)), (0, 0));
}

#[tokio::test]
async fn waiting_for_calls_ends_with_the_last_of_them() {
    let sim = start().await;
    let calls = async {
        create(&sim, json!({})).await;
        create(&sim, json!({})).await;
    };
    tokio::join!(sim.wait_for_calls(Verb::Create, 2), calls);
    sim.wait_for_calls(Verb::Create, 1).await;
    assert_eq!(sim.tasks().len(), 2);
}

#[tokio::test]
async fn one_connection_carries_many_calls() {
    let sim = start().await;
    let bytes = request("GET", TASKS, &[("authorization", "Bearer key-1")], b"");
    let mut stream = TcpStream::connect(sim.addr()).await.unwrap();
    for count in 1..=3 {
        stream.write_all(&bytes).await.unwrap();
        let mut answer = [0; 1024];
        let length = stream.read(&mut answer).await.unwrap();
        assert!(answer[..length].ends_with(br#"{"items":[],"total":0}"#));
        assert_eq!(sim.count(Verb::List), count);
    }
}

#[tokio::test]
async fn shutdown_closes_the_socket_and_every_connection() {
    let sim = start().await;
    let addr = sim.addr();
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let bytes = request("GET", TASKS, &[("authorization", "Bearer key-1")], b"");
    stream.write_all(&bytes).await.unwrap();
    sim.wait_for_calls(Verb::List, 1).await;
    sim.shutdown().await;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(TcpStream::connect(addr).await.is_err());
}

#[tokio::test]
async fn what_is_no_route_is_404() {
    let sim = start().await;
    let bytes = request("GET", "/api/v3/models", &[("connection", "close")], b"");
    crate::support::send(&sim, &bytes).await.is(404, "NotFound");
    assert_eq!(sim.count(Verb::Other), 1);
}
