//! The security records that need more than one request: each is made, and read from the log (P66).
//! Those of single requests are in `logging.rs`.

use ark_sim::{Fault, Gate, Verb};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::canary;
use crate::served::Served;
use crate::support::{GOOD, Reply, TASKS, eventually, http_client, send};

/// The record on this reply says this, and the answer had this status.
async fn is_recorded(served: &Served, reply: &Reply, status: u16, said: [&str; 3]) {
    assert_eq!(reply.status, status, "{}", reply.text);
    let record = served.verdict_on(reply).await;
    let (fields, span) = (&record["fields"], &record["span"]);
    assert_eq!((&fields["verdict"], &fields["status"]), (&"refused".into(), &status.into()));
    let told = [&fields["reason"], &span["what"], &span["who"]];
    assert_eq!(told.map(|word| word.as_str().unwrap_or_default()), said, "{record}");
}

/// A server whose one seat of those that change something is taken, by a create of this tenant.
async fn with_a_full_seat(tenant: &str) -> (Served, String, Gate) {
    let served = Served::start("server.max_requests = 1").await;
    let (token, gate) = (served.token(tenant), Gate::closed());
    served.sim.faults().next(Verb::Create, Fault::HoldBack(gate.clone()));
    let create = http_client().post(format!("{}{TASKS}", served.url)).bearer_auth(&token);
    tokio::spawn(send(create.header("content-type", "application/json").body(GOOD)));
    served.sim.wait_for_calls(Verb::Create, 1).await;
    (served, token, gate)
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_request_without_a_seat_is_recorded() {
    let (served, _, gate) = with_a_full_seat("slow").await;
    let other = served.token("other");
    let refused = served.create(&other).await;
    is_recorded(&served, &refused, 503, ["no_seat", "POST tasks", ""]).await;
    gate.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_tenant_that_has_its_share_is_recorded_with_its_name() {
    let (served, slow, gate) = with_a_full_seat("slow").await;
    let refused = served.create(&slow).await;
    is_recorded(&served, &refused, 429, ["no_share", "POST tasks", "tenant slow"]).await;
    gate.open();
}

/// A body of which 1000 bytes have come; the rest is not to come.
async fn with_a_slow_body(served: &Served, token: &str) -> TcpStream {
    let mut socket = TcpStream::connect(served.url.strip_prefix("http://").unwrap()).await.unwrap();
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Expect: 100-continue\r\nContent-Length: 1024\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut goes_on = [0; 25];
    socket.read_exact(&mut goes_on).await.unwrap();
    socket.write_all(&[b' '; 1000]).await.unwrap();
    socket
}

/// What this tenant hears, as soon as the gateway has the slow body and there is no room for one
/// more.
async fn refused_for_its_body(served: &Served, token: &str) -> Reply {
    let refused = eventually(async || {
        let reply = served.create_with(token, &" ".repeat(1000)).await;
        (reply.status != 400).then_some(reply)
    });
    refused.await
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_body_without_room_is_recorded() {
    let served = Served::start("server.max_requests = 1\nserver.body_limit = '1KiB'").await;
    let (slow, other) = (served.token("slow"), served.token("other"));
    let _slow_body = with_a_slow_body(&served, &slow).await;
    let refused = refused_for_its_body(&served, &other).await;
    let said = ["no_room_for_bodies", "POST tasks", "tenant other"];
    is_recorded(&served, &refused, 503, said).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_tenant_that_has_its_share_of_the_room_is_recorded_with_its_name() {
    let served = Served::start("server.max_requests = 2\nserver.body_limit = '1KiB'").await;
    let slow = served.token("slow");
    let _slow_body = with_a_slow_body(&served, &slow).await;
    let refused = refused_for_its_body(&served, &slow).await;
    is_recorded(&served, &refused, 429, ["no_body_share", "POST tasks", "tenant slow"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_tenant_that_has_too_many_urls_checked_is_recorded() {
    let served = Served::start("media.references = 'any-public-url'").await;
    let token = served.token("acme");
    // Nine URLs in each, so that even a slow machine has more than twenty of them in a second.
    let image = r#"{"type":"image_url","role":"reference_image",
                    "image_url":{"url":"https://8.8.8.8/a.png"}}"#;
    let content = [image; 9].join(",");
    let body = format!(r#"{{"model":"doubao-seedance-2-0","content":[{content}]}}"#);
    let mut creates = JoinSet::new();
    for _ in 0..24 {
        let create = http_client().post(format!("{}{TASKS}", served.url)).bearer_auth(&token);
        let create = create.header("content-type", "application/json").body(body.clone());
        creates.spawn(send(create));
    }
    let refused = loop {
        let reply = creates.join_next().await.expect("one is refused").unwrap();
        if reply.status != 200 {
            break reply;
        }
    };
    is_recorded(&served, &refused, 429, ["look_up_rate", "POST tasks", "tenant acme"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_what_is_never_open_in_the_library_is_recorded() {
    let keys = format!(
        "upstreams.default.access_key_id = '{}'\nupstreams.default.secret_access_key = '{}'",
        canary::ACCESS,
        canary::SECRET
    );
    let served = Served::start(&keys).await;
    let token = served.token("acme");
    let act = |action: &str, body: &'static str| {
        let url = format!("{}/volcark/?Action={action}&Version=2024-01-01", served.url);
        let request = http_client().post(url).bearer_auth(&token).body(body);
        send(request.header("content-type", "application/json"))
    };
    let closed = act("DeleteAsset", r#"{"Id":"asset-1"}"#).await;
    is_recorded(&served, &closed, 403, ["closed_action", "POST assets", "tenant acme"]).await;
    let skips = r#"{"GroupId":"group-1","URL":"https://8.8.8.8/a.png","AssetType":"Image",
        "Moderation":{"Strategy":"Skip"}}"#;
    let skipping = act("CreateAsset", skips).await;
    is_recorded(&served, &skipping, 400, ["moderation_skip", "POST assets", "tenant acme"]).await;
}
