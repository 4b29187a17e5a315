//! The bound that the account's quota sets, whatever the gateway does.

use std::time::Duration;

/// Tasks that one LIST can ask for by id: the ids of more do not fit into a URL of 8 KiB.
const TASKS_PER_LIST: usize = 100;
/// The time that one LIST of an account takes: a second, and a margin for calls that do not all
/// travel equally fast.
const LIST_SLOT: Duration = Duration::from_millis(1050);

/// How long it takes to look at `live` tasks once, when one LIST looks at a hundred of them.
///
/// A task that ends just after its look waits for the next one, so this is the longest that a
/// tenant waits for what the upstream knows already, and the average is half of it. GET looks at
/// 20 tasks more in each second; it is left out, because tenants' polls may use it for tasks that
/// have not changed.
pub(crate) fn cycle(live: usize) -> Duration {
    let slots = live.div_ceil(TASKS_PER_LIST);
    LIST_SLOT * u32::try_from(slots).unwrap_or(u32::MAX)
}

/// The formula and its value, in words.
pub(crate) fn explained(live: usize) -> String {
    let (slot, cycle) = (LIST_SLOT.as_millis(), cycle(live).as_millis());
    format!(
        "bound: {live} live tasks / {TASKS_PER_LIST} a LIST * {slot} ms a LIST = {cycle} ms a cycle"
    )
}
