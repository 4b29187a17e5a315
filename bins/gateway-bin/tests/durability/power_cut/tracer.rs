//! Running something under `strace`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use tempfile::TempDir;

/// Everything that changes a file, makes it durable, or tells somebody something.
const CALLS: &str = "trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,\
                     openat,rename,unlink";

/// Whether tracing works here.
pub(crate) fn is_there() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

/// A command that traces the program named by the arguments that are added to it.
pub(super) fn command(trace: &Path) -> tokio::process::Command {
    let mut command = tokio::process::Command::new("strace");
    // Whole buffers in hexadecimal digits, files by their paths, threads too.
    command.args(["-f", "-y", "-xx", "-s", "200000", "-e", CALLS, "-e", "signal=none", "-o"]);
    command.arg(trace);
    command
}

/// SIGKILL for the traced process, which is the first one that the trace shows.
pub(super) fn kill_traced(trace: &Path) -> anyhow::Result<()> {
    let mut line = String::new();
    let file = std::fs::File::open(trace)?;
    std::io::BufRead::read_line(&mut std::io::BufReader::new(file), &mut line)?;
    let process = line.split_whitespace().next().context("the trace is empty")?;
    ensure!(Command::new("kill").args(["-9", process]).status()?.success(), "kill failed");
    Ok(())
}

/// A folder in memory where there is one: thousands of databases are opened in it.
pub(super) fn fast_folder() -> anyhow::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::tempdir_in(memory)
    {
        return Ok(folder);
    }
    Ok(tempfile::tempdir()?)
}
