//! Lines on their way to standard error: a bounded queue and a thread that writes.
//!
//! Whoever logs never waits. When nobody reads, lines are dropped and counted; records of security
//! have as much room again for themselves, and the first line after a gap tells how many are
//! missing of either kind.

use std::collections::VecDeque;
use std::io::{self, Write as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::{Lost, SECURITY};

/// Room for lines that wait, in bytes.
const ROOM: usize = 4 << 20;
/// Room that only records of security may use, on top.
const SECURITY_ROOM: usize = 4 << 20;
/// Most bytes that are written in one go, unless one line is longer.
const BATCH: usize = 64 << 10;
/// How long lines gather behind those that were written. To wake the writer for each line takes
/// longer than to write the line.
const GATHERING: Duration = Duration::from_millis(5);

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Security,
    Anything,
}

/// The lines that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    came: Condvar,
    written: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    /// Whole lines, as many in each as are written in one go.
    batches: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether the writer is at work, and will look for more by itself.
    is_writing: bool,
    lost: Lost,
    /// What the log has told of it.
    told: Lost,
}

impl Queue {
    /// A queue, and the thread that writes what is in it to standard error for as long as the
    /// process lives.
    pub(super) fn start() -> Arc<Self> {
        let queue = Arc::new(Self::default());
        let writing = Arc::clone(&queue);
        // Without a thread the log is silent, and the server is as good as ever.
        thread::Builder::new().name("log".to_owned()).spawn(move || writing.write()).ok();
        queue
    }

    /// Queues a line, or drops it where there is no room.
    pub(super) fn push(&self, about: About, line: &[u8]) {
        let mut waiting = self.waiting();
        let room = if about == About::Security { ROOM + SECURITY_ROOM } else { ROOM };
        if waiting.bytes + line.len() > room {
            waiting.lost.count(about, 1);
            return;
        }
        let is_waited_for = waiting.batches.is_empty() && !waiting.is_writing;
        waiting.put(line);
        drop(waiting);
        if is_waited_for {
            self.came.notify_one();
        }
    }

    pub(super) fn lost(&self) -> Lost {
        self.waiting().lost
    }

    /// Waits until everything is written, at most for so long.
    pub(super) fn settle(&self, patience: Duration) {
        let is_open = |waiting: &mut Waiting| waiting.is_writing || !waiting.batches.is_empty();
        drop(self.written.wait_timeout_while(self.waiting(), patience, is_open));
    }

    fn write(&self) -> ! {
        loop {
            let batch = self.next_batch();
            let is_written = io::stderr().write_all(&batch).is_ok();
            if let Some(gap) = self.wrote(is_written) {
                let Lost { ordinary, security } = gap;
                tracing::error!(target: SECURITY, ordinary, security, "log lines were lost");
            }
            self.gather();
        }
    }

    fn next_batch(&self) -> Vec<u8> {
        let is_empty = |waiting: &mut Waiting| waiting.batches.is_empty();
        let waiting = self.came.wait_while(self.waiting(), is_empty);
        let mut waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        let batch = waiting.batches.pop_front().unwrap_or_default();
        waiting.bytes -= batch.len();
        waiting.is_writing = true;
        batch
    }

    /// Notes that a batch is written; gives what was lost and not told yet, once all that waited is
    /// out.
    fn wrote(&self, is_written: bool) -> Option<Lost> {
        let mut waiting = self.waiting();
        if !is_written || !waiting.batches.is_empty() || waiting.lost == waiting.told {
            return None;
        }
        let (lost, told) = (waiting.lost, waiting.told);
        waiting.told = lost;
        let ordinary = lost.ordinary - told.ordinary;
        Some(Lost { ordinary, security: lost.security - told.security })
    }

    /// Lets lines gather, unless there are many already.
    fn gather(&self) {
        let are_few = |waiting: &mut Waiting| waiting.bytes < BATCH;
        let gathered = self.came.wait_timeout_while(self.waiting(), GATHERING, are_few);
        let (mut waiting, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        waiting.is_writing = false;
        drop(waiting);
        self.written.notify_all();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, line: &[u8]) {
        self.bytes += line.len();
        match self.batches.back_mut() {
            Some(batch) if batch.len() + line.len() <= BATCH => batch.extend_from_slice(line),
            _ => self.batches.push_back(line.to_vec()),
        }
    }
}

#[cfg(test)]
impl Queue {
    /// Everything that waits, as it would be written.
    pub(super) fn take_all(&self) -> Vec<u8> {
        self.waiting().batches.drain(..).flatten().collect()
    }
}

impl Lost {
    fn count(&mut self, about: About, lines: u64) {
        match about {
            About::Security => self.security += lines,
            About::Anything => self.ordinary += lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(queue: &Queue, about: About) -> usize {
        let line = vec![b'x'; 1 << 10];
        let mut kept = 0;
        let before = queue.lost();
        while queue.lost() == before {
            queue.push(about, &line);
            kept += 1;
        }
        kept - 1
    }

    #[test]
    fn p66_a_stuck_reader_costs_ordinary_lines_first_and_every_lost_line_is_counted() {
        let queue = Queue::default();
        assert_eq!(fill(&queue, About::Anything), ROOM >> 10);
        assert_eq!(fill(&queue, About::Security), SECURITY_ROOM >> 10);
        assert_eq!(queue.lost(), Lost { ordinary: 1, security: 1 });
        while !queue.waiting().batches.is_empty() {
            assert!(queue.next_batch().len() <= BATCH);
        }
        assert_eq!(queue.wrote(true), Some(Lost { ordinary: 1, security: 1 }));
        assert_eq!(queue.wrote(true), None, "a gap is told once");
        assert_eq!(fill(&queue, About::Anything), ROOM >> 10, "the room came back");
    }
}
