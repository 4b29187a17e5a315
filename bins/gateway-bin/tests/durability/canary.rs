//! Canaries in the benches: the words of `tests/it`, and where they are listened for.
//!
//! Searched is what the gateways say as processes, what commands print, and every answer that a
//! client reads. Whoever hears a canary is under load, and has no verdict at hand: it is kept until
//! the bench ends, which then fails.

#[path = "../it/canary/account.rs"]
mod account;
#[path = "../it/canary/scanner.rs"]
#[expect(dead_code, reason = "its own tests, which plant every spelling, are in `tests/it`")]
mod scanner;

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::{Mutex, PoisonError};

use account::PLATFORM;
pub(crate) use account::{HOST, PROMPT, account, lines};
use ark_sim::Sim;

/// What was heard, and no bench has answered for.
static HEARD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on the upstream says everything that it must not say, and names models truthfully, by
/// which the reconciler recognises tasks.
pub(crate) fn echo(sim: &Sim) {
    account::echo(sim);
    sim.spare_models();
}

/// An answer to a tenant, any part of one, or what a command prints.
pub(crate) fn answered(place: impl Display, bytes: &[u8]) {
    if let Some(found) = scanner::find_in_answer(bytes) {
        keep(format!("{place} holds {found}: {}", String::from_utf8_lossy(bytes)));
    }
}

/// One line of the log of a gateway.
pub(crate) fn logged(place: impl Display, line: &str) {
    if let Some(found) = scanner::find_in_log(line.as_bytes()) {
        keep(format!("{place} holds {found}: {line}"));
    }
}

/// Everything that was heard since somebody asked last.
pub(crate) fn heard() -> BTreeSet<String> {
    std::mem::take(&mut *HEARD.lock().unwrap_or_else(PoisonError::into_inner))
}

fn keep(told: String) {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).insert(told);
}
