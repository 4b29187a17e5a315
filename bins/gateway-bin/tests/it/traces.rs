//! Traces on their way to a collector.

#[cfg(feature = "otlp")]
mod collector;

use tokio::net::TcpListener;

use crate::served::Served;

fn to(address: &str) -> String {
    format!("traces.otlp_endpoint = 'http://{address}/v1/traces'")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_never_answers_fails_no_request_and_does_not_hold_the_stop() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut served = Served::start(&to(&silent.local_addr().unwrap().to_string())).await;
    let token = served.token("acme");
    for _ in 0..30 {
        assert_eq!(served.create(&token).await.status, 200);
    }
    let told =
        served.events("traces are not exported: this binary was built without the feature `otlp`");
    assert_eq!(told.is_empty(), cfg!(feature = "otlp"));
    served.signal(rustix::process::Signal::TERM);
    assert_eq!(served.process.wait().await.unwrap().code(), Some(0));
}
