//! Random walks of creates and their tasks, against a small model of what is live, reserved and
//! charged in each month.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use seedance_model::TaskStatus;
use tenancy::{
    IntentId, LimitChange, NewCorrection, NewIntent, NewLedgerEntry, Observation, Opening,
    Settlement, Tenant, UnixMillis,
};

use crate::support::{World, at, charge, intent, new_task, run, seen, task_id};

/// Seconds from the first month into the second.
const A_MONTH: u64 = 5 * 24 * 3600;

/// One thing that happens; the index chooses the create that it happens to.
#[derive(Clone, Debug)]
enum Step {
    Open { month: usize, reserve: i64 },
    Bind(Index),
    Refuse(Index),
    MarkUnknown(Index),
    Abandon(Index),
    Adopt(Index),
    See(Index, TaskStatus, i64),
    Quarantine(Index),
    Lose(Index),
    Resolve(Index, Option<i64>),
    Correct(Index, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let which = any::<Index>;
    let status = select(TaskStatus::ALL.to_vec());
    prop_oneof![
        6 => (0..2_usize, 0..1_000_i64).prop_map(|(month, reserve)| Step::Open { month, reserve }),
        4 => which().prop_map(Step::Bind),
        1 => which().prop_map(Step::Refuse),
        1 => which().prop_map(Step::MarkUnknown),
        1 => which().prop_map(Step::Abandon),
        2 => which().prop_map(Step::Adopt),
        4 => (which(), status, 0..2_000_i64).prop_map(|(of, seen, usd)| Step::See(of, seen, usd)),
        2 => which().prop_map(Step::Quarantine),
        2 => which().prop_map(Step::Lose),
        2 => (which(), proptest::option::of(0..2_000_i64)).prop_map(|(of, usd)| Step::Resolve(of, usd)),
        1 => (which(), -500..500_i64).prop_map(|(of, usd)| Step::Correct(of, usd)),
    ]
}

/// How far a create got. The names are those of its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Refused,
    Abandoned,
    Live,
    Lost,
    Quarantined,
    Ended,
    Charged,
}

struct Create {
    id: IntentId,
    month: usize,
    reserve: i64,
    charged: i64,
    state: State,
}

struct Model {
    creates: Vec<Create>,
    cap: i64,
    most_live: u32,
}

impl Model {
    /// Live tasks in all; reserved and charged in the month.
    fn used(&self, month: usize) -> [i64; 3] {
        let mut used = [0; 3];
        for create in &self.creates {
            used[0] += i64::from(matches!(create.state, State::Open | State::Live));
            if create.month == month {
                let holds = matches!(create.state, State::Open | State::Live | State::Quarantined);
                used[1] += if holds { create.reserve } else { 0 };
                used[2] += create.charged;
            }
        }
        used
    }

