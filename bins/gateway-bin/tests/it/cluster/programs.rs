//! The programs of PostgreSQL: where they are, and how they are run. The durability benches use it
//! too.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

/// The folder of `initdb`: on the path, or where Debian keeps the newest version.
pub(crate) fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    // A link on the path leads to the folder that has the other programs too.
    let real = on_path.and_then(|folder| fs::canonicalize(folder.join("initdb")).ok());
    let folder = real.and_then(|initdb| initdb.parent().map(Path::to_owned));
    folder.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max()
    })
}

/// One of them in this folder, as a user who is not root: `initdb` and the server refuse root.
pub(crate) fn command(programs: &Path, program: &str, folder: &Path) -> io::Result<Command> {
    let program = programs.join(program);
    let is_root = fs::metadata("/proc/self")?.uid() == 0;
    let mut command = Command::new(if is_root { Path::new("setpriv") } else { &program });
    if is_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(&program);
    }
    command.current_dir(folder).stdin(Stdio::null());
    Ok(command)
}
