//! What operators see of the edge: every request, refusal and connection is counted once.

use ark_sim::{Fault, SimSettings, Verb};
use tokio::net::TcpStream;

use super::table::expanded;
use super::wire::exchange;
use crate::support::{GOOD, World, eventually, send};

async fn counted(world: &World, sample: &str) -> u64 {
    let value = world.metric(&format!("phanedge_{sample}")).await;
    value.unwrap_or_else(|| panic!("no {sample}")).to_string().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_counted_by_route_and_by_how_it_ended() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    acme.create("not JSON").await;
    acme.get(&id).await;
    acme.get("cgt-nowhere").await;
    acme.list("").await;
    acme.act("GetAsset", &serde_json::json!({})).await;
    world.sim.faults().always(Verb::Create, Fault::status(503));
    acme.create(GOOD).await;
    send(acme.request("PUT", "")).await;
    for (route, class, expected) in [
        ("create_task", "2xx", 1),
        ("create_task", "4xx", 1),
        ("create_task", "5xx", 1),
        ("get_task", "2xx", 1),
        ("get_task", "4xx", 1),
        ("list_tasks", "2xx", 1),
        ("delete_task", "2xx", 0),
        ("assets", "4xx", 1),
        ("other", "4xx", 1),
    ] {
        let sample = format!("requests_total{{route=\"{route}\",class=\"{class}\"}}");
        assert_eq!(counted(&world, &sample).await, expected, "{sample}");
    }
    assert_eq!(counted(&world, "request_seconds_count{route=\"create_task\"}").await, 3);
    assert_eq!(counted(&world, "requests_under_way").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_is_counted_too() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    world.sim.faults().always(Verb::Create, Fault::NeverAnswer);
    let create = tokio::spawn(acme.create(GOOD));
    world.sim.wait_for_calls(Verb::Create, 1).await;
    assert_eq!(counted(&world, "requests_under_way").await, 1);
    create.abort();
    let unheard = "requests_total{route=\"create_task\",class=\"none\"}";
    eventually(async || (counted(&world, unheard).await == 1).then_some(())).await;
    assert_eq!(counted(&world, "requests_under_way").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_turned_away_is_counted_by_its_reason() {
    let more = "server.max_requests = 1\nserver.max_connections_per_source = 3\n";
    let world = World::with(SimSettings::default(), more).await;
    let acme = world.tenant("acme").await;
    world.sim.faults().always(Verb::Create, Fault::NeverAnswer);
    let create = tokio::spawn(acme.create(GOOD));
    world.sim.wait_for_calls(Verb::Create, 1).await;
    world.tenant("zen").await.create(GOOD).await.is(503, "service_unavailable");
    assert_eq!(counted(&world, "sheds_total{reason=\"seats\"}").await, 1);

    let head = expanded("<POST><HOST>Transfer-Encoding: gzip\r\n\r\n", &acme.token);
    exchange(world.server.address(), head.as_bytes()).await;
    let refused = "framing_refusals_total{reason=\"transfer-encoding\"}";
    assert_eq!(counted(&world, refused).await, 1);

    let mut crowd = Vec::new();
    for _ in 0..4 {
        crowd.push(TcpStream::connect(world.server.address()).await.unwrap());
    }
    let shed = "sheds_total{reason=\"connections\"}";
    eventually(async || (counted(&world, shed).await >= 1).then_some(())).await;
    assert_eq!(counted(&world, "connections{listener=\"tenants\"}").await, 3);
    drop(crowd);
    create.abort();
    let open = "connections{listener=\"tenants\"}";
    eventually(async || (counted(&world, open).await <= 2).then_some(())).await;
}
