//! Creates: one POST per intent, whatever the tenant does meanwhile.

use std::time::Duration;

use ark_sim::{Fault, Verb};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::{GOOD, TASKS, World, eventually, send};

#[tokio::test(flavor = "multi_thread")]
async fn p11_a_tenant_that_disconnects_still_owns_what_was_bought() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().next(Verb::Create, Fault::Delay(Duration::from_millis(200)));
    let address = world.server.address();
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{GOOD}",
        acme.token,
        GOOD.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    world.sim.wait_for_calls(Verb::Create, 1).await;
    drop(socket);
    let list = eventually(async || {
        let list = acme.list("").await.json;
        (list["total"] == 1).then_some(list)
    })
    .await;
    let bought = world.sim.tasks();
    assert_eq!(bought.len(), 1);
    assert_eq!(list["items"][0]["id"], bought[0].id.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_the_same_key_and_body_buy_one_task() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let create = |body: &str| {
        let request = acme.request("POST", "").header("idempotency-key", "order-1");
        send(request.header("content-type", "application/json").body(body.to_owned()))
    };
    let twins: Vec<_> = (0..16).map(|_| tokio::spawn(create(GOOD))).collect();
    let mut ids = Vec::new();
    for twin in twins {
        let reply = twin.await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text);
        ids.push(reply.json["id"].as_str().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    // The same request in another spelling, later.
    let respelled =
        GOOD.replace("\"duration\":4,", "").replacen('{', "{\"duration\":4,\"seed\":null,", 1);
    assert_eq!(create(&respelled).await.json["id"], ids[0].as_str());
    assert_eq!(world.sim.count(Verb::Create), 1);
    create(&GOOD.replace("a boat", "a ship")).await.is(409, "idempotency_conflict");
    assert_eq!(world.sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_a_refused_create_leaves_its_key_free() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let create = |body: &str| {
        let request = acme.request("POST", "").header("idempotency-key", "order-2");
        send(request.header("content-type", "application/json").body(body.to_owned()))
    };
    create("{}").await.is(400, "invalid_request");
    world.sim.faults().next(Verb::Create, Fault::refusal(400, "InvalidParameter", "no"));
    create(GOOD).await.is(400, "InvalidParameter");
    assert_eq!(create(&GOOD.replace("a boat", "a ship")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_two_tenants_may_use_the_same_key() {
    let world = World::start().await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let mut ids = Vec::new();
    for tenant in [&acme, &zen] {
        let request = tenant.request("POST", "").header("idempotency-key", "same");
        let reply = send(request.header("content-type", "application/json").body(GOOD)).await;
        ids.push(reply.json["id"].as_str().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_no_key_is_refused() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let long = "k".repeat(256);
    for key in ["", long.as_str()] {
        let request = acme.request("POST", "").header("idempotency-key", key);
        let reply = send(request.header("content-type", "application/json").body(GOOD)).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], "Idempotency-Key");
    }
    assert_eq!(world.sim.count(Verb::Create), 0);
}
