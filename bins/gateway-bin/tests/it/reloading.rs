//! SIGHUP: another configuration for a server that goes on serving.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ark_sim::{Fault, Gate, Verb};
use rustix::process::Signal;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::canary;
use crate::served::{KEYS, Served};
use crate::support::{eventually, http_client, send};

const DONE: &str = "the configuration is reloaded";
const REFUSED: &str = "the configuration is not reloaded";
const SAME: &str = "the configuration has not changed";

/// The key that the latest create went upstream with.
fn key_of_last_create(served: &Served) -> String {
    let calls = served.sim.calls();
    let last = calls.iter().rfind(|call| call.verb == Verb::Create).unwrap();
    last.header("authorization").unwrap().strip_prefix("Bearer ").unwrap().to_owned()
}

fn second_key() -> String {
    format!("upstreams.default.api_key = '{}'", KEYS[1])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_under_load_and_no_request_fails() {
    let served = Arc::new(Served::start("").await);
    let token = served.token("acme");
    let (over, mut load) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
    for client in 0..6 {
        let (served, token, over) = (Arc::clone(&served), token.clone(), Arc::clone(&over));
        load.spawn(async move {
            let mut answered = 0;
            while !over.load(Ordering::SeqCst) {
                let reply = if client % 2 == 0 {
                    served.create(&token).await
                } else {
                    served.get(&token, "?page_size=1").await
                };
                assert_eq!(reply.status, 200, "{}", reply.text);
                answered += 1;
            }
            answered
        });
    }
    for round in 0..10 {
        served.configure(&if round % 2 == 0 { second_key() } else { String::new() });
        let told = served.reload(DONE).await;
        assert_eq!(told["fields"]["keys"], "upstreams.default.api_key");
    }
    served.configure(&second_key());
    served.reload(DONE).await;
    served.create(&token).await;
    assert_eq!(key_of_last_create(&served), KEYS[1]);
    over.store(true, Ordering::SeqCst);
    let answered: Vec<u64> = load.join_all().await;
    assert!(answered.iter().all(|count| *count > 0), "{answered:?}");
    let rejected =
        r#"phanedge_upstream_calls_total{upstream="default",call="create",outcome="rejected"}"#;
    assert_eq!(served.metric(rejected).await, None);
    for line in served.lines() {
        assert!(KEYS.iter().all(|key| !line.contains(key)), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_in_a_file_is_read_again() {
    let served = Served::start("").await;
    let token = served.token("acme");
    let file = served.secret_file(KEYS[0]);
    let named = format!("upstreams.default.api_key_file = '{}'", file.display());
    served.configure(&named);
    served.reload(SAME).await;
    served.secret_file(KEYS[1]);
    let told = served.reload(DONE).await;
    assert_eq!(told["fields"]["keys"], "upstreams.default.api_key");
    assert_eq!(served.create(&token).await.status, 200);
    assert_eq!(key_of_last_create(&served), KEYS[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_opens_with_the_key_pair_that_a_reload_brings() {
    let served = Served::start("").await;
    let token = served.token("acme");
    let url = format!("{}/volcark/?Action=CreateAssetGroup&Version=2024-01-01", served.url);
    let group = || http_client().post(&url).bearer_auth(&token).body(r#"{"Name":"boats"}"#);
    send(group()).await.is_asset_refusal(503, "service_unavailable");
    let file = served.secret_file("wrong");
    served.configure(&format!(
        "upstreams.default.access_key_id = '{}'\n\
         upstreams.default.secret_access_key_file = '{}'",
        canary::ACCESS,
        file.display()
    ));
    let told = served.reload(DONE).await;
    let pair = "upstreams.default.access_key_id, upstreams.default.secret_access_key";
    assert_eq!(told["fields"]["keys"], pair);
    send(group()).await.is_asset_refusal(502, "service_error");
    served.secret_file(canary::SECRET);
    served.reload(DONE).await;
    let created = send(group()).await;
    assert_eq!(created.status, 200, "{}", created.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_good_leaves_everything_as_it_was_and_every_problem_is_told() {
    let served = Served::start("").await;
    let token = served.token("acme");
    let whole = std::fs::read_to_string(served.configuration()).unwrap();
    let changed = whole.replace(KEYS[0], KEYS[1]);
    let half = &changed[..changed.find("api_key = 'second").unwrap() + 15];
    let two = format!("{changed}watch.max_staleness = 1\nlog.filter = '=='\n");
    let two = two.replace("watch.max_staleness = '1ms'\n", "");
    let restart = changed.replace("gateway.db", "other.db").replace("20ms", "30ms");
    for (text, reasons) in [
        (two.as_str(), ["watch.max_staleness", "log.filter"]),
        (half, ["line ", "not valid TOML"]),
        ("", ["pricing.cny_per_usd", "no upstream is configured"]),
        (&restart, ["`store.url`, `watch.interval`", "needs a restart"]),
    ] {
        served.write(text);
        let told = served.reload(REFUSED).await;
        let cause = told["fields"]["cause"].as_str().unwrap();
        assert!(reasons.iter().all(|reason| cause.contains(reason)), "{cause}");
        assert_eq!(served.create(&token).await.status, 200);
        assert_eq!(key_of_last_create(&served), KEYS[0]);
    }
    std::fs::remove_file(served.configuration()).unwrap();
    let told = served.reload(REFUSED).await;
    assert!(told["fields"]["cause"].as_str().unwrap().contains("cannot be read"), "{told}");
    let count = |outcome: &str| format!("phanedge_reloads_total{{outcome=\"{outcome}\"}}");
    assert_eq!(served.metric(&count("refused")).await, Some(5.0));
    served.write(&changed);
    served.reload(DONE).await;
    served.create(&token).await;
    assert_eq!(key_of_last_create(&served), KEYS[1]);
    assert_eq!(served.metric(&count("applied")).await, Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_holds_for_what_is_created_after_it() {
    let served = Served::start("").await;
    let token = served.token("acme");
    let before = served.create(&token).await.json["id"].as_str().unwrap().to_owned();
    served.configure("pricing.cny_per_usd = '8.00'");
    assert_eq!(served.reload(DONE).await["fields"]["keys"], "pricing.cny_per_usd");
    let after = served.create(&token).await.json["id"].as_str().unwrap().to_owned();
    for id in [&before, &after] {
        served.sim.succeed(id).unwrap();
        eventually(async || {
            let task = served.get(&token, &format!("/{id}")).await.json;
            (task["status"] == "succeeded").then_some(())
        })
        .await;
    }
    let rows = served.prints(&["ledger", "export", "--format", "json"]);
    let rows: Value = serde_json::from_str(&rows).unwrap();
    for (id, rate) in [(before, "7.1"), (after, "8")] {
        let row = rows.as_array().unwrap().iter().find(|row| row["task_id"] == *id).unwrap();
        assert_eq!(row["cny_per_usd"], rate, "{row}");
    }
    served.prints(&["ledger", "verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_filter_of_the_log_changes_at_once() {
    let served = Served::start("").await;
    let token = served.token("acme");
    let (quiet, loud) = ("log.filter = 'warn'", "log.filter = 'gateway=info'");
    served.get(&token, "").await;
    served.event("answered", 0).await;
    served.configure(quiet);
    served.reload(DONE).await;
    served.get(&token, "").await;
    served.configure(loud);
    served.reload(DONE).await;
    served.get(&token, "").await;
    served.event("answered", 1).await;
    served.get(&token, "").await;
    served.event("answered", 2).await;
    assert_eq!(served.events("answered").len(), 3, "the second of four was not to be logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_signals_at_once_end_with_the_last_configuration() {
    let served = Served::start("").await;
    let token = served.token("acme");
    served.configure(&second_key());
    for _ in 0..200 {
        served.signal(Signal::HUP);
    }
    served.event(DONE, 0).await;
    served.configure("media.references = 'any-public-url'");
    served.reload(DONE).await;
    assert_eq!(served.create(&token).await.status, 200);
    assert_eq!(key_of_last_create(&served), KEYS[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_during_the_drain_changes_nothing_and_ends_nothing() {
    let mut served = Served::start("").await;
    let token = served.token("acme");
    let gate = Gate::closed();
    served.sim.faults().next(Verb::Create, Fault::HoldBack(gate.clone()));
    let creating = served.create(&token);
    let stopping = async {
        eventually(async || (served.sim.count(Verb::Create) > 0).then_some(())).await;
        served.signal(Signal::TERM);
        served.event("stopping", 0).await;
        served.configure(&second_key());
        for _ in 0..20 {
            served.signal(Signal::HUP);
        }
        gate.open();
    };
    let (created, ()) = tokio::join!(creating, stopping);
    assert_eq!(created.status, 200, "{}", created.text);
    assert_eq!(served.process.wait().await.unwrap().code(), Some(0));
    assert!(served.events(DONE).is_empty());
}
