//! Watching: what is due, in which order, and what happens to a task that vanished.

use std::time::Duration;

use seedance_model::{TaskId, TaskStatus};
use tenancy::{Claim, NewIntent, Observation, SettlementState, TenantScope, UnixMillis, WatchLoad};

use crate::support::{NOW, UPSTREAM, World, at, intent, new_task, opened, seen, task_id};

/// A claim of due tasks that ends a hundred seconds after the start.
fn claim(limit: u32) -> Claim {
    let upstream = UPSTREAM.to_owned();
    Claim { upstream, asked: Vec::new(), after: None, limit, until: at(100) }
}

/// The ids of what was claimed, in order.
async fn claimed(world: &World, claim: Claim, now: UnixMillis) -> Vec<String> {
    let claimed = world.store.claim_tasks(claim, now).await.unwrap();
    claimed.iter().map(|task| task.id.to_string()).collect()
}

/// A running task that is due at this second.
async fn due(world: &World, scope: &TenantScope, id: &str, second: u64) -> TaskId {
    let task = world.task(scope, id, NOW).await;
    let next_check_at = at(second);
    let news = Observation { next_check_at, ..seen(&task, TaskStatus::Running, NOW) };
    world.store.record_observation(news).await.unwrap();
    task
}

#[tokio::test]
async fn each_tenants_longest_due_task_comes_first() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    for (id, check_at) in [("cgt-1", 30), ("cgt-2", 10), ("cgt-3", 20), ("cgt-4", 40)] {
        due(&world, &scope, id, check_at).await;
    }
    let first = claimed(&world, claim(1), at(30)).await;
    assert_eq!(first, ["cgt-2"]);
    assert_eq!(claimed(&world, claim(10), at(30)).await, ["cgt-3", "cgt-1"]);
    let load = world.store.watch_load(UPSTREAM).await.unwrap();
    assert_eq!((load.live_tasks, load.oldest_created_at), (4, Some(NOW)));
    assert_eq!(load.first_due_at, Some(at(40)));
    world.finish().await;
}

#[tokio::test]
async fn p17_tenants_take_turns_however_many_tasks_one_of_them_has() {
    let Some(world) = super::start().await else { return };
    let flood = world.scope("flood").await;
    for number in 0..20 {
        due(&world, &flood, &format!("cgt-f-{number:02}"), 1).await;
    }
    for name in ["acme", "blue"] {
        let scope = world.scope(name).await;
        due(&world, &scope, &format!("cgt-{name}"), 5).await;
    }
    let first = claimed(&world, claim(4), at(9)).await;
    assert_eq!(first[1..3], ["cgt-acme", "cgt-blue"]);
    assert!(first[0].starts_with("cgt-f-") && first[3].starts_with("cgt-f-"));
    world.finish().await;
}

#[tokio::test]
async fn p17_the_next_claim_goes_on_with_the_next_tenant() {
    let Some(world) = super::start().await else { return };
    for name in ["acme", "blue", "coal"] {
        let scope = world.scope(name).await;
        for number in [1, 2] {
            due(&world, &scope, &format!("cgt-{name}-{number}"), number).await;
        }
    }
    let one = world.store.claim_tasks(claim(2), at(9)).await.unwrap();
    let after = one.last().map(|task| task.tenant);
    let two = claimed(&world, Claim { after, ..claim(2) }, at(9)).await;
    assert_eq!(two, ["cgt-coal-1", "cgt-acme-2"]);
    world.finish().await;
}

#[tokio::test]
async fn what_tenants_wait_for_is_taken_before_it_is_due() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    due(&world, &scope, "cgt-1", 1).await;
    let asked = vec![due(&world, &scope, "cgt-2", 600).await, task_id("cgt-none")];
    let asked = Claim { asked, ..claim(10) };
    assert_eq!(claimed(&world, asked.clone(), at(9)).await, ["cgt-2", "cgt-1"]);
    assert!(claimed(&world, asked, at(9)).await.is_empty(), "both are taken");
    world.finish().await;
}

