//! The end of a PostgreSQL by SIGKILL, until nothing of it runs.

use std::fs;
use std::process::Child;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::interval;

/// The pause between two glances at processes that end by themselves.
const GLANCE: Duration = Duration::from_millis(10);

/// Kills the first process, and its children with it or only by its death, which they notice.
pub(super) async fn kill(postmaster: &mut Child, with_children: bool) -> anyhow::Result<()> {
    let children = children_of(i32::try_from(postmaster.id())?)?;
    postmaster.kill()?;
    if with_children {
        for child in children.iter().filter_map(|child| Pid::from_raw(*child)) {
            // One that has just ended by itself is no loss.
            kill_process(child, Signal::KILL).ok();
        }
    }
    postmaster.wait()?;
    let mut glances = interval(GLANCE);
    while children.iter().any(|child| parent_of(*child).is_some()) {
        glances.tick().await;
    }
    Ok(())
}

fn children_of(parent: i32) -> anyhow::Result<Vec<i32>> {
    let names =
        fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let processes = names.filter_map(|name| name.parse().ok());
    Ok(processes.filter(|process| parent_of(*process) == Some(parent)).collect())
}

/// The parent of a process that runs; what nobody has buried yet does not.
fn parent_of(process: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program is in brackets, and may hold anything.
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    if ["Z", "X"].contains(&fields.next()?) {
        return None;
    }
    fields.next()?.parse().ok()
}
