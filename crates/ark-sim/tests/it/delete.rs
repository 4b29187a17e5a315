//! DELETE in every state.

use ark_sim::Verb;
use serde_json::json;

use crate::support::{DAY_S, create, delete, get, seconds, start};

#[tokio::test]
async fn a_queued_task_is_cancelled_and_vanishes_after_a_day() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    let answer = delete(&sim, &id).await;
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    assert_eq!(get(&sim, &id).await.json()["status"], "cancelled");
    delete(&sim, &id).await.is(409, "InvalidAction.CancelledTaskDeletion");

    sim.clock().advance(seconds(DAY_S - 1));
    assert_eq!(get(&sim, &id).await.json()["status"], "cancelled");
    sim.clock().advance(seconds(1));
    assert_eq!(get(&sim, &id).await.status, 404);
}

#[tokio::test]
async fn a_running_task_is_refused_with_409() {
    let sim = start().await;
    let id = create(&sim, json!({})).await;
    sim.clock().advance(seconds(2));
    let answer = delete(&sim, &id).await;
    answer.is(409, "InvalidAction.RunningTaskDeletion");
    let message = answer.json()["error"]["message"].to_string();
    let expected = format!("Cannot delete task `{id}` because it is currently running.");
    assert!(message.contains(&expected), "{message}");
    assert_eq!(get(&sim, &id).await.json()["status"], "running");
}

#[tokio::test]
async fn an_ended_task_is_gone_at_once_and_was_bought_all_the_same() {
    let sim = start().await;
    for status in ["succeeded", "failed", "expired"] {
        let id = create(&sim, json!({})).await;
        sim.set_status(&id, status).unwrap();
        assert_eq!(delete(&sim, &id).await.status, 200, "{status}");
        get(&sim, &id).await.is(404, "NotFound.task_id");
        delete(&sim, &id).await.is(404, "NotFound.task_id");
        assert_eq!(sim.task(&id).unwrap().status, status);
    }
    assert_eq!(sim.count(Verb::Delete), 6);
}
