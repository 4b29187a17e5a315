//! All tasks in the order of their creation, and the ways to one of them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::tasks::task::Task;

/// The records of the account. Tasks that are gone stay as ground truth.
#[derive(Debug, Default)]
pub(crate) struct TaskTable {
    records: Mutex<Records>,
    /// Counts what was done to tasks by other means than the clock.
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Records {
    tasks: Vec<Task>,
    places: HashMap<String, usize>,
}

impl TaskTable {
    pub(crate) fn add(&self, task: Task) {
        let mut records = self.lock();
        let place = records.tasks.len();
        records.places.insert(task.id.clone(), place);
        records.tasks.push(task);
    }

    /// Does something to a task, gone or not; `None` when it was never there.
    pub(crate) fn change<T>(&self, id: &str, act: impl FnOnce(&mut Task) -> T) -> Option<T> {
        let result = self.lock().task_mut(id).map(act);
        self.changed();
        result
    }

    /// Tells those who wait that the clock was not the only one to change a task.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Wakes at every change from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// Every task with its place, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = (usize, &Task)> {
        self.tasks.iter().enumerate().rev()
    }

    /// Every task, oldest first.
    pub(crate) fn all(&self) -> &[Task] {
        &self.tasks
    }

    pub(crate) fn task(&self, id: &str) -> Option<(usize, &Task)> {
        let place = self.places.get(id).copied()?;
        Some((place, self.tasks.get(place)?))
    }

    pub(crate) fn task_mut(&mut self, id: &str) -> Option<&mut Task> {
        self.at_mut(self.places.get(id).copied()?)
    }

    pub(crate) fn at_mut(&mut self, place: usize) -> Option<&mut Task> {
        self.tasks.get_mut(place)
    }
}
