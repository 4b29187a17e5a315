//! What a process has used so far, as Linux says in `/proc`.

use std::path::Path;

use anyhow::Context as _;

/// Milliseconds in one tick of `/proc/PID/stat`: Linux counts a hundred ticks a second.
const TICK_MILLIS: u64 = 10;

/// Processor time of a process, all its threads, in milliseconds.
pub(crate) fn cpu_millis(process: u32) -> anyhow::Result<u64> {
    cpu_millis_in(Path::new(&format!("/proc/{process}")))
}

/// The same of whatever this folder of `/proc` is about: a process or one thread.
pub(crate) fn cpu_millis_in(folder: &Path) -> anyhow::Result<u64> {
    let stat = std::fs::read_to_string(folder.join("stat"))?;
    // The name of the program is in brackets, and may hold anything.
    let (_, rest) = stat.rsplit_once(") ").context("a stat without a name")?;
    let mut times = rest.split(' ').skip(11).map(str::parse::<u64>);
    let (user, system) = (times.next().context("no user time")??, times.next());
    Ok((user + system.context("no system time")??) * TICK_MILLIS)
}

/// Memory of a process in MiB: what it has now, and the most it ever had.
pub(crate) fn memory_mib(process: u32) -> anyhow::Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let field = |name: &str| -> anyhow::Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib.with_context(|| format!("no `{name}`"))?.parse::<u64>()? / 1024)
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}
