//! More requests than seats: a short wait, then 503 with `Retry-After`, before anything is read
//! (P41).

use std::time::Duration;

use ark_sim::{Fault, SimSettings, Verb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::wire::exchange;
use crate::support::{GOOD, TASKS, World, eventually, http_client, send};

/// A world with one seat for each kind of request, and an upstream that takes its time.
async fn world() -> World {
    let world = World::with(SimSettings::default(), "server.max_requests = 1\n").await;
    world.sim.faults().always(Verb::Create, Fault::Delay(Duration::from_secs(3)));
    world
}

/// Waits until a create has come to the upstream.
async fn is_under_way(world: &World) {
    eventually(async || (world.sim.count(Verb::Create) > 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p41_what_is_over_the_seats_is_refused_with_when_to_come_back() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let first = tokio::spawn(acme.create(GOOD));
    is_under_way(&world).await;

    let zen = world.tenant("zen").await;
    let refused = zen.create(GOOD).await;
    refused.is(503, "service_unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("x-should-retry"), None);
    let refused = zen.act("CreateAssetGroup", &serde_json::json!({"Name": "g"})).await;
    refused.is_asset_refusal(503, "service_unavailable");
    assert_eq!(acme.list("").await.status, 200, "reading has a seat of its own");
    let livez = send(http_client().get(format!("http://{}/livez", world.server.admin_address())));
    assert_eq!(livez.await.text, "ok\n");

    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(world.sim.count(Verb::Create), 1);
    acme.creates(GOOD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p41_a_refused_body_is_not_read() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let first = tokio::spawn(acme.create(GOOD));
    is_under_way(&world).await;
    let token = world.tenant("zen").await.token;
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 1000000\r\n\r\n"
    );
    let answers = exchange(world.server.address(), head.as_bytes()).await;
    assert_eq!((answers[0].status, answers[0].header("connection")), (503, Some("close")));
    assert_eq!(first.await.unwrap().status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn p41_who_sends_slowly_takes_no_seat() {
    let world = World::with(SimSettings::default(), "server.max_requests = 1\n").await;
    let acme = world.tenant("acme").await;
    let token = &acme.token;
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Expect: 100-continue\r\nContent-Length: 100\r\n\r\n"
    );
    let mut slow = Vec::new();
    for _ in 0..5 {
        let mut socket = TcpStream::connect(world.server.address()).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut goes_on = [0; 25];
        socket.read_exact(&mut goes_on).await.unwrap();
        assert_eq!(&goes_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        slow.push(socket);
    }
    acme.creates(GOOD).await;
}
