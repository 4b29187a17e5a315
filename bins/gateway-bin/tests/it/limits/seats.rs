//! A tenant whose requests hang, beside others that have as much right to the gateway.

use ark_sim::{Fault, Gate, Pace, Quotas, SimSettings, Verb};
use serde_json::json;

use super::{finish, with_status};
use crate::support::{GOOD, TenantClient, World, eventually};

/// Seats of either kind, and how many of them one tenant may hold.
const SEATS: usize = 10;
const SHARE: usize = 8;

async fn world() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, &format!("server.max_requests = {SEATS}\n")).await
}

/// A number as metrics have it.
fn as_sample(number: usize) -> Option<f64> {
    u32::try_from(number).ok().map(f64::from)
}

/// As many creates as one tenant may have under way; the upstream answers when the gate opens.
async fn hanging_creates(
    world: &World,
    of: &TenantClient,
) -> (Gate, Vec<tokio::task::JoinHandle<u16>>) {
    let gate = Gate::closed();
    world.sim.faults().next_n(Verb::Create, SHARE, Fault::HoldBack(gate.clone()));
    let before = world.sim.count(Verb::Create);
    let creates = (0..SHARE).map(|_| {
        let create = of.create(GOOD);
        tokio::spawn(async move { create.await.status })
    });
    let creates = creates.collect();
    world.sim.wait_for_calls(Verb::Create, before + SHARE).await;
    (gate, creates)
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_tenant_whose_creates_hang_leaves_seats_for_others() {
    let world = world().await;
    let (slow, other) = (world.tenant("slow").await, world.tenant("other").await);
    let own = slow.creates(GOOD).await;
    let (gate, hanging) = hanging_creates(&world, &slow).await;

    let refused: Vec<_> = (0..5 * SEATS).map(|_| tokio::spawn(slow.create(GOOD))).collect();
    for _ in 0..SEATS {
        let task = other.creates(GOOD).await;
        assert_eq!(other.delete(&task).await.status, 200);
    }
    other.acts("CreateAssetGroup", &json!({"Name": "g"})).await;

    for reply in refused {
        let reply = reply.await.unwrap();
        reply.is(429, "rate_limit_exceeded");
        assert_eq!(reply.header("retry-after"), Some("1"));
        assert!(reply.text.contains("under way"), "{}", reply.text);
    }
    slow.delete(&own).await.is(429, "rate_limit_exceeded");
    let group = slow.act("CreateAssetGroup", &json!({"Name": "g"})).await;
    group.is_asset_refusal(429, "rate_limit_exceeded");
    assert_eq!(slow.get(&own).await.status, 200, "reading has seats of its own");
    assert_eq!(world.sim.count(Verb::Create), 1 + SHARE + SEATS, "what was refused was not sent");
    let shed = world.metric("phanedge_sheds_total{reason=\"share\"}").await;
    assert_eq!(shed, as_sample(5 * SEATS + 2));

    gate.open();
    for create in hanging {
        assert_eq!(create.await.unwrap(), 200);
    }
    slow.creates(GOOD).await;
    assert_eq!(slow.delete(&own).await.status, 200);
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_create_whose_client_went_away_gives_its_part_of_the_share_back() {
    let world = world().await;
    let slow = world.tenant("slow").await;
    let (gate, hanging) = hanging_creates(&world, &slow).await;
    slow.create(GOOD).await.is(429, "rate_limit_exceeded");
    for create in hanging {
        create.abort();
    }
    eventually(async || (slow.create(GOOD).await.status == 200).then_some(())).await;
    gate.open();
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_tenant_whose_polls_hang_leaves_seats_for_others() {
    let world = world().await;
    let (slow, other) = (world.tenant("slow").await, world.tenant("other").await);
    let (task, others) = (slow.creates(GOOD).await, other.creates(GOOD).await);
    let gate = Gate::closed();
    world.sim.faults().always(Verb::Get, Fault::HoldBack(gate.clone()));
    world.sim.faults().always(Verb::List, Fault::HoldBack(gate.clone()));
    world.clock.advance(std::time::Duration::from_secs(1));
    let polls: Vec<_> = (0..SEATS).map(|_| tokio::spawn(slow.get(&task))).collect();
    // The others are answered from the store at once.
    eventually(async || {
        let waiting = world.metric("phanedge_requests_under_way").await;
        let answered = polls.iter().filter(|poll| poll.is_finished()).count();
        (waiting == as_sample(SHARE) && answered == SEATS - SHARE).then_some(())
    })
    .await;
    assert_eq!(slow.get(&task).await.status, 200);
    for _ in 0..SEATS {
        assert_eq!(other.list("").await.status, 200);
    }
    assert_eq!(other.get(&others).await.status, 200);
    let mut replies = Vec::new();
    for poll in polls {
        replies.push(poll.await.unwrap());
    }
    assert_eq!(with_status(&replies, 200), SEATS, "at worst, the stored state is the answer");
    gate.open();
    finish(world).await;
}
