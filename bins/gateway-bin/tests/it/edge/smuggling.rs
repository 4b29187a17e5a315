//! No smuggling: each request has one reading, or the connection ends.

use ark_sim::{Pace, Quotas, SimSettings};

use super::table::{BODY, CASES, expanded};
use super::wire::{exchange, statuses};
use crate::support::{TASKS, World};

/// A world whose simulator keeps tasks queued.
async fn world() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_every_request_has_one_reading_or_ends_the_connection() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let mut wrong = Vec::new();
    for (name, request, expected) in CASES {
        let bytes = expanded(request, &acme.token);
        let answers = exchange(world.server.address(), bytes.as_bytes()).await;
        let (mut found, last) = (statuses(&answers), answers.last().unwrap());
        let is_open = found.len() > 1 && found.last() == Some(&404);
        if is_open {
            found.pop();
        }
        let refused = expected.iter().any(|status| *status >= 400);
        let closes = last.is_last();
        if found != expected || (refused && is_open) || !closes {
            wrong.push(format!("{name}: {found:?} instead of {expected:?}: {last:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_a_refusal_is_told_in_the_envelope_and_causes_no_call() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let request = "<POST><HOST>Content-Length: <LEN>\r\nContent-Length: <LEN>\r\n\r\n<BODY>";
    let bytes = expanded(request, &acme.token);
    let answers = exchange(world.server.address(), bytes.as_bytes()).await;
    let error: serde_json::Value = serde_json::from_str(&answers[0].body).unwrap();
    assert_eq!(error["error"]["code"], "invalid_request", "{error}");
    assert!(error["error"]["message"].as_str().unwrap().contains("one `Content-Length`"));
    assert!(answers[0].header("x-request-id").is_some());
    assert_eq!(world.sim.tasks().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_a_refusal_in_a_pipeline_comes_after_the_answers_before_it() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let request = "<POST><HOST>Content-Length: <LEN>\r\n\r\n<BODY><GET><HOST>\r\n<GET>\r\n";
    let bytes = expanded(request, &acme.token);
    let answers = exchange(world.server.address(), bytes.as_bytes()).await;
    assert_eq!(statuses(&answers), [200, 200, 400]);
    assert_eq!(world.sim.tasks().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_a_hundred_mixed_requests_on_one_connection_are_answered_one_by_one() {
    let world = world().await;
    let acme = world.tenant("acme").await;
    let head = format!("Host: gateway.test\r\nAuthorization: Bearer {}\r\n", acme.token);
    let (length, (first, rest)) = (BODY.len(), BODY.split_at(7));
    let plain = format!("POST {TASKS} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n{BODY}");
    let chunked = format!(
        "POST {TASKS} HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\n\
         7\r\n{first}\r\n{:x}\r\n{rest}\r\n0\r\n\r\n",
        rest.len()
    );
    let get = format!("GET {TASKS} HTTP/1.1\r\n{head}\r\n");
    let last = get.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    let bytes = format!("{plain}{get}{chunked}").repeat(33) + &last;
    let answers = exchange(world.server.address(), bytes.as_bytes()).await;
    assert_eq!(statuses(&answers), [200; 100]);
    assert_eq!(world.sim.tasks().len(), 66);
}
