//! The limit of open files, and how many connections fit under it.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that are open beside connections and calls upstream: the store, look-ups, operators.
const RESERVE: usize = 192;

/// How many of the wanted connections the limit of open files allows, when each of the requests
/// under way may need a connection upstream. The limit is raised first, as far as it goes.
pub(crate) fn connections_within(wanted: usize, requests: usize) -> usize {
    let needed = wanted + requests + RESERVE;
    let limit = raised_to(needed);
    if limit >= needed {
        return wanted;
    }
    let connections = limit.saturating_sub(requests + RESERVE).max(limit / 4).max(1);
    tracing::warn!(limit, needed, connections, "the limit of open files is too low");
    connections
}

/// The limit, after an attempt to raise it to `needed`.
fn raised_to(needed: usize) -> usize {
    let current = || files(getrlimit(Resource::Nofile).current);
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if current() < needed {
        let raised = needed.min(files(maximum));
        // If it fails, what holds is told below.
        setrlimit(Resource::Nofile, Rlimit { current: Some(raised as u64), maximum }).ok();
    }
    current()
}

/// A limit as a number; there is none at all where there is no limit.
fn files(limit: Option<u64>) -> usize {
    limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}
