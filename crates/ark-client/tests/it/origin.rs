//! Calls go to the configured origin, and nowhere else.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::Command;

use ark_client::Outcome;
use seedance_model::TaskId;

use crate::support::{Act, Upstream, answer, answer_with};

/// A listener that nobody should connect to.
fn elsewhere() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

#[track_caller]
fn nobody_came(listener: &TcpListener) {
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn p46_redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (listener, origin) = elsewhere();
        let location = format!("location: {origin}/\r\n");
        let act = Act::SayAndClose(answer_with(status, &location, ""));
        let upstream = Upstream::always(act).await;
        let client = upstream.client();
        let error = client.create_task(b"{}".to_vec()).await.unwrap_err();
        assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(status)));
        let id = TaskId::parse("cgt-a").unwrap();
        assert_eq!(client.get_task(&id).await.unwrap_err().status(), Some(status));
        let error = client.call_asset_action("GetAsset", Vec::new(), 0).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert_eq!(upstream.requests().len(), 3);
        nobody_came(&listener);
    }
}

/// Also run by the test below in a process whose environment names a proxy.
#[tokio::test]
async fn a_create_reaches_the_upstream() {
    let upstream = Upstream::always(Act::Say(answer(200, r#"{"id":"cgt-a"}"#))).await;
    upstream.client().create_task(b"{}".to_vec()).await.unwrap();
    upstream.request();
}

#[test]
fn p46_proxies_of_the_environment_are_ignored() {
    let (listener, proxy) = elsewhere();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "origin::a_create_reaches_the_upstream"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        child.env(name, &proxy).env(name.to_lowercase(), &proxy);
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
    nobody_came(&listener);
}
