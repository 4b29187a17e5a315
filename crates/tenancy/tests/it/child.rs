//! A child process whose system calls fail, or that dies in one: this program once more, for one
//! test, under `strace`.
//!
//! The test asks [`child_folder`] first: in the child it does its work there, and returns.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder that the child works in.
const FOLDER: &str = "TENANCY_CHILD_FOLDER";

/// What the child did, and what was done to it.
pub(crate) struct Ended {
    /// What the child itself said.
    pub(crate) said: String,
    /// Its system calls.
    pub(crate) calls: String,
    pub(crate) was_killed: bool,
}

impl Ended {
    /// Was there a call for the fault to happen in?
    pub(crate) fn was_hit(&self) -> bool {
        self.was_killed || self.calls.contains("(INJECTED)")
    }
}

/// Where this process works, if it is a child.
pub(crate) fn child_folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

/// Can children be watched here? If not, a line says that `test` did not run.
pub(crate) fn can_watch(test: &str) -> bool {
    let mut command = Command::new("strace");
    command.args(["-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    let can = command.status().is_ok_and(|status| status.success());
    if !can {
        println!("{test} did not run: strace is not here, or may not watch");
    }
    can
}

/// Runs `test` as a child that works in `folder`, while `fault` happens to its system calls, such
/// as `pwrite64:error=EIO:when=3`. A fault counts the calls of each thread apart.
pub(crate) fn run(test: &str, folder: &Path, fault: &str) -> Ended {
    let calls = folder.join("calls");
    let child = Command::new("strace")
        .args(["-f", "-e", "trace=pwrite64,fsync,fdatasync,unlink,openat"])
        .arg("-o")
        .arg(&calls)
        .args(["-e", &format!("inject={fault}")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .output()
        .unwrap();
    let calls = fs::read_to_string(calls).unwrap();
    let was_killed = calls.contains("killed by SIGKILL");
    let said = String::from_utf8(child.stdout).unwrap();
    let errors = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() || was_killed, "{said}{errors}");
    Ended { said, calls, was_killed }
}

/// The URL of the store in this folder.
pub(crate) fn store_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("store.db").display())
}

/// Copies the files of a closed store.
pub(crate) fn copy_store(from: &Path, to: &Path) {
    fs::copy(from.join("store.db"), to.join("store.db")).unwrap();
}

/// Which calls of a sequence to hit: all of them if the environment asks for it, else a few.
pub(crate) fn steps(all: usize, few: usize) -> usize {
    if env::var_os("TENANCY_ALL_FAULTS").is_some() { all } else { few }
}