#[tokio::test]
async fn p59_a_task_is_claimed_once_until_the_claim_is_over() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = due(&world, &scope, "cgt-1", 1).await;
    assert_eq!(claimed(&world, claim(10), at(2)).await, ["cgt-1"]);
    let again = Claim { asked: vec![task.clone()], until: at(200), ..claim(10) };
    assert!(claimed(&world, again.clone(), at(99)).await.is_empty());
    assert_eq!(claimed(&world, again, at(100)).await, ["cgt-1"], "its holder was not heard of");
    world.store.release_tasks(std::slice::from_ref(&task), at(120)).await.unwrap();
    assert!(claimed(&world, claim(10), at(119)).await.is_empty());
    assert_eq!(claimed(&world, claim(10), at(120)).await, ["cgt-1"], "it was given back");
    world.finish().await;
}

#[tokio::test]
async fn p59_an_observation_ends_a_claim() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = due(&world, &scope, "cgt-1", 1).await;
    claimed(&world, claim(10), at(2)).await;
    world.observe(&task, TaskStatus::Running, at(3)).await;
    let asked = Claim { asked: vec![task.clone()], ..claim(10) };
    assert_eq!(claimed(&world, asked.clone(), at(3)).await, ["cgt-1"]);
    world.store.mark_missing(&task, at(4), at(64)).await.unwrap();
    assert_eq!(claimed(&world, asked.clone(), at(5)).await, ["cgt-1"]);
    world.observe(&task, TaskStatus::Failed, at(6)).await;
    assert!(claimed(&world, asked, at(500)).await.is_empty(), "an ended task is not live");
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap(), WatchLoad::default());
    world.finish().await;
}

#[tokio::test]
async fn each_upstream_account_has_its_own_tasks() {
    let Some(world) = super::start().await else { return };
    let tenant = world.tenant("acme").await;
    let scope = world.store.scope(&tenant);
    world.task(&scope, "cgt-1", NOW).await;
    let elsewhere = NewIntent { upstream: "other".to_owned(), has_video: true, ..intent() };
    let id = opened(scope.open_intent(elsewhere, NOW).await.unwrap());
    world.store.bind_intent(id, new_task("cgt-2"), NOW).await.unwrap();
    let both = ["cgt-1", "cgt-2"].map(task_id);
    for (upstream, id) in [(UPSTREAM, "cgt-1"), ("other", "cgt-2")] {
        let live = world.store.live_tasks(upstream, &both).await.unwrap();
        let claim = Claim { upstream: upstream.to_owned(), asked: both.to_vec(), ..claim(10) };
        let claimed = world.store.claim_tasks(claim, NOW).await.unwrap();
        assert_eq!(claimed, live);
        assert_eq!(claimed.len(), 1);
        assert_eq!((claimed[0].id.as_str(), claimed[0].tenant), (id, tenant.id));
        assert_eq!(claimed[0].has_video, upstream == "other");
        assert_eq!(world.store.watch_load(upstream).await.unwrap().live_tasks, 1);
    }
    assert_eq!(world.store.watch_load("none").await.unwrap(), WatchLoad::default());
    world.finish().await;
}

#[tokio::test]
async fn a_missing_task_remembers_since_when_until_it_is_heard_of() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    for second in [10, 20] {
        assert!(world.store.mark_missing(&task, at(second), at(second + 5)).await.unwrap());
    }
    assert!(claimed(&world, claim(10), at(24)).await.is_empty());
    let missing = world.store.claim_tasks(claim(10), at(25)).await.unwrap();
    assert_eq!(missing[0].missing_since, Some(at(10)));
    world.observe(&task, TaskStatus::Running, at(30)).await;
    let heard_of = world.store.claim_tasks(claim(10), at(31)).await.unwrap();
    assert_eq!(heard_of[0].missing_since, None);
    world.finish().await;
}

#[tokio::test]
async fn p48_a_lost_task_is_not_watched_and_not_charged() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Running, at(1)).await;
    assert!(world.store.record_lost(&task, at(3600)).await.unwrap());
    assert!(!world.store.record_lost(&task, at(3601)).await.unwrap());
    assert!(!world.store.mark_missing(&task, at(3601), at(3602)).await.unwrap());
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap().live_tasks, 0);
    let kept = scope.find_task(&task).await.unwrap().unwrap();
    assert_eq!((kept.status, kept.settlement), (TaskStatus::Running, SettlementState::Lost));
    assert_eq!(scope.ledger_entry(&task).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_lost_task_that_is_heard_of_is_settled_after_all() {
    let Some(world) = super::start().await else { return };
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
    let Some(world) = super::start().await else { return };
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
    assert_eq!(world.store.watch_load(UPSTREAM).await.unwrap().live_tasks, 3);
    world.finish().await;
}
