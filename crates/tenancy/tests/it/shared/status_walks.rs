//! Random walks of what an upstream may say, against a small model of what must come of it.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use proptest::test_runner::TestCaseError;
use seedance_model::{TaskId, TaskStatus};
use tenancy::{Observation, Recorded, Settlement, SettlementState, TenantScope};

use crate::support::{UPSTREAM, World, at, charge, run, seen};

/// One thing that happens to a task.
#[derive(Clone, Debug)]
enum Step {
    Seen(Option<TaskStatus>, Settlement),
    Missing,
    Lost,
    Buried,
}

fn step() -> impl Strategy<Value = Step> {
    let nonsense = Settlement::Quarantine { reason: "nonsense".into(), usage: "{}".into() };
    let settlement =
        select(vec![Settlement::None, Settlement::Charge(charge()), nonsense, Settlement::Free]);
    let status = option::weighted(0.9, select(TaskStatus::ALL.to_vec()));
    prop_oneof![
        8 => (status, settlement).prop_map(|(status, settlement)| Step::Seen(status, settlement)),
        1 => Just(Step::Missing),
        1 => Just(Step::Lost),
        1 => Just(Step::Buried),
    ]
}

/// What must be known of the task.
struct Expected {
    status: TaskStatus,
    settlement: SettlementState,
    missing: bool,
    buried: bool,
}

impl Expected {
    fn is_live(&self) -> bool {
        self.settlement == SettlementState::Open
    }

    /// The rule of the specification, written down a second time.
    fn see(&mut self, status: Option<TaskStatus>, settlement: &Settlement) -> Recorded {
        if self.status.is_terminal() {
            return Recorded::AlreadyTerminal;
        }
        self.missing = false;
        self.settlement = SettlementState::Open;
        let before = self.status;
        match status {
            None | Some(TaskStatus::Queued) => {}
            Some(status) => self.status = status,
        }
        self.settlement = match (self.status, settlement) {
            (TaskStatus::Queued | TaskStatus::Running, _) => SettlementState::Open,
            (TaskStatus::Succeeded, Settlement::Charge(_)) => SettlementState::Charged,
            (TaskStatus::Succeeded, _) => SettlementState::Quarantined,
            (TaskStatus::Failed | TaskStatus::Expired | TaskStatus::Cancelled, _) => {
                SettlementState::Free
            }
        };
        if self.status == before { Recorded::Unchanged } else { Recorded::Changed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p48_terminal_states_are_final_and_every_walk_ends_as_the_model_says(
        walks in vec(vec(step(), 1..12), 1..6)
    ) {
        run(async {
            let Some(world) = super::start().await else { return Ok(()) };
            let scope = world.scope("acme").await;
            for (number, walk) in walks.iter().enumerate() {
                let task = world.task(&scope, &format!("cgt-{number}"), at(0)).await;
                walk_along(&world, &scope, &task, walk).await?;
            }
            world.finish().await;
            Ok::<(), TestCaseError>(())
        })?;
    }
}

async fn walk_along(
    world: &World,
    scope: &TenantScope,
    task: &TaskId,
    walk: &[Step],
) -> Result<(), TestCaseError> {
    let mut expected = Expected {
        status: TaskStatus::Queued,
        settlement: SettlementState::Open,
        missing: false,
        buried: false,
    };
    let live_before = world.store.watch_load(UPSTREAM).await.unwrap().live_tasks - 1;
    for (second, step) in (1..).zip(walk) {
        take(world, scope, task, step, second, &mut expected).await?;
        let live = world.store.watch_load(UPSTREAM).await.unwrap().live_tasks - live_before;
        prop_assert_eq!(live == 1, expected.is_live());
        let charged = scope.ledger_entry(task).await.unwrap().is_some();
        prop_assert_eq!(charged, expected.settlement == SettlementState::Charged);
        let found = scope.find_task(task).await.unwrap();
        prop_assert_eq!(found.is_none(), expected.buried);
        if let Some(found) = found {
            prop_assert_eq!(found.status, expected.status);
            prop_assert_eq!(found.settlement, expected.settlement);
        }
        let live = world.store.live_tasks(UPSTREAM, std::slice::from_ref(task)).await.unwrap();
        let missing = live.iter().any(|live| live.missing_since.is_some());
        prop_assert_eq!(missing, expected.missing && expected.is_live());
    }
    Ok(())
}

async fn take(
    world: &World,
    scope: &TenantScope,
    task: &TaskId,
    step: &Step,
    second: u64,
    expected: &mut Expected,
) -> Result<(), TestCaseError> {
    let now = at(second);
    match step {
        Step::Seen(status, settlement) => {
            let observation = Observation {
                status: *status,
                settlement: settlement.clone(),
                ..seen(task, TaskStatus::Queued, now)
            };
            let recorded = world.store.record_observation(observation).await.unwrap();
            prop_assert_eq!(recorded, expected.see(*status, settlement));
        }
        Step::Missing => {
            let marked = world.store.mark_missing(task, now, now).await.unwrap();
            prop_assert_eq!(marked, expected.is_live());
            expected.missing |= marked;
        }
        Step::Lost => {
            let lost = world.store.record_lost(task, now).await.unwrap();
            prop_assert_eq!(lost, expected.is_live());
            if lost {
                expected.settlement = SettlementState::Lost;
            }
        }
        Step::Buried => {
            let buried = scope.bury_task(task, now).await.unwrap();
            prop_assert_eq!(buried, !expected.buried);
            expected.buried = true;
        }
    }
    Ok(())
}
