//! Usage by the API: what was charged through the gateway, by tenant, day and SKU.

use seedance_model::TaskId;
use serde_json::{Value, json};

use super::{Operator, world};
use crate::support::{GOOD, World};

/// Every row of these days, two at a time, and the totals of the first page.
async fn all(operator: &Operator, query: &str) -> (Vec<Value>, Value) {
    let (mut rows, mut after, mut totals) = (Vec::new(), String::new(), Value::Null);
    loop {
        let page = operator.shows(&format!("/admin/v1/usage?{query}&limit=2{after}")).await;
        assert_eq!(page["totals"].is_null(), !after.is_empty(), "on the first page alone");
        if after.is_empty() {
            totals = page["totals"].clone();
        }
        rows.extend(page["rows"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { return (rows, totals) };
        after = format!("&after={next}");
    }
}

/// The day of the world's clock and the days around it.
fn days(world: &World) -> [String; 3] {
    let today = jiff::Timestamp::from_millisecond(world.clock.now().0).unwrap();
    let today = today.to_zoned(jiff::tz::TimeZone::UTC).date();
    [today.yesterday().unwrap(), today, today.tomorrow().unwrap()].map(|day| day.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn p07_usage_is_what_was_charged_and_adds_up_with_the_ledger() {
    let world = world().await;
    let operator = Operator::of(&world);
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let cheap = GOOD.replace("720p", "480p");
    let mut micros = 0;
    for (tenant, body) in [(&acme, GOOD), (&zen, GOOD), (&acme, &cheap), (&acme, GOOD)] {
        let id = tenant.creates(body).await;
        world.sim.succeed(&id).unwrap();
        tenant.sees(&id, "succeeded").await;
        let (scope, id) = (world.store.scope(&tenant.tenant), TaskId::parse(&id).unwrap());
        let entry = scope.ledger_entry(&id);
        micros += entry.await.unwrap().unwrap().charge_usd_micros;
    }
    let [yesterday, today, tomorrow] = days(&world);
    let (rows, totals) = all(&operator, &format!("from={today}&to={tomorrow}")).await;
    assert_eq!(rows.len(), 3, "{rows:?}");
    let of_acme = rows.iter().filter(|row| row["tenant"] == "acme").count();
    assert_eq!(of_acme, 2, "two SKUs");
    assert!(rows.iter().all(|row| row["day"] == today.as_str()));
    let sum = |name: &str| rows.iter().map(|row| row[name].as_i64().unwrap()).sum::<i64>();
    assert_eq!(totals["entries"], 4);
    assert_eq!((sum("entries"), json!(sum("tokens"))), (4, totals["tokens"].clone()));
    let usd: seedance_pricing::Decimal = totals["charge_usd"].as_str().unwrap().parse().unwrap();
    assert_eq!(usd, seedance_pricing::Decimal::new(micros, 6));
    // The same as the ledger says as a whole.
    let ledger = operator.shows("/admin/v1/ledger/verification").await;
    assert_eq!(ledger["totals"], totals);
    let (rows, totals) = all(&operator, &format!("from={today}&to={tomorrow}&tenant=zen")).await;
    assert_eq!((rows.len(), &totals["entries"]), (1, &json!(1)));
    let (rows, totals) = all(&operator, &format!("from={yesterday}&to={today}")).await;
    assert_eq!((rows.len(), &totals["charge_usd"]), (0, &json!("0")));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_cannot_be_meant_are_refused() {
    let world = world().await;
    let operator = Operator::of(&world);
    for query in [
        "",
        "from=2026-11-01",
        "from=2026-11-01&to=2026-11-01",
        "from=2026-11-02&to=2026-11-01",
        "from=2025-11-01&to=2026-11-03",
        "from=2026-11-1&to=2026-12-01",
        "from=2026-13-01&to=2026-12-01",
        "from=2026-11-01T00:00:00Z&to=2026-12-01",
        "from=2026-11-01&to=2026-12-01&after=x",
        "from=2026-11-01&to=2026-12-01&by=day",
        "from=2026-11-01&to=2026-12-01&limit=0",
    ] {
        operator.get(&format!("/admin/v1/usage?{query}")).await.is(400, "invalid_request");
    }
    let nobody = "/admin/v1/usage?from=2026-11-01&to=2026-12-01&tenant=nobody";
    operator.get(nobody).await.is(404, "tenant_not_found");
    let year = operator.get("/admin/v1/usage?from=2024-01-01&to=2025-01-01").await;
    assert_eq!(year.status, 200, "a leap year is whole: {}", year.text);
}
