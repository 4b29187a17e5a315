//! What a store may serve: the rows as they were recorded, each to its own tenant.

use std::collections::BTreeMap;
use std::fs;

use seedance_model::{TaskId, TaskQuery, TaskStatus};
use tempfile::TempDir;
use tenancy::{Store, Task, Tenant, Token};

use crate::support::{NOW, World, at, first_page, seen};

/// Tenants in the store.
const TENANTS: [&str; 3] = ["acme", "umbrella", "zeta"];
/// Tasks of each tenant.
const TASKS: usize = 60;

/// What every tenant may see.
pub(super) struct Expected {
    owners: Vec<Owner>,
    /// May rows be missing, or be older than the last that was recorded?
    may_be_older: bool,
}

struct Owner {
    tenant: Tenant,
    token: Token,
    /// Each task with everything that it ever was.
    tasks: BTreeMap<String, Vec<Task>>,
}

/// What a damaged store did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It did not open.
    Refused,
    /// It opened, and the audit before serving found the damage.
    Noticed,
    /// It opened, and some request failed.
    Failed,
    /// Everything that it served was right.
    Harmless,
    /// It served what was never recorded.
    Wrong,
    /// It served what is another tenant's.
    Foreign,
}

/// How often each verdict fell, and for what.
#[derive(Default)]
pub(super) struct Tally {
    verdicts: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Tally {
    pub(super) fn count(&mut self, verdict: Verdict, flip: &str) {
        *self.verdicts.entry(format!("{verdict:?}")).or_default() += 1;
        if [Verdict::Wrong, Verdict::Foreign].contains(&verdict) {
            self.wrong.push(format!("{verdict:?}: {flip}"));
        }
    }

    pub(super) fn end(self) {
        println!("{:?}", self.verdicts);
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}

/// A store with tasks in every state, closed: all of it is in the file.
pub(super) async fn closed_store() -> (TempDir, Expected) {
    let world = World::start().await;
    let owners = fill(&world).await;
    world.store.close().await.unwrap();
    let folder = copy(&world, &["store.db"]);
    (folder, Expected { owners, may_be_older: false })
}

/// The same, as a crash leaves it: most of it is in the log.
pub(super) async fn crashed_store() -> (TempDir, Expected) {
    let world = World::start().await;
    let owners = fill(&world).await;
    let folder = copy(&world, &["store.db", "store.db-wal"]);
    world.finish().await;
    (folder, Expected { owners, may_be_older: true })
}

fn copy(world: &World, files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        fs::copy(world.path().with_file_name(file), folder.path().join(file)).unwrap();
    }
    folder
}

async fn fill(world: &World) -> Vec<Owner> {
    let mut owners = Vec::new();
    for name in TENANTS {
        let tenant = world.tenant(name).await;
        let token = Token::generate().unwrap();
        world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
        owners.push(Owner { tenant, token, tasks: BTreeMap::new() });
    }
    // In turns, so that a page holds rows of all tenants.
    for number in 0..TASKS {
        for owner in &mut owners {
            let id = format!("cgt-{}-{number:03}", owner.tenant.name);
            let states = live_through(world, owner, &id, number).await;
            owner.tasks.insert(id, states);
        }
    }
    owners
}

/// A task, and what it was after each step of its life.
async fn live_through(world: &World, owner: &Owner, id: &str, number: usize) -> Vec<Task> {
    let scope = world.store.scope(&owner.tenant);
    let now = at(u64::try_from(number).unwrap());
    let id = world.task(&scope, id, now).await;
    let mut states = vec![scope.find_task(&id).await.unwrap().unwrap()];
    let life = [TaskStatus::Running, TaskStatus::Succeeded];
    for status in life.into_iter().take(number % 3) {
        let mut observation = seen(&id, status, now);
        observation.body = Some(body_of(&id, status));
        world.store.record_observation(observation).await.unwrap();
        states.push(scope.find_task(&id).await.unwrap().unwrap());
    }
    states
}

fn body_of(id: &TaskId, status: TaskStatus) -> Vec<u8> {
    format!(r#"{{"id":"{id}","status":"{status}","pad":"{}"}}"#, "x".repeat(300)).into_bytes()
}

impl Expected {
    /// Asks the store for everything that a tenant can ask for.
    pub(super) async fn compare(&self, store: &Store) -> Verdict {
        let mut verdict = match store.audit().await {
            Ok(audit) if audit.is_clean() => Verdict::Harmless,
            Ok(_) | Err(_) => Verdict::Noticed,
        };
        for owner in &self.owners {
            let found = self.compare_of(store, owner).await;
            if found == Verdict::Foreign || verdict == Verdict::Harmless {
                verdict = found;
            }
        }
        verdict
    }

    async fn compare_of(&self, store: &Store, owner: &Owner) -> Verdict {
        match store.authenticate(&owner.token, NOW).await {
            Ok(Some(tenant)) if tenant.id != owner.tenant.id => return Verdict::Foreign,
            Ok(Some(tenant)) if tenant != owner.tenant => return Verdict::Wrong,
            Ok(None) if !self.may_be_older => return Verdict::Wrong,
            Ok(_) => {}
            Err(_) => return Verdict::Failed,
        }
        let scope = store.scope(&owner.tenant);
        let query = TaskQuery { page_size: 500, ..first_page() };
        let Ok(page) = scope.page_tasks(&query, at(99)).await else { return Verdict::Failed };
        if !self.may_be_older && page.items.len() != owner.tasks.len() {
            return Verdict::Wrong;
        }
        let mut served = page.items;
        for id in self.owners.iter().flat_map(|owner| owner.tasks.keys()) {
            match scope.find_task(&TaskId::parse(id).unwrap()).await {
                Ok(Some(task)) if task.id.as_str() == id => served.push(task),
                Ok(Some(_)) => return Verdict::Foreign,
                Ok(None) if !self.may_be_older && owner.tasks.contains_key(id) => {
                    return Verdict::Wrong;
                }
                Ok(None) => {}
                Err(_) => return Verdict::Failed,
            }
        }
        self.judge(owner, &served)
    }

    fn judge(&self, owner: &Owner, served: &[Task]) -> Verdict {
        let is_right = |task: &Task| {
            let states = owner.tasks.get(task.id.as_str());
            let older = if self.may_be_older { usize::MAX } else { 1 };
            states.is_some_and(|states| {
                states.iter().rev().take(older).any(|state| same(state, task))
            })
        };
        let is_foreign = |task: &Task| {
            let others = self.owners.iter().filter(|other| other.tenant.id != owner.tenant.id);
            let mut states = others.flat_map(|other| other.tasks.values().flatten());
            states.any(|state| state.body == task.body || state.id == task.id)
        };
        if served.iter().any(is_foreign) {
            Verdict::Foreign
        } else if served.iter().all(is_right) {
            Verdict::Harmless
        } else {
            Verdict::Wrong
        }
    }
}

/// All but the time of the last look: no tenant sees it, and it only says when to look again.
fn same(one: &Task, other: &Task) -> bool {
    *one == Task { refreshed_at: one.refreshed_at, ..other.clone() }
}
