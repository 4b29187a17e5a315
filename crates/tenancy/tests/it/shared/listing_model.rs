//! Pages and totals against a naive model: random tasks, random filters, random days.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use seedance_model::{Model, TaskQuery, TaskStatus};
use tenancy::{TenantScope, UnixMillis};

use crate::support::{World, at, first_page, run, task_id};

/// Tasks are made over ten days, so that some of them are too old for the list.
const DAY: u64 = 24 * 60 * 60;

#[derive(Clone, Debug)]
enum Step {
    /// A task of tenant 0 or 1, made at this second.
    Make(usize, Model, u64),
    /// The task with this number (modulo their count) moves.
    Move(usize, TaskStatus),
    Bury(usize),
    AgeOut(u64, u32),
}

fn step() -> impl Strategy<Value = Step> {
    // Few different seconds, so that ties and exact edges happen.
    let second = (0_u64..=10).prop_map(|day| day * DAY);
    let model = select(Model::ALL.to_vec());
    let status = select(TaskStatus::ALL.to_vec());
    prop_oneof![
        5 => (0_usize..2, model, second.clone()).prop_map(|(t, m, s)| Step::Make(t, m, s)),
        4 => (0_usize..50, status).prop_map(|(task, status)| Step::Move(task, status)),
        1 => (0_usize..50).prop_map(Step::Bury),
        1 => (second, 1_u32..4).prop_map(|(second, limit)| Step::AgeOut(second, limit)),
    ]
}

fn query() -> impl Strategy<Value = TaskQuery> {
    let ids = prop_oneof![
        3 => Just(Vec::new()),
        1 => vec((0_usize..50).prop_map(|number| format!("t{number}")), 1..8),
    ];
    let status = option::of(select(TaskStatus::ALL.to_vec()));
    let model = option::of(select(Model::ALL.to_vec()));
    (1_u32..5, 1_u32..6, status, model, ids).prop_map(
        |(page_num, page_size, status, model, task_ids)| TaskQuery {
            page_num,
            page_size,
            status,
            model,
            task_ids,
            ..first_page()
        },
    )
}

/// A task as the model knows it; its place in the list of all tasks is the order of binding.
struct Row {
    tenant: usize,
    model: Model,
    status: TaskStatus,
    second: u64,
    buried: bool,
}

/// What a list must answer, by looking at every row.
fn expected(rows: &[Row], tenant: usize, query: &TaskQuery, now: u64) -> (Vec<String>, u64) {
    let mut found: Vec<(u64, usize)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.tenant == tenant && !row.buried)
        .filter(|(_, row)| row.second + 7 * DAY >= now)
        .filter(|(_, row)| query.model.is_none_or(|model| model == row.model))
        .filter(|(_, row)| query.status.is_none_or(|status| status == row.status))
        .map(|(number, row)| (row.second, number))
        .filter(|(_, number)| {
            query.task_ids.is_empty() || query.task_ids.contains(&format!("t{number}"))
        })
        .collect();
    found.sort_unstable();
    found.reverse();
    let skipped = (query.page_num - 1) * query.page_size;
    let page = found.iter().skip(skipped as usize).take(query.page_size as usize);
    (page.map(|(_, number)| format!("t{number}")).collect(), found.len() as u64)
}

async fn apply(world: &World, scopes: &[TenantScope], rows: &mut Vec<Row>, step: &Step) {
    match *step {
        Step::Make(tenant, model, second) => {
            let id = format!("t{}", rows.len());
            world.task_of(&scopes[tenant], model, &id, at(second)).await;
            let (status, buried) = (TaskStatus::Queued, false);
            rows.push(Row { tenant, model, status, second, buried });
        }
        Step::Move(number, status) if !rows.is_empty() => {
            let number = number % rows.len();
            world.observe(&task_id(&format!("t{number}")), status, at(0)).await;
            let row = &mut rows[number];
            if !row.status.is_terminal() && status != TaskStatus::Queued {
                row.status = status;
            }
        }
        Step::Bury(number) if !rows.is_empty() => {
            let number = number % rows.len();
            let row = &mut rows[number];
            let scope = &scopes[row.tenant];
            let buried = scope.bury_task(&task_id(&format!("t{number}")), at(0)).await;
            assert_eq!(buried.unwrap(), !row.buried);
            row.buried = true;
        }
        // Only up to the day of the first list, or that list would be wrong for the clock.
        Step::AgeOut(second, limit) => {
            world.store.age_out(at(second.min(8 * DAY)), limit).await.unwrap();
        }
        Step::Move(..) | Step::Bury(_) => {}
    }
}

async fn check(
    scope: &TenantScope,
    now: UnixMillis,
    query: &TaskQuery,
    expected: (Vec<String>, u64),
) -> Result<(), TestCaseError> {
    let page = scope.page_tasks(query, now).await.unwrap();
    let ids: Vec<String> = page.items.iter().map(|task| task.id.as_str().to_owned()).collect();
    prop_assert_eq!((ids, page.total), expected, "{:?}", query);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p16_pages_and_totals_count_only_the_tenants_listed_rows(
        steps in vec(step(), 1..40),
        queries in vec(query(), 1..12),
        days in vec((8_u64..=18, select(vec![-1_i64, 0, 1])), 1..4),
    ) {
        run(async {
            let Some(world) = super::start().await else { return Ok(()) };
            let scopes = [world.scope("acme").await, world.scope("zeta").await];
            let mut rows = Vec::new();
            for step in &steps {
                apply(&world, &scopes, &mut rows, step).await;
            }
            for (day, offset) in days {
                // One second before, at and after the edge of a day. Clocks do not run back.
                let now = (day * DAY).checked_add_signed(offset).unwrap().max(8 * DAY);
                for (query, tenant) in queries.iter().flat_map(|query| [(query, 0), (query, 1)]) {
                    let expected = expected(&rows, tenant, query, now);
                    check(&scopes[tenant], at(now), query, expected).await?;
                }
            }
            world.finish().await;
            Ok::<(), TestCaseError>(())
        })?;
    }
}
