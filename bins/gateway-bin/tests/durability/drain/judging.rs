//! Whose fault is a request without an answer?
//!
//! HTTP/1 cannot close a connection that rests without the risk that a request is on its way: such
//! a request was never read, and its client may send it again. So one without an answer is excused
//! if it was sent after the gateway had closed what rests, if nothing of an answer came, and if
//! nothing was bought. Everything else is the gateway's fault.

use std::collections::BTreeSet;
use std::time::Duration;

use super::signals::Signals;
use super::traffic::{Cut, Heard};
use crate::books;
use crate::verdict::Verdict;
use crate::world::World;

/// For how long whatever comes is heard, after the time in which everything is as ever.
const LAST_LOOK: Duration = Duration::from_millis(50);

/// Holds what clients have heard against the signals.
pub(super) fn judge(world: &World, heard: &Heard, signals: &Signals, verdict: &mut Verdict) {
    let stop = signals.stop;
    verdict.add("answered", heard.answered);
    verdict.add("of them waited for in vain", heard.in_vain);
    for odd in &heard.odd {
        verdict.wrong(format!("{stop:?}: {odd}"));
    }
    // From now on every answer is the last one of its connection.
    let asked_late = signals.told.zip(heard.kept_open).filter(|(told, asked)| asked > told);
    verdict.require(asked_late.is_none(), || {
        format!("{stop:?}: an answer of a gateway that stops keeps its connection open")
    });
    let sold: BTreeSet<u64> = books::sold(&world.sim).iter().map(|sold| sold.order).collect();
    for cut in &heard.cuts {
        let is_sold = cut.order.is_some_and(|order| sold.contains(&order));
        if signals.second.is_some_and(|second| cut.ended_at > second) {
            verdict.add("cut in a hurry", 1);
            verdict.add("of them bought", u64::from(is_sold));
            continue;
        }
        verdict.add("crossed the end", 1);
        if let Some(fault) = fault(cut, is_sold, signals) {
            verdict.wrong(format!("{stop:?}: {fault}, {}", times(cut, signals)));
        }
    }
}

/// Why the client could not know, or may not send it again.
fn fault(cut: &Cut, is_sold: bool, signals: &Signals) -> Option<&'static str> {
    let certain = signals.first + signals.stop.delay + LAST_LOOK;
    if cut.is_partial {
        return Some("an answer was cut");
    }
    if is_sold {
        return Some("bought, and no answer");
    }
    (cut.sent_at <= certain).then_some("a request that was heard has no answer")
}

/// What one has to know to look for the cause.
fn times(cut: &Cut, signals: &Signals) -> String {
    let (sent, ended_at) = (cut.sent_at.checked_duration_since(signals.first), cut.ended_at);
    format!(
        "request {} of its connection, sent {sent:?} after the signal, cut {:?} after it: {}",
        cut.number,
        ended_at.checked_duration_since(signals.first),
        cut.reason,
    )
}