    fn admits(&self, month: usize, reserve: i64) -> bool {
        let [live, reserved, charged] = self.used(month);
        live < i64::from(self.most_live) && reserved + charged + reserve <= self.cap
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p17_what_is_live_reserved_and_charged_is_what_the_model_says(
        steps in vec(step(), 1..60), cap in 0..6_000_i64, most_live in 0..12_u32,
    ) {
        run(async {
            let Some(world) = super::start().await else { return Ok(()) };
            let tenant = world.tenant("acme").await;
            let limits = vec![
                LimitChange::MonthlyUsdMicros(Some(cap)), LimitChange::LiveTasks(Some(most_live)),
            ];
            world.store.change_limits(&tenant.name, limits, "ops", at(0)).await.unwrap();
            let mut model = Model { creates: Vec::new(), cap, most_live };
            for step in &steps {
                take(&world, &tenant, &mut model, step).await?;
                for month in 0..2 {
                    let used = world.store.limit_use(tenant.id, month_start(month)).await.unwrap();
                    let live = i64::try_from(used.live_tasks).unwrap();
                    let found = [live, used.reserved_usd_micros, used.charged_usd_micros];
                    prop_assert_eq!(found, model.used(month), "{:?}", step);
                }
            }
            world.finish().await;
            Ok::<(), TestCaseError>(())
        })?;
    }
}

fn month_start(month: usize) -> UnixMillis {
    at(A_MONTH * u64::try_from(month).unwrap())
}

async fn take(
    world: &World,
    tenant: &Tenant,
    model: &mut Model,
    step: &Step,
) -> Result<(), TestCaseError> {
    let store = &world.store;
    if let Step::Open { month, reserve } = *step {
        let new = NewIntent { reserve_usd_micros: reserve, ..intent() };
        let opening = store.scope(tenant).open_intent(new, month_start(month)).await.unwrap();
        prop_assert_eq!(matches!(opening, Opening::Opened(_)), model.admits(month, reserve));
        if let Opening::Opened(id) = opening {
            let state = State::Open;
            model.creates.push(Create { id, month, reserve, charged: 0, state });
        }
        return Ok(());
    }
    let number = model.creates.len();
    if number == 0 {
        return Ok(());
    }
    happen(world, step, number, &mut model.creates).await;
    Ok(())
}

/// Does it, and says what must have come of it: the rules, written down a second time.
async fn happen(world: &World, step: &Step, number: usize, creates: &mut [Create]) {
    let store = &world.store;
    // Everything happens much later than the create, in another month.
    let now = at(3 * A_MONTH * 6);
    let (Step::Bind(of)
    | Step::Refuse(of)
    | Step::MarkUnknown(of)
    | Step::Abandon(of)
    | Step::Adopt(of)
    | Step::See(of, ..)
    | Step::Quarantine(of)
    | Step::Lose(of)
    | Step::Resolve(of, _)
    | Step::Correct(of, _)) = step
    else {
        return;
    };
    let create = &mut creates[of.index(number)];
    let name = format!("cgt-{}", create.id);
    let task = task_id(&name);
    let (id, before) = (create.id, create.state);
    let is_live = matches!(before, State::Live | State::Lost);
    match *step {
        Step::Open { .. } => {}
        Step::Bind(_) => drop(store.bind_intent(id, new_task(&name), now).await.unwrap()),
        Step::Adopt(_) => drop(store.adopt_intent(id, new_task(&name), "ops", now).await.unwrap()),
        Step::Refuse(_) => drop(store.refuse_intent(id, now).await.unwrap()),
        Step::MarkUnknown(_) => drop(store.mark_intent_unknown(id, now).await.unwrap()),
        Step::Abandon(_) => drop(store.abandon_intent(id, "ops", now).await.unwrap()),
        Step::See(_, status, usd) => {
            let settlement = Settlement::Charge(costing(usd));
            let seen = Observation { settlement, ..seen(&task, status, now) };
            store.record_observation(seen).await.unwrap();
        }
        Step::Quarantine(_) => {
            let settlement = Settlement::Quarantine { reason: "odd".into(), usage: "{}".into() };
            let seen = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, now) };
            store.record_observation(seen).await.unwrap();
        }
        Step::Lose(_) => drop(store.record_lost(&task, now).await.unwrap()),
        Step::Resolve(_, usd) => {
            store.resolve_quarantine(&task, usd.map(costing), "ops", "checked", now).await.unwrap();
        }
        Step::Correct(_, usd) => {
            let rows = store.ledger_of_task(&task).await.unwrap().len();
            let correction = NewCorrection {
                task,
                number: u32::try_from(rows).unwrap(),
                tokens: 0,
                charge_cny_micros: 0,
                charge_usd_micros: usd,
                reason: "invoice".into(),
            };
            store.add_correction(correction, "ops", now).await.unwrap();
        }
    }
    (create.state, create.charged) = match (step, before) {
        (Step::Bind(_) | Step::Adopt(_), State::Open | State::Abandoned) => (State::Live, 0),
        (Step::Refuse(_), State::Open) => (State::Refused, 0),
        (Step::Abandon(_), State::Open) => (State::Abandoned, 0),
        (Step::See(_, TaskStatus::Succeeded, usd), _) if is_live => (State::Charged, *usd),
        (Step::See(_, TaskStatus::Queued | TaskStatus::Running, _), _) if is_live => {
            (State::Live, 0)
        }
        (Step::See(..), _) if is_live => (State::Ended, 0),
        (Step::Quarantine(_), _) if is_live => (State::Quarantined, 0),
        (Step::Lose(_), State::Live) => (State::Lost, 0),
        (Step::Resolve(_, Some(usd)), State::Quarantined) => (State::Charged, *usd),
        (Step::Resolve(_, None), State::Quarantined) => (State::Ended, 0),
        (Step::Correct(_, usd), State::Charged) => (State::Charged, create.charged + usd),
        _ => (before, create.charged),
    };
}

fn costing(charge_usd_micros: i64) -> NewLedgerEntry {
    NewLedgerEntry { charge_usd_micros, ..charge() }
}
