//! The simulated name server, asked as a resolver asks.

use std::net::IpAddr;

use ark_sim::SimNameServer;
use tokio::net::UdpSocket;

/// One question for a name in two labels, with the letter case as given.
fn question(first: &str, second: &str, kind: u8) -> Vec<u8> {
    let mut query = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in [first, second] {
        query.push(u8::try_from(label.len()).unwrap());
        query.extend(label.bytes());
    }
    query.extend([0, 0, kind, 0, 1]);
    query
}

/// The reply's code, its number of answers and authorities, and all of it.
async fn ask(server: &SimNameServer, query: &[u8]) -> (u8, u8, u8, Vec<u8>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(query, server.addr()).await.unwrap();
    let mut reply = vec![0; 512];
    let length = socket.recv(&mut reply).await.unwrap();
    reply.truncate(length);
    (reply[3] & 0x0f, reply[7], reply[9], reply)
}

#[tokio::test]
async fn every_name_has_public_addresses_until_it_is_set() {
    let server = SimNameServer::start().await.unwrap();
    let query = question("eXample", "com", 1);
    let (code, answers, _, reply) = ask(&server, &query).await;
    assert_eq!((code, answers), (0, 1));
    assert_eq!(reply[12..query.len()], query[12..], "the question comes back letter by letter");
    assert!(reply.ends_with(&[93, 184, 215, 14]));
    let (code, answers, _, _) = ask(&server, &question("example", "com", 28)).await;
    assert_eq!((code, answers), (0, 1));
}

#[tokio::test]
async fn a_name_that_is_set_has_just_these_addresses() {
    let server = SimNameServer::start().await.unwrap();
    server.set("inside.example", &["10.0.0.1".parse::<IpAddr>().unwrap()]);
    let (code, answers, _, reply) = ask(&server, &question("Inside", "example", 1)).await;
    assert_eq!((code, answers), (0, 1));
    assert!(reply.ends_with(&[10, 0, 0, 1]));
    let (code, answers, authorities, _) = ask(&server, &question("inside", "example", 28)).await;
    assert_eq!((code, answers, authorities), (0, 0, 1), "no such record, and that is all");
    server.set("gone.example", &[]);
    let (code, answers, authorities, _) = ask(&server, &question("gone", "example", 1)).await;
    assert_eq!((code, answers, authorities), (3, 0, 1));
}
