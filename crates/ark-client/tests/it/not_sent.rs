//! Failures before the first byte of a request: these alone may be tried again with another call.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use ark_client::{ArkClient, Error, Outcome, Secret};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection};
use url::Url;

use crate::support::{Act, Upstream, answer, settings};

async fn create(origin: &str) -> Error {
    let client = ArkClient::new(settings(origin)).unwrap();
    client.create_task(b"{}".to_vec()).await.unwrap_err()
}

/// A server that takes one connection, does `act` with it, and returns all it was sent.
fn listen(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> (String, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("https://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        act(&mut stream);
        let mut rest = Vec::new();
        // A reset ends the reading as well as an end does.
        drop(stream.read_to_end(&mut rest));
        rest
    });
    (origin, server)
}

#[track_caller]
fn nothing_was_sent(error: &Error) {
    assert_eq!(error.outcome(), Outcome::NotSent, "{error}");
    assert_eq!(error.status(), None, "{error}");
    assert_eq!(error.to_string(), "create a task: no connection, so nothing was sent");
}

#[tokio::test]
async fn a_refused_connection_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    nothing_was_sent(&create(&origin).await);
}

#[tokio::test]
async fn a_name_without_an_address_sends_nothing() {
    nothing_was_sent(&create("http://no-such-host.invalid").await);
}

#[tokio::test]
async fn a_server_without_tls_sees_no_request() {
    let (origin, server) = listen(|stream| stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").unwrap());
    nothing_was_sent(&create(&origin).await);
    let seen = String::from_utf8_lossy(&server.join().unwrap()).into_owned();
    assert!(!seen.contains("POST"), "{seen}");
}

#[tokio::test]
async fn a_silent_handshake_ends_in_time_and_sends_nothing() {
    let (origin, server) = listen(|_| {});
    let error = create(&origin).await;
    nothing_was_sent(&error);
    assert!(error.is_timeout());
    let seen = server.join().unwrap();
    // The client's hello, which is a TLS handshake record.
    assert_eq!(seen.first(), Some(&22));
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_sends_nothing() {
    let (origin, server) = listen(|stream| {
        let mut tls = ServerConnection::new(Arc::new(self_signed())).unwrap();
        let error = tls.complete_io(stream).unwrap_err();
        assert!(error.to_string().contains("UnknownCA"), "{error}");
    });
    nothing_was_sent(&create(&origin).await);
    server.join().unwrap();
}

/// With a key pair that was made for this test, and protects nothing.
fn self_signed() -> ServerConfig {
    let cert = include_bytes!("../../../../fixtures/tls/self-signed.cert.der");
    let key = include_bytes!("../../../../fixtures/tls/self-signed.key.der");
    let key = PrivatePkcs8KeyDer::from(key.as_slice());
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.as_slice().into()], key.into())
        .unwrap()
}

#[tokio::test]
async fn p09_a_connection_that_closes_on_reuse_gets_the_create_once() {
    let created = answer(200, r#"{"id":"cgt-a"}"#);
    let script = vec![Act::Say(created), Act::SayAndClose(Vec::new())];
    let upstream = Upstream::script(script).await;
    let client = upstream.client();
    client.create_task(b"1".to_vec()).await.unwrap();
    let error = client.create_task(b"2".to_vec()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!((upstream.requests().len(), upstream.connections()), (2, 1));
}

#[test]
fn settings_that_cannot_work_are_refused_before_any_call() {
    let cases = [
        ("ftp://h", "key", "a base url is neither http nor https"),
        ("data:x", "key", "a base url is neither http nor https"),
        ("https://u:p@h", "key", "a base url names a user"),
        ("https://h?x=1", "key", "a base url has a query or a fragment"),
        ("https://h#x", "key", "a base url has a query or a fragment"),
        ("https://h", "a\nb", "the api key has characters that no header can carry"),
    ];
    for (url, key, reason) in cases {
        let mut settings = settings("http://127.0.0.1");
        settings.task_base_url = Url::parse(url).unwrap();
        settings.api_key = Secret::new(key.to_owned());
        let error = ArkClient::new(settings).unwrap_err();
        assert_eq!(error.to_string(), format!("build the client: {reason}"));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
}
