//! Pages and totals, case by case. The random cases are in `listing_model`.

use std::time::Duration;

use seedance_model::{Model, ServiceTier, TaskQuery, TaskStatus};
use tenancy::{TaskPage, TenantScope, UnixMillis};

use crate::support::{NOW, at, first_page};

async fn ids(scope: &TenantScope, query: &TaskQuery, now: UnixMillis) -> (Vec<String>, u64) {
    let TaskPage { items, total } = scope.page_tasks(query, now).await.unwrap();
    let ids = items.into_iter().map(|task| task.id.as_str().to_owned());
    (ids.collect(), total)
}

#[tokio::test]
async fn a_page_holds_the_newest_tasks_first() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    // The last two are of the same millisecond: the one that was bound last comes first.
    for (id, second) in [("a", 2), ("b", 1), ("c", 3), ("d", 3)] {
        world.task(&scope, id, at(second)).await;
    }
    let page = |page_num, page_size| TaskQuery { page_num, page_size, ..first_page() };
    let text = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(ids(&scope, &page(1, 10), at(9)).await, (text(&["d", "c", "a", "b"]), 4));
    assert_eq!(ids(&scope, &page(1, 3), at(9)).await, (text(&["d", "c", "a"]), 4));
    assert_eq!(ids(&scope, &page(2, 3), at(9)).await, (text(&["b"]), 4));
    assert_eq!(ids(&scope, &page(3, 3), at(9)).await, (text(&[]), 4));
    assert_eq!(ids(&scope, &page(u32::MAX, u32::MAX), at(9)).await, (text(&[]), 4));
    world.finish().await;
}

#[tokio::test]
async fn filters_by_model_and_status_narrow_page_and_total() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let tasks = [
        ("a", Model::Standard, TaskStatus::Succeeded),
        ("b", Model::Fast, TaskStatus::Succeeded),
        ("c", Model::Fast, TaskStatus::Failed),
        ("d", Model::Mini, TaskStatus::Running),
    ];
    for ((id, model, status), second) in tasks.into_iter().zip(0..) {
        let task = world.task_of(&scope, model, id, at(second)).await;
        world.observe(&task, status, at(5)).await;
    }
    let fast = TaskQuery { model: Some(Model::Fast), ..first_page() };
    let succeeded = TaskQuery { status: Some(TaskStatus::Succeeded), ..first_page() };
    let both = TaskQuery { model: Some(Model::Fast), ..succeeded.clone() };
    let by_id =
        TaskQuery { task_ids: ["b", "c", "x", "b"].map(str::to_owned).to_vec(), ..first_page() };
    let by_id_and_status = TaskQuery { status: Some(TaskStatus::Failed), ..by_id.clone() };
    let flex = TaskQuery { service_tier: Some(ServiceTier::Flex), ..first_page() };
    let default = TaskQuery { service_tier: Some(ServiceTier::Default), ..fast.clone() };
    for (query, expected) in [
        (fast, "cb"),
        (succeeded, "ba"),
        (both, "b"),
        (by_id, "cb"),
        (by_id_and_status, "c"),
        (flex, ""),
        (default, "cb"),
    ] {
        let (found, total) = ids(&scope, &query, at(9)).await;
        assert_eq!(found.concat(), expected, "{query:?}");
        assert_eq!(total, expected.len() as u64, "{query:?}");
    }
    world.finish().await;
}

#[tokio::test]
async fn the_list_ends_exactly_seven_days_back() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    world.task(&scope, "old", NOW).await;
    world.task(&scope, "new", at(60)).await;
    let edge = NOW.plus(Duration::from_hours(7 * 24));
    let past = edge.plus(Duration::from_millis(1));
    let by_id = TaskQuery { task_ids: vec!["old".into()], ..first_page() };
    let by_status = TaskQuery { status: Some(TaskStatus::Queued), ..first_page() };
    for (query, tasks) in [(first_page(), 2), (by_status.clone(), 2), (by_id.clone(), 1)] {
        assert_eq!(ids(&scope, &query, edge).await.1, tasks);
    }
    // Whether the old task was aged out meanwhile is not to be noticed.
    for aged_out in [0, 1] {
        for (query, tasks) in [(first_page(), 1), (by_status.clone(), 1), (by_id.clone(), 0)] {
            assert_eq!(ids(&scope, &query, past).await.1, tasks);
        }
        assert_eq!(world.store.age_out(edge, 10).await.unwrap(), 0);
        assert_eq!(world.store.age_out(past, 10).await.unwrap(), 1 - aged_out);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_buried_task_is_in_no_list() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "a", NOW).await;
    world.task(&scope, "b", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    assert!(scope.bury_task(&task, at(2)).await.unwrap());
    assert!(!scope.bury_task(&task, at(3)).await.unwrap());
    let by_id = TaskQuery { task_ids: vec!["a".into(), "b".into()], ..first_page() };
    for query in [first_page(), by_id] {
        assert_eq!(ids(&scope, &query, at(4)).await, (vec!["b".to_owned()], 1));
    }
    world.finish().await;
}

#[tokio::test]
async fn ids_of_any_form_and_number_can_be_asked_for() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    world.task(&scope, "a", NOW).await;
    let mut task_ids: Vec<String> = (0..5_000).map(|number| format!("x{number}")).collect();
    let odd = ["", "\0", "a\0", "' OR 1=1 --", "a ", "A", "\u{10ffff}", "a"];
    task_ids.extend(odd.map(str::to_owned));
    let query = TaskQuery { task_ids, ..first_page() };
    assert_eq!(ids(&scope, &query, NOW).await, (vec!["a".to_owned()], 1));
    world.finish().await;
}
