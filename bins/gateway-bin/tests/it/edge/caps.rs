//! Caps on connections: what is over them is shed, and whoever is inside is served (P40).

use std::net::SocketAddr;

use ark_sim::SimSettings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use super::running::Running;
use crate::support::{World, eventually, http_client, send};

/// A connection from this loopback address.
async fn connect(from: &str, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Whether the connection is served; a connection that was shed ends without a word.
async fn is_served(socket: &mut TcpStream) -> bool {
    let request = b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut some = [0; 512];
    socket.write_all(request).await.is_ok() && socket.read(&mut some).await.unwrap_or(0) > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn p40_connections_over_a_cap_are_shed_and_places_come_back() {
    let lines = "server.max_connections = 3\nserver.max_connections_per_source = 2\n";
    let world = World::with(SimSettings::default(), lines).await;
    let address = world.server.address();
    let mut first = connect("127.0.0.1", address).await;
    let mut second = connect("127.0.0.1", address).await;
    assert!(is_served(&mut first).await && is_served(&mut second).await);
    let mut third = connect("127.0.0.1", address).await;
    assert!(!is_served(&mut third).await, "the third from one source");
    let mut other = connect("127.0.0.2", address).await;
    assert!(is_served(&mut other).await, "another source");
    let mut over = connect("127.0.0.3", address).await;
    assert!(!is_served(&mut over).await, "the fourth in all");
    assert!(is_served(&mut first).await, "whoever is inside");

    drop(second);
    eventually(async || {
        let mut again = connect("127.0.0.1", address).await;
        is_served(&mut again).await.then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p40_a_low_limit_of_open_files_lowers_the_cap_and_is_told() {
    let mut server = Running::limited(500, "max_connections = 1000\nmax_requests = 100").await;
    let told = &server.told;
    assert_eq!((&told["limit"], &told["connections"]), (&500.into(), &208.into()), "{told}");
    let mut flood = Vec::new();
    for _ in 0..600 {
        flood.extend(TcpStream::connect(&server.listen).await.ok());
    }
    let livez = format!("http://{}/livez", server.admin_listen);
    assert_eq!(send(http_client().get(&livez)).await.text, "ok\n");
    server.says("connections are shed").await;
    drop(flood);
    eventually(async || {
        let request = http_client().get(format!("http://{}/nowhere", server.listen));
        (request.send().await.ok()?.status() == 404).then_some(())
    })
    .await;
}
