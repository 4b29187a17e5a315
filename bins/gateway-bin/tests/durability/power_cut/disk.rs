//! A disk that forgets: after a cut, each file is what was synchronised last, plus whatever of the
//! later writes happens to have reached the platter.
//!
//! A write that began after the last sync of its file survives whole, vanishes, or is torn between
//! sectors, each on its own and in any combination. So does a truncation, without tearing. A sync
//! counts once it has ended, for the writes that had ended before it began.

use std::collections::BTreeMap;
use std::path::Path;

use crate::dice::Dice;
use crate::power_cut::trace::{Call, Event, Trace};

/// What a disk writes in one go, in bytes.
const SECTOR: usize = 512;

/// Contents by file name.
type Files = BTreeMap<String, Vec<u8>>;

/// The part of the trace that is certain at a place that only moves forward.
#[derive(Debug)]
pub(super) struct Disk {
    certain: Files,
    /// Events that may or may not have happened, by their numbers.
    pending: Vec<usize>,
    /// The first event that has not begun.
    next: usize,
    /// Syncs under way.
    syncing: Vec<usize>,
}

impl Disk {
    pub(super) fn new(certain: Files) -> Self {
        Self { certain, pending: Vec::new(), next: 0, syncing: Vec::new() }
    }

    /// Moves to `place`: everything up to there has begun.
    pub(super) fn advance(&mut self, trace: &Trace, place: usize) {
        while let Some(event) = trace.events.get(self.next).filter(|event| event.begins < place) {
            // What ended before this event is settled first, in the order of the ends.
            self.finish_syncs(trace, event.begins);
            match event.call {
                Call::Sync { .. } => self.syncing.push(self.next),
                Call::Write { .. } | Call::Truncate { .. } => self.pending.push(self.next),
                Call::Say { .. } => {}
            }
            self.next += 1;
        }
        self.finish_syncs(trace, place);
    }

    fn finish_syncs(&mut self, trace: &Trace, place: usize) {
        let mut ended: Vec<&Event> = Vec::new();
        self.syncing.retain(|number| {
            let Some(event) = trace.events.get(*number) else { return false };
            let has_ended = event.ends.is_some_and(|ends| ends < place);
            if has_ended {
                ended.push(event);
            }
            !has_ended
        });
        ended.sort_by_key(|event| event.ends);
        for sync in ended {
            self.make_certain(trace, sync);
        }
    }

    /// Everything of this file that had ended when the sync began.
    fn make_certain(&mut self, trace: &Trace, sync: &Event) {
        let Call::Sync { file: synced } = &sync.call else { return };
        let certain = &mut self.certain;
        self.pending.retain(|number| {
            let Some(event) = trace.events.get(*number) else { return false };
            let covered = event.ends.is_some_and(|ends| ends < sync.begins)
                && file_of(&event.call) == Some(synced);
            if covered {
                apply(certain, &event.call, &[]);
            }
            !covered
        });
    }

    /// What is on the disk after a cut here.
    pub(super) fn after_cut(&self, trace: &Trace, place: usize, dice: &mut Dice) -> Files {
        let mut left = self.certain.clone();
        let pending = self.pending.iter().filter_map(|number| trace.events.get(*number));
        for event in pending.filter(|event| event.begins < place) {
            match dice.below(3) {
                0 => {}
                1 => apply(&mut left, &event.call, &[]),
                _ => apply(&mut left, &event.call, &torn(&event.call, dice)),
            }
        }
        left
    }
}

fn file_of(call: &Call) -> Option<&String> {
    match call {
        Call::Write { file, .. } | Call::Truncate { file, .. } | Call::Sync { file } => Some(file),
        Call::Say { .. } => None,
    }
}

/// Which sectors of a write are missing; a truncation has none.
fn torn(call: &Call, dice: &mut Dice) -> Vec<bool> {
    let Call::Write { offset, bytes, .. } = call else { return Vec::new() };
    let sectors = (offset % SECTOR + bytes.len()).div_ceil(SECTOR);
    (0..sectors).map(|_| dice.chance(50)).collect()
}

/// Does what the call does, but for the sectors that are missing.
fn apply(files: &mut Files, call: &Call, missing: &[bool]) {
    match call {
        Call::Truncate { file, length } => {
            files.entry(file.clone()).or_default().resize(*length, 0);
        }
        Call::Write { file, offset, bytes } => {
            let content = files.entry(file.clone()).or_default();
            content.resize(content.len().max(offset + bytes.len()), 0);
            for (place, byte) in bytes.iter().enumerate() {
                let sector = (offset % SECTOR + place) / SECTOR;
                if missing.get(sector) != Some(&true)
                    && let Some(target) = content.get_mut(offset + place)
                {
                    *target = *byte;
                }
            }
        }
        Call::Sync { .. } | Call::Say { .. } => {}
    }
}

/// The files of a database as they are.
pub(super) fn files_of(database: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    for ending in ["", "-wal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(ending);
        let path = Path::new(&path);
        if let (Ok(bytes), Some(name)) = (std::fs::read(path), path.file_name()) {
            files.insert(name.to_string_lossy().into_owned(), bytes);
        }
    }
    anyhow::ensure!(!files.is_empty(), "there is no database to start from");
    Ok(files)
}

/// Puts these files, and only these, into the folder.
pub(super) fn put(folder: &Path, files: &Files) -> anyhow::Result<()> {
    if folder.is_dir() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
