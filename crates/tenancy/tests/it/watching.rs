//! Watching: what is due, in which order, and what happens to a task that vanished.

use std::time::Duration;

use seedance_model::TaskStatus;
use tenancy::{NewIntent, Observation, SettlementState};

use crate::support::{NOW, UPSTREAM, World, at, intent, new_task, opened, seen};

#[tokio::test]
async fn due_tasks_come_longest_due_first() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    for (id, check_at) in [("cgt-1", 30), ("cgt-2", 10), ("cgt-3", 20), ("cgt-4", 40)] {
        let task = world.task(&scope, id, NOW).await;
        let next_check_at = at(check_at);
        let news = Observation { next_check_at, ..seen(&task, TaskStatus::Running, at(1)) };
        world.store.record_observation(news).await.unwrap();
    }
    let due = world.store.due_tasks(UPSTREAM, at(30), 10).await.unwrap();
    let ids: Vec<&str> = due.iter().map(|task| task.id.as_str()).collect();
    assert_eq!(ids, ["cgt-2", "cgt-3", "cgt-1"]);
    assert_eq!((due[0].status, due[0].refreshed_at), (TaskStatus::Running, at(1)));
    let first = world.store.due_tasks(UPSTREAM, at(30), 1).await.unwrap();
    assert_eq!(first, due[..1]);
    assert_eq!(world.store.count_live_tasks(UPSTREAM).await.unwrap(), 4);
    world.finish().await;
}

#[tokio::test]
async fn each_upstream_account_has_its_own_tasks() {
    let world = World::start().await;
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    world.task(&scope, "cgt-1", NOW).await;
    let upstream = "other".to_owned();
    let elsewhere = NewIntent { upstream, has_video: true, ..intent() };
    let id = opened(scope.open_intent(elsewhere, NOW).await.unwrap());
    world.store.bind_intent(id, new_task("cgt-2"), NOW).await.unwrap();
    for (upstream, id) in [(UPSTREAM, "cgt-1"), ("other", "cgt-2")] {
        let due = world.store.due_tasks(upstream, NOW, 10).await.unwrap();
        assert_eq!(due.len(), 1);
        assert_eq!((due[0].id.as_str(), due[0].tenant), (id, tenant.id));
        assert_eq!(due[0].has_video, upstream == "other");
        assert_eq!(world.store.count_live_tasks(upstream).await.unwrap(), 1);
    }
    assert_eq!(world.store.count_live_tasks("none").await.unwrap(), 0);
    world.finish().await;
}

#[tokio::test]
async fn a_missing_task_remembers_since_when_until_it_is_heard_of() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    for second in [10, 20] {
        assert!(world.store.mark_missing(&task, at(second), at(second + 5)).await.unwrap());
    }
    assert!(world.store.due_tasks(UPSTREAM, at(24), 10).await.unwrap().is_empty());
    let due = world.store.due_tasks(UPSTREAM, at(25), 10).await.unwrap();
    assert_eq!(due[0].missing_since, Some(at(10)));
    world.observe(&task, TaskStatus::Running, at(30)).await;
    let due = world.store.due_tasks(UPSTREAM, at(31), 10).await.unwrap();
    assert_eq!(due[0].missing_since, None);
    world.finish().await;
}

#[tokio::test]
async fn p48_a_lost_task_is_not_watched_and_not_charged() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Running, at(1)).await;
    assert!(world.store.record_lost(&task, at(3600)).await.unwrap());
    assert!(!world.store.record_lost(&task, at(3601)).await.unwrap());
    assert!(!world.store.mark_missing(&task, at(3601), at(3602)).await.unwrap());
    assert_eq!(world.store.count_live_tasks(UPSTREAM).await.unwrap(), 0);
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Running, SettlementState::Lost));
    assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_lost_task_that_is_heard_of_is_settled_after_all() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.store.record_lost(&task, at(1)).await.unwrap();
    world.observe(&task, TaskStatus::Succeeded, at(2)).await;
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!(kept.settlement, SettlementState::Charged);
    world.finish().await;
}

#[tokio::test]
async fn a_task_leaves_the_list_seven_days_after_it_was_created() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    for (id, second) in [("cgt-1", 0), ("cgt-2", 1), ("cgt-3", 2)] {
        world.task(&scope, id, at(second)).await;
    }
    let week = Duration::from_hours(7 * 24);
    assert_eq!(world.store.age_out(NOW.plus(week), 10).await.unwrap(), 0);
    assert_eq!(world.store.age_out(at(5).plus(week), 2).await.unwrap(), 2);
    assert_eq!(world.store.age_out(at(5).plus(week), 2).await.unwrap(), 1);
    assert_eq!(world.store.age_out(at(5).plus(week), 2).await.unwrap(), 0);
    // It is still there, and still watched.
    assert_eq!(world.store.count_live_tasks(UPSTREAM).await.unwrap(), 3);
    world.finish().await;
}
