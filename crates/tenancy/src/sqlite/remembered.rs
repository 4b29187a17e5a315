//! Tasks that were read lately, so that a tenant who polls needs no thread, no transaction and no
//! page of the file.
//!
//! Nothing is kept for a time: an entry goes before the commit that changes its row, and what a
//! reader saw before that commit is not taken in after it. What another process writes is not
//! noticed; none but the server changes what a tenant sees of a task. Entries are of one tenant and
//! one id, so that another tenant's id is as unknown as one that does not exist.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use seedance_model::TaskId;

use crate::{Task, TenantId};

/// The most bytes that tasks take in either half.
const HALF_BYTES: usize = 4 << 20;
/// What an entry takes beside the body, about.
const ENTRY_BYTES: usize = 512;

/// The tasks that are remembered.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<Rows>);

/// The name of an entry.
type Key = (TenantId, TaskId);

#[derive(Debug, Default)]
struct Rows {
    /// What was asked for since the halves were changed.
    recent: Half,
    /// What was asked for before; it goes when `recent` is full.
    older: Half,
    /// Commits that change rows: how many have begun, and how many have ended.
    begun: u64,
    ended: u64,
}

#[derive(Debug, Default)]
struct Half {
    tasks: HashMap<Key, (i64, Task)>,
    keys: HashMap<i64, Key>,
    bytes: usize,
}

/// A moment between two commits, as a reader's excuse for what it saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

impl Remembered {
    /// The task, if it is remembered.
    pub(crate) fn find(&self, tenant: TenantId, id: &TaskId) -> Option<Task> {
        let key = (tenant, id.clone());
        let mut rows = self.rows();
        if let Some((_, task)) = rows.recent.tasks.get(&key) {
            return Some(task.clone());
        }
        let seq = rows.older.tasks.get(&key)?.0;
        let (_, task) = rows.older.remove(seq)?;
        rows.put(tenant, seq, task.clone());
        Some(task)
    }

    /// To be asked before a row is read; `None` while a commit is under way.
    pub(crate) fn moment(&self) -> Option<Moment> {
        let rows = self.rows();
        (rows.begun == rows.ended).then_some(Moment(rows.ended))
    }

    /// Remembers what was read since that moment, unless a row may have changed meanwhile.
    pub(crate) fn learn(&self, since: Option<Moment>, tenant: TenantId, seq: i64, task: Task) {
        let mut rows = self.rows();
        if since.is_some_and(|moment| moment.0 == rows.begun) {
            rows.put(tenant, seq, task);
        }
    }

    /// Rows are about to change; nothing is learned until [`Self::changed`].
    pub(crate) fn changing(&self, seqs: &[i64]) {
        let mut rows = self.rows();
        rows.begun += 1;
        for seq in seqs {
            rows.recent.remove(*seq);
            rows.older.remove(*seq);
        }
    }

    /// The change is committed, or taken back.
    pub(crate) fn changed(&self) {
        self.rows().ended += 1;
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rows {
    fn put(&mut self, tenant: TenantId, seq: i64, task: Task) {
        if self.recent.bytes >= HALF_BYTES {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.put((tenant, task.id.clone()), seq, task);
    }
}

impl Half {
    fn put(&mut self, key: Key, seq: i64, task: Task) {
        self.remove(seq);
        self.bytes += weight(&task);
        self.keys.insert(seq, key.clone());
        self.tasks.insert(key, (seq, task));
    }

    fn remove(&mut self, seq: i64) -> Option<(i64, Task)> {
        let removed = self.tasks.remove(&self.keys.remove(&seq)?)?;
        self.bytes = self.bytes.saturating_sub(weight(&removed.1));
        Some(removed)
    }
}

fn weight(task: &Task) -> usize {
    ENTRY_BYTES + task.body.len()
}

#[cfg(test)]
mod tests {
    use seedance_model::{Model, TaskStatus};

    use super::*;
    use crate::{SettlementState, UnixMillis};

    const OWNER: TenantId = TenantId(1);

    fn task(number: i64, body: usize) -> Task {
        Task {
            id: TaskId::parse(&format!("cgt-{number}")).unwrap(),
            model: Model::ALL[0],
            status: TaskStatus::Running,
            body: vec![b' '; body],
            has_video: false,
            upstream: "default".to_owned(),
            tariff: "t".to_owned(),
            created_at: UnixMillis(0),
            refreshed_at: UnixMillis(0),
            settlement: SettlementState::Open,
        }
    }

    fn learn(remembered: &Remembered, number: i64, body: usize) {
        let moment = remembered.moment();
        remembered.learn(moment, OWNER, number, task(number, body));
    }

    fn knows(remembered: &Remembered, number: i64) -> bool {
        remembered.find(OWNER, &task(number, 0).id).is_some()
    }

    #[test]
    fn p15_a_task_is_remembered_for_its_tenant_only() {
        let remembered = Remembered::default();
        learn(&remembered, 1, 10);
        assert_eq!(remembered.find(OWNER, &task(1, 0).id), Some(task(1, 10)));
        assert_eq!(remembered.find(TenantId(2), &task(1, 0).id), None);
    }

    #[test]
    fn a_row_that_changes_is_forgotten_before_the_commit_and_not_learned_from_an_old_look() {
        let remembered = Remembered::default();
        learn(&remembered, 1, 10);
        learn(&remembered, 2, 10);
        let before = remembered.moment();
        remembered.changing(&[1]);
        assert!(!knows(&remembered, 1) && knows(&remembered, 2));
        assert!(remembered.moment().is_none(), "a commit is under way");
        remembered.learn(before, OWNER, 1, task(1, 10));
        remembered.changed();
        remembered.learn(before, OWNER, 1, task(1, 10));
        assert!(!knows(&remembered, 1));
        learn(&remembered, 1, 20);
        assert!(knows(&remembered, 1));
    }

    #[test]
    fn what_nobody_asks_for_goes_and_the_bytes_are_bounded() {
        let remembered = Remembered::default();
        let large = HALF_BYTES / 8;
        learn(&remembered, 0, large);
        for number in 1..100 {
            learn(&remembered, number, large);
            assert!(knows(&remembered, 0), "it is asked for each time");
            let rows = remembered.rows();
            let bytes = rows.recent.bytes + rows.older.bytes;
            assert!(bytes <= 2 * (HALF_BYTES + large + ENTRY_BYTES), "{bytes}");
        }
        assert!(!knows(&remembered, 1));
    }
}
