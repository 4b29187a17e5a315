//! Which calls suffer a planned fault.

use ark_sim::{Fault, Gate, Sim, Verb};
use serde_json::json;

use crate::support::{create, delete, get, list, start};

#[tokio::test]
async fn planned_faults_strike_in_their_order_and_count_their_uses() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    let first = sim.faults().next_n(Verb::Get, 2, Fault::status(502));
    let second = sim.faults().next(Verb::Get, Fault::status(503));
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(get(&sim, &id).await.status);
    }
    assert_eq!(seen, [502, 502, 503, 200]);
    assert_eq!((first.uses(), second.uses()), (2, 1));
}

#[tokio::test]
async fn a_fault_of_one_verb_leaves_the_others_alone_until_it_is_cleared() {
    let sim = start().await;
    let always = sim.faults().always(Verb::List, Fault::status(500));
    let id = create(&sim, json!({})).await;
    assert_eq!(get(&sim, &id).await.status, 200);
    assert_eq!(list(&sim, "").await.status, 500);
    assert_eq!(list(&sim, "").await.status, 500);
    sim.faults().clear();
    assert_eq!(list(&sim, "").await.status, 200);
    assert_eq!(always.uses(), 2);
}

/// The statuses of 60 lists under a random plan.
async fn random_statuses(sim: &Sim, number: u64) -> Vec<u16> {
    let menu = vec![Fault::status(500), Fault::status(503)];
    sim.faults().sometimes(Verb::List, 500, number, menu);
    let mut seen = Vec::new();
    for _ in 0..60 {
        seen.push(list(sim, "").await.status);
    }
    seen
}

#[tokio::test]
async fn a_seed_repeats_a_random_plan() {
    let one = random_statuses(&start().await, 7).await;
    assert_eq!(random_statuses(&start().await, 7).await, one);
    assert_ne!(random_statuses(&start().await, 8).await, one);
    for status in [200, 500, 503] {
        assert!(one.contains(&status), "{one:?}");
    }
}

#[tokio::test]
async fn a_call_that_is_held_back_takes_effect_when_the_gate_opens() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    let gate = Gate::closed();
    sim.faults().next(Verb::Delete, Fault::HoldBack(gate.clone()));
    let meanwhile = async {
        sim.wait_for_calls(Verb::Delete, 1).await;
        assert_eq!(sim.task(&id).unwrap().status, "queued");
        sim.succeed(&id).unwrap();
        gate.open();
    };
    let (held, ()) = tokio::join!(delete(&sim, &id), meanwhile);
    assert_eq!(held.status, 200);
    assert!(!sim.task(&id).unwrap().visible, "it was not queued any more");
}
