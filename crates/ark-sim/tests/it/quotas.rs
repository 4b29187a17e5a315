//! What the account may call per second.

use ark_sim::{Quotas, Sim, SimSettings, Verb};
use serde_json::json;

use crate::support::{create, delete, get, list, seconds, settings};

#[tokio::test]
async fn one_list_and_twenty_gets_per_second_of_the_clock() {
    let quotas = Quotas::default();
    let sim = Sim::start(SimSettings { quotas, ..settings() }).await.unwrap();
    let id = create(&sim, json!({})).await;
    for second in 0..2 {
        assert_eq!(list(&sim, "").await.status, 200);
        let refused = list(&sim, "").await;
        refused.is(429, "AccountRateLimitExceeded");
        assert_eq!(refused.json()["error"]["type"], "TooManyRequests");
        for _ in 0..20 {
            assert_eq!(get(&sim, &id).await.status, 200);
        }
        get(&sim, &id).await.is(429, "AccountRateLimitExceeded");
        assert_eq!(sim.throttled(Verb::List), second + 1);
        assert_eq!(sim.throttled(Verb::Get), second + 1);
        sim.clock().advance(seconds(1));
    }
}

#[tokio::test]
async fn a_call_over_the_quota_does_nothing() {
    let quotas = Quotas { create_per_second: Some(1), delete_per_second: Some(0), ..Quotas::OFF };
    let sim = Sim::start(SimSettings { quotas, ..settings() }).await.unwrap();
    let id = create(&sim, json!({})).await;
    let order = crate::support::order(json!({}));
    crate::support::post(&sim, &order).await.is(429, "AccountRateLimitExceeded");
    assert_eq!(sim.tasks().len(), 1);
    delete(&sim, &id).await.is(429, "AccountRateLimitExceeded");
    assert_eq!(sim.task(&id).unwrap().status, "queued");
}
