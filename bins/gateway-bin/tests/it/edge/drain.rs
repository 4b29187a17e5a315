//! Stopping by signal, of the process itself (P61).

use std::time::Duration;

use ark_sim::{Fault, Verb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::running::{Running, phanedge};
use super::wire::{answers, exchange, statuses};
use crate::support::{eventually, http_client, send};

#[tokio::test(flavor = "multi_thread")]
async fn p61_connections_are_accepted_for_a_while_after_readiness_is_gone() {
    let server = Running::start("drain_delay = '5m'\ndrain_timeout = '10m'").await;
    server.signal("-TERM");
    let readyz = format!("http://{}/readyz", server.admin_listen);
    eventually(async || {
        (send(http_client().get(&readyz)).await.text == "stopping\n").then_some(())
    })
    .await;
    let list = http_client().get(server.create().build().unwrap().url().clone());
    assert_eq!(send(list.bearer_auth(&server.token)).await.status, 200);
    assert_eq!(send(server.create()).await.status, 200);
    // The second signal ends the delay; everything is done.
    server.signal("-TERM");
    assert_eq!(server.ends().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p61_half_a_request_does_not_hold_the_process() {
    let server = Running::start("drain_delay = '0s'\ndrain_timeout = '10m'").await;
    let mut open = Vec::new();
    let half_a_create = server.half_a_create();
    let idle = "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";
    for sent in ["", "GET / HT", idle, &half_a_create] {
        let mut socket = TcpStream::connect(&server.listen).await.unwrap();
        socket.write_all(sent.as_bytes()).await.unwrap();
        if sent == idle {
            assert!(socket.read(&mut [0; 512]).await.unwrap() > 0);
        }
        open.push(socket);
    }
    server.signal("-TERM");
    assert_eq!(server.ends().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p61_a_request_under_way_is_answered_and_its_connection_closed() {
    let server = Running::start("drain_delay = '0s'\ndrain_timeout = '60s'").await;
    server.sim.faults().always(Verb::Create, Fault::Delay(Duration::from_secs(2)));
    let body = super::table::BODY;
    let head = server.half_a_create().replace("100", &body.len().to_string());
    let address = server.listen.parse().unwrap();
    let creating = tokio::spawn(async move { exchange(address, (head + body).as_bytes()).await });
    eventually(async || (server.sim.count(Verb::Create) > 0).then_some(())).await;
    server.signal("-INT");
    let answers = creating.await.unwrap();
    assert_eq!(statuses(&answers), [200]);
    assert!(answers[0].is_last(), "{answers:?}");
    assert_eq!(server.ends().await.0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn p61_a_second_signal_cuts_what_is_under_way_and_leaves_it_on_disk() {
    let mut server = Running::start("drain_delay = '0s'\ndrain_timeout = '10m'").await;
    server.sim.faults().always(Verb::Create, Fault::Delay(Duration::from_secs(50)));
    let mut socket = TcpStream::connect(&server.listen).await.unwrap();
    let body = super::table::BODY;
    let head = server.half_a_create().replace("100", &body.len().to_string());
    socket.write_all((head + body).as_bytes()).await.unwrap();
    eventually(async || (server.sim.count(Verb::Create) > 0).then_some(())).await;
    server.signal("-TERM");
    server.says("stopping").await;
    server.signal("-TERM");
    server.says("work was cut: it did not finish within the drain timeout").await;
    let (code, folder) = server.ends().await;
    assert_eq!(code, Some(1));
    let listed = phanedge(&folder, &["orphans", "list", "--format", "json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).await.ok();
    assert_eq!(statuses(&answers(&rest)), [0_u16; 0]);
}
