//! Limits of a tenant: set and lifted by an operator, and kept to when an intent is opened.

use std::num::NonZeroU32;

use seedance_model::TaskStatus;
use tenancy::{
    Binding, IntentId, LimitChange, LimitUse, Limits, NewIntent, Opening, Tenant, TenantName,
    TenantScope, Token, UnixMillis,
};

use crate::support::{
    NOW, World, at, charge, intent, keyed_intent, new_task, opened, seen, task_id,
};

/// So many seconds after the start of most tests, it is the next month.
const NEXT_MONTH: u64 = 5 * 24 * 3600;

/// What an intent of most tests reserves.
const RESERVED: i64 = 1_000_000;

async fn limited(world: &World, limits: &[LimitChange]) -> (Tenant, TenantScope) {
    let tenant = world.tenant("acme").await;
    let changed = world.store.change_limits(&tenant.name, limits.to_vec(), "ops", NOW).await;
    let tenant = changed.unwrap().unwrap();
    let scope = world.store.scope(&tenant);
    (tenant, scope)
}

async fn used(world: &World, tenant: &Tenant, now: UnixMillis) -> [i64; 3] {
    let LimitUse { live_tasks, charged_usd_micros, reserved_usd_micros } =
        world.store.limit_use(tenant.id, now).await.unwrap();
    [live_tasks.try_into().unwrap(), charged_usd_micros, reserved_usd_micros]
}

async fn open(scope: &TenantScope) -> IntentId {
    opened(scope.open_intent(intent(), NOW).await.unwrap())
}

fn cap(micros: i64) -> LimitChange {
    LimitChange::MonthlyUsdMicros(Some(micros))
}

