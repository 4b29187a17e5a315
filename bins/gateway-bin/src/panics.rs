//! A panic is a fault of the gateway: the log has its place, and never its text, which may hold
//! whatever the code had in hands.

use std::panic::PanicHookInfo;

/// From now on a panic is one line of the log, if the log runs.
pub(crate) fn report_to_log() {
    std::panic::set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a panic");
}
