//! The bound that the account's quota sets, whatever the gateway does.

use std::time::Duration;

/// Tasks that one LIST can ask for by id: the ids of more do not fit into a URL of 8 KiB.
const TASKS_PER_LIST: usize = 100;
/// Tasks in one page of the account's newest, which a watcher that is behind reads in every other
/// LIST.
const TASKS_PER_PAGE: usize = 500;
/// The time that one LIST of an account takes: a second from its answer on, and a margin for the
/// answer itself.
const LIST_SLOT: Duration = Duration::from_millis(1050);

/// How long it takes at most to look at `live` tasks once, all of them among the account's newest:
/// by a walk through the pages, which are every other LIST, or by id alone where that is shorter.
///
/// A task that ends just after its look waits for the next one, so this is the longest that a
/// tenant waits for what the upstream knows already. The looks by id between the pages, and those
/// by GET, show most tasks earlier; they are not counted, because they show no task that the walk
/// does not come to.
pub(crate) fn cycle(live: usize) -> Duration {
    let by_id = live.div_ceil(TASKS_PER_LIST);
    let with_pages = 2 * live.div_ceil(TASKS_PER_PAGE);
    LIST_SLOT * u32::try_from(by_id.min(with_pages)).unwrap_or(u32::MAX)
}

/// The formula and its value, in words.
pub(crate) fn explained(live: usize) -> String {
    let (slot, cycle) = (LIST_SLOT.as_millis(), cycle(live).as_millis());
    format!(
        "bound: {live} live tasks / {TASKS_PER_PAGE} in a page * 2 LISTs for each page \
         * {slot} ms a LIST = {cycle} ms a cycle"
    )
}