#[tokio::test]
async fn limits_are_told_with_the_tenant_and_its_token() {
    let Some(world) = super::start().await else { return };
    let name = TenantName::parse("acme").unwrap();
    let rate = LimitChange::RequestsPerSecond(NonZeroU32::new(50));
    let (tenant, _) = limited(&world, &[rate, LimitChange::LiveTasks(Some(0)), cap(7)]).await;
    let expected = Limits {
        requests_per_second: NonZeroU32::new(50),
        live_tasks: Some(0),
        monthly_usd_micros: Some(7),
    };
    assert_eq!(tenant.limits, expected);
    assert_eq!(world.store.find_tenant(&name).await.unwrap(), Some(tenant.clone()));
    let token = Token::generate().unwrap();
    world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
    assert_eq!(world.store.authenticate(&token, NOW).await.unwrap(), Some(tenant));
    let lift = vec![LimitChange::RequestsPerSecond(None)];
    let lifted = world.store.change_limits(&name, lift, "ops", NOW).await.unwrap().unwrap();
    assert_eq!(lifted.limits, Limits { requests_per_second: None, ..expected });
    let nobody = TenantName::parse("nobody").unwrap();
    assert_eq!(world.store.change_limits(&nobody, vec![cap(1)], "ops", NOW).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn p27_a_change_is_in_the_audit_log_with_before_and_after() {
    let Some(world) = super::start().await else { return };
    let (tenant, _) = limited(&world, &[cap(12_500_000)]).await;
    for changes in [vec![cap(12_500_000)], vec![], vec![LimitChange::LiveTasks(Some(3)), cap(0)]] {
        world.store.change_limits(&tenant.name, changes, "ops", at(1)).await.unwrap();
    }
    let log = world.store.audit_page(None, 10).await.unwrap();
    let told: Vec<_> = log.iter().map(|record| (record.at, record.detail.as_str())).collect();
    let nothing = "requests-per-second none, live-tasks none, monthly-usd none";
    let money = "requests-per-second none, live-tasks none, monthly-usd 12.500000";
    let both = "requests-per-second none, live-tasks 3, monthly-usd 0.000000";
    let first = format!("before: {nothing}; after: {money}");
    let second = format!("before: {money}; after: {both}");
    assert_eq!(told, [(NOW, first.as_str()), (at(1), second.as_str())]);
    assert_eq!((log[0].action.as_str(), log[0].subject.as_str()), ("change-limits", "tenant acme"));
    assert_eq!(log[0].actor, "ops");
    world.finish().await;
}

#[tokio::test]
async fn p17_no_more_tasks_are_live_than_the_limit_says() {
    let Some(world) = super::start().await else { return };
    let (_, scope) = limited(&world, &[LimitChange::LiveTasks(Some(2))]).await;
    let other = world.scope("zeta").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    let unclear = open(&scope).await;
    let full = Opening::TooManyLiveTasks { limit: 2 };
    for now in [NOW, at(NEXT_MONTH)] {
        assert_eq!(scope.open_intent(intent(), now).await.unwrap(), full);
    }
    open(&other).await;
    world.observe(&task, TaskStatus::Failed, at(1)).await;
    world.store.mark_intent_unknown(unclear, at(1)).await.unwrap();
    let next = open(&scope).await;
    assert_eq!(scope.open_intent(intent(), NOW).await.unwrap(), full);
    world.store.refuse_intent(next, NOW).await.unwrap();
    open(&scope).await;
    world.finish().await;
}

#[tokio::test]
async fn p17_a_month_costs_no_more_than_its_cap() {
    let Some(world) = super::start().await else { return };
    let (tenant, scope) = limited(&world, &[cap(2 * RESERVED + 1)]).await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    let second = open(&scope).await;
    let over = Opening::OverBudget { left_usd_micros: 1 };
    assert_eq!(scope.open_intent(intent(), NOW).await.unwrap(), over);
    // A charge takes the place of its reservation, and what is left over may be spent.
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    let charged = charge().charge_usd_micros;
    assert_eq!(used(&world, &tenant, NOW).await, [1, charged, RESERVED]);
    let reserve_usd_micros = RESERVED + 1 - charged;
    let rest = NewIntent { reserve_usd_micros, ..intent() };
    let dearer = NewIntent { reserve_usd_micros: reserve_usd_micros + 1, ..intent() };
    let over = Opening::OverBudget { left_usd_micros: reserve_usd_micros };
    assert_eq!(scope.open_intent(dearer, NOW).await.unwrap(), over);
    opened(scope.open_intent(rest, NOW).await.unwrap());
    // The next month starts anew, and the last one stays as it is.
    opened(scope.open_intent(intent(), at(NEXT_MONTH)).await.unwrap());
    world.store.refuse_intent(second, at(NEXT_MONTH)).await.unwrap();
    assert_eq!(used(&world, &tenant, NOW).await, [2, charged, reserve_usd_micros]);
    assert_eq!(used(&world, &tenant, at(NEXT_MONTH)).await, [2, 0, RESERVED]);
    world.finish().await;
}

/// Of a thousand at once some are told that the store is busy, on a machine that is.
async fn open_in_turn(scope: &TenantScope) -> Opening {
    loop {
        match scope.open_intent(intent(), NOW).await {
            Err(error) if error.is_busy() => {}
            opening => return opening.unwrap(),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p17_of_a_thousand_intents_at_once_those_are_opened_that_there_is_room_for() {
    for room in [cap(38 * RESERVED - 1), LimitChange::LiveTasks(Some(37))] {
        let Some(world) = super::start().await else { return };
        let (tenant, scope) = limited(&world, &[room]).await;
        let openers: Vec<_> = (0..1_000)
            .map(|_| {
                let scope = scope.clone();
                tokio::spawn(async move { open_in_turn(&scope).await })
            })
            .collect();
        let mut opened = 0;
        for opener in openers {
            opened += i32::from(matches!(opener.await.unwrap(), Opening::Opened(_)));
        }
        assert_eq!(opened, 37);
        assert_eq!(used(&world, &tenant, NOW).await, [37, 0, 37 * RESERVED]);
        world.finish().await;
    }
}

#[tokio::test]
async fn p10_a_repetition_reserves_once_and_is_not_refused() {
    let Some(world) = super::start().await else { return };
    let (tenant, scope) = limited(&world, &[cap(RESERVED), LimitChange::LiveTasks(Some(1))]).await;
    let first = opened(scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap());
    for _ in 0..3 {
        let again = scope.open_intent(keyed_intent("k", 1), NOW).await.unwrap();
        assert!(matches!(again, Opening::Known(known) if known.id == first));
    }
    assert_eq!(scope.open_intent(keyed_intent("k", 2), NOW).await.unwrap(), Opening::Conflict);
    let full = Opening::TooManyLiveTasks { limit: 1 };
    assert_eq!(scope.open_intent(keyed_intent("l", 1), NOW).await.unwrap(), full);
    assert_eq!(used(&world, &tenant, NOW).await, [1, 0, RESERVED]);
    // What was refused left nothing behind, its key neither.
    world.store.refuse_intent(first, NOW).await.unwrap();
    opened(scope.open_intent(keyed_intent("l", 1), NOW).await.unwrap());
    world.finish().await;
}

#[tokio::test]
async fn p08_what_was_given_up_and_found_reserves_again_above_the_cap_too() {
    let Some(world) = super::start().await else { return };
    let (tenant, scope) = limited(&world, &[cap(RESERVED), LimitChange::LiveTasks(Some(1))]).await;
    let lost = open(&scope).await;
    assert!(world.store.abandon_intent(lost, "ops", NOW).await.unwrap());
    assert_eq!(used(&world, &tenant, NOW).await, [0, 0, 0]);
    open(&scope).await;
    let found = world.store.adopt_intent(lost, new_task("cgt-1"), "ops", at(1)).await.unwrap();
    assert_eq!(found, Binding::Bound);
    assert_eq!(used(&world, &tenant, NOW).await, [2, 0, 2 * RESERVED]);
    let use_now = world.store.limit_use(tenant.id, NOW).await.unwrap();
    assert_eq!(use_now.left_usd_micros(RESERVED), 0);
    assert_eq!(world.store.reservation(&task_id("cgt-1")).await.unwrap(), Some(RESERVED));
    assert_eq!(world.store.reservation(&task_id("cgt-2")).await.unwrap(), None);
    world.finish().await;
}

#[tokio::test]
async fn a_lost_task_reserves_again_when_it_is_heard_of() {
    let Some(world) = super::start().await else { return };
    let (tenant, scope) = limited(&world, &[]).await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    for expected in [[0, 0, 0], [1, 0, RESERVED]] {
        if expected[0] == 0 {
            world.store.record_lost(&task, at(1)).await.unwrap();
        } else {
            world.observe(&task, TaskStatus::Running, at(2)).await;
        }
        assert_eq!(used(&world, &tenant, NOW).await, expected);
    }
    world.finish().await;
}

#[tokio::test]
async fn a_charge_above_its_reservation_is_charged_whole() {
    let Some(world) = super::start().await else { return };
    let (tenant, scope) = limited(&world, &[cap(1)]).await;
    let cheap = NewIntent { reserve_usd_micros: 1, ..intent() };
    let id = opened(scope.open_intent(cheap.clone(), NOW).await.unwrap());
    world.store.bind_intent(id, new_task("cgt-1"), NOW).await.unwrap();
    let seen = seen(&task_id("cgt-1"), TaskStatus::Succeeded, at(1));
    world.store.record_observation(seen).await.unwrap();
    assert_eq!(used(&world, &tenant, NOW).await, [0, charge().charge_usd_micros, 0]);
    let over = Opening::OverBudget { left_usd_micros: 0 };
    assert_eq!(scope.open_intent(cheap, NOW).await.unwrap(), over);
    world.finish().await;
}

#[tokio::test]
async fn a_reservation_is_an_amount() {
    let Some(world) = super::start().await else { return };
    let scope = world.scope("acme").await;
    let negative = NewIntent { reserve_usd_micros: -1, ..intent() };
    let refusal = scope.open_intent(negative, NOW).await.unwrap_err();
    let reason = std::error::Error::source(&refusal).unwrap().to_string();
    assert!(reason.to_lowercase().contains("check constraint"), "{reason}");
    // Sums that 64 bits do not hold are refused too.
    let huge = NewIntent { reserve_usd_micros: i64::MAX, ..intent() };
    opened(scope.open_intent(huge.clone(), NOW).await.unwrap());
    assert!(scope.open_intent(huge, NOW).await.is_err());
    world.finish().await;
}
