//! Limits by the API: shown with what is used, set, lifted with `null`.

use serde_json::json;

use super::{Operator, audited, done, is_audited, world};
use crate::support::GOOD;

const PATH: &str = "/admin/v1/tenants/acme/limits";

#[tokio::test(flavor = "multi_thread")]
async fn p66_limits_are_set_and_lifted_and_the_log_has_before_and_after() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    acme.creates(GOOD).await;
    let shown = operator.shows(PATH).await;
    let none = json!({"requests_per_second": null, "live_tasks": null, "monthly_usd": null});
    assert_eq!(shown["limits"], none);
    assert_eq!(shown["used"]["live_tasks"], 1);
    assert_eq!(shown["used"]["charged_usd"], "0");
    assert_ne!(shown["used"]["reserved_usd"], "0");
    assert_eq!(shown["used"]["left_usd"], json!(null));

    let set = json!({"requests_per_second": 50, "live_tasks": 1, "monthly_usd": "500.25"});
    let reply = done(operator.sends("PATCH", PATH, &set).await);
    assert_eq!(reply.json["limits"], set);
    let detail = "before: requests-per-second none, live-tasks none, monthly-usd none; \
                  after: requests-per-second 50, live-tasks 1, monthly-usd 500.250000";
    is_audited(&world, &reply, ["change-limits", "tenant acme", detail]).await;
    acme.create(GOOD).await.is(429, "concurrency_limit_exceeded");

    // What is left out stays, and `null` lifts.
    let reply = done(operator.sends("PATCH", PATH, &json!({"live_tasks": null})).await);
    let left = json!({"requests_per_second": 50, "live_tasks": null, "monthly_usd": "500.25"});
    assert_eq!(reply.json["limits"], left);
    assert_eq!(audited(&world).await, 2);
    done(operator.sends("PATCH", PATH, &json!({"live_tasks": null})).await);
    assert_eq!(audited(&world).await, 2, "nothing changed");
    acme.creates(GOOD).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_that_cannot_be_meant_change_nothing() {
    let world = world().await;
    world.tenant("acme").await;
    let operator = Operator::of(&world);
    for body in [
        json!({}),
        json!({"requests_per_second": 0}),
        json!({"live_tasks": -1}),
        json!({"live_tasks": 1.5}),
        json!({"live_tasks": 4_294_967_296_u64}),
        json!({"monthly_usd": 500}),
        json!({"monthly_usd": "1,000"}),
        json!({"monthly_usd": "0.0000001"}),
        json!({"live_tasks": 3, "monthly_usd": "x"}),
        json!({"tasks": 3}),
    ] {
        operator.sends("PATCH", PATH, &body).await.is(400, "invalid_request");
    }
    assert_eq!(audited(&world).await, 0);
}
