//! The operators' credential is replaced while they and tenants are at work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tokio::task::JoinSet;

use super::{CREDENTIAL, Operator, with_credential};
use crate::served::Served;
use crate::support::{Reply, send};

const NEXT: &str = "the-Next-Credential-9876543210-zyxwvu";
const PATH: &str = "/admin/v1/tenants";
const DONE: &str = "the configuration is reloaded";
const REFUSED: &str = "the configuration is not reloaded";

/// What the operators' API answers to this credential.
async fn asks(served: &Served, credential: &str) -> Reply {
    let operator = Operator::at(&served.admin_url);
    let url = format!("{}{PATH}", operator.url);
    send(operator.http.get(url).bearer_auth(credential)).await
}

/// The first is the operators' credential, and the second is nothing.
async fn holds(served: &Served, [valid, old]: [&str; 2]) {
    assert_eq!(asks(served, valid).await.status, 200);
    asks(served, old).await.is(401, "unauthorized");
}

fn line(credential: &str) -> String {
    format!("server.admin_token = '{credential}'")
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_the_credential_of_operators_is_replaced_under_load_and_no_request_is_dropped() {
    let served = Arc::new(Served::start(&with_credential()).await);
    let token = served.token("acme");
    let (over, mut load) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
    for client in 0..4 {
        let (served, token, over) = (Arc::clone(&served), token.clone(), Arc::clone(&over));
        load.spawn(async move {
            let mut accepted = 0;
            while !over.load(Ordering::SeqCst) {
                let reply = match client {
                    0 => asks(&served, CREDENTIAL).await,
                    1 => asks(&served, NEXT).await,
                    _ => served.get(&token, "?page_size=1").await,
                };
                let expected: &[u16] = if client < 2 { &[200, 401] } else { &[200] };
                assert!(expected.contains(&reply.status), "{client}: {}", reply.text);
                accepted += u32::from(reply.status == 200);
            }
            accepted
        });
    }
    holds(&served, [CREDENTIAL, NEXT]).await;
    for round in 0..6 {
        let (next, old) = if round % 2 == 0 { (NEXT, CREDENTIAL) } else { (CREDENTIAL, NEXT) };
        served.configure(&line(next));
        let told = served.reload(DONE).await;
        assert_eq!(told["fields"]["keys"], "server.admin_token");
        holds(&served, [next, old]).await;
    }
    over.store(true, Ordering::SeqCst);
    let accepted: Vec<u32> = load.join_all().await;
    assert!(accepted.iter().all(|count| *count > 0), "{accepted:?}");
    for line in served.lines() {
        assert!(!line.contains(CREDENTIAL) && !line.contains(NEXT), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p66_a_credential_that_is_not_good_leaves_the_one_before_in_force() {
    let served = Served::start(&with_credential()).await;
    for (bad, why) in [
        ("short", "use 32 to 256 visible ASCII characters"),
        ("changeme-changeme-changeme-changeme", "at least 9 different characters"),
        ("oh-next-Credential-9876543210-zyxwvu", "tenants' tokens begin with `oh-`"),
    ] {
        served.configure(&line(bad));
        let told = served.reload(REFUSED).await;
        let cause = told["fields"]["cause"].as_str().unwrap();
        assert!(cause.contains("server.admin_token") && cause.contains(why), "{cause}");
        assert!(!cause.contains(bad), "{cause}");
        holds(&served, [CREDENTIAL, bad]).await;
    }
    served.configure(&line(NEXT));
    served.reload(DONE).await;
    holds(&served, [NEXT, CREDENTIAL]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_comes_from_its_file_again_and_goes_with_its_line() {
    let served = Served::start("").await;
    let change = |credential: &str| {
        let request = Operator::at(&served.admin_url);
        let request = request.http.post(format!("{}{PATH}", request.url)).bearer_auth(credential);
        let request = request.header("x-actor", "ann").header("content-type", "application/json");
        send(request.body(json!({"name": "acme"}).to_string()))
    };
    change(CREDENTIAL).await.is(403, "credential_required");
    let file = served.secret_file(&format!("{CREDENTIAL}\n"));
    served.configure(&format!("server.admin_token_file = '{}'", file.display()));
    served.reload(DONE).await;
    holds(&served, [CREDENTIAL, NEXT]).await;
    served.secret_file(NEXT);
    served.reload(DONE).await;
    holds(&served, [NEXT, CREDENTIAL]).await;
    assert_eq!(change(NEXT).await.status, 200);
    served.configure("");
    served.reload(DONE).await;
    change(NEXT).await.is(403, "credential_required");
    assert_eq!(asks(&served, NEXT).await.status, 200, "on loopback they may still look");
}
