//! A PostgreSQL for a test of several gateways: a cluster of its own in a temporary folder.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::canary;

/// A server with one empty database.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// `None`: there is no PostgreSQL here, which is said in one line.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            // Not by `println!`, which a test that passes does not show.
            std::io::stderr().write_all(b"not run on PostgreSQL: there is no `initdb`\n").unwrap();
            return None;
        };
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        // The server runs as another user when the tests run as root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = folder.path().join("data");
        let data = data.to_str().unwrap();
        let options = ["-U", "admin", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"];
        run(&programs, folder.path(), "initdb", &[&["-D", data], &options[..]].concat());
        let sockets = folder.path().display();
        let server = format!("-p {port} -c listen_addresses=127.0.0.1 -k {sockets}");
        let log = folder.path().join("log");
        let log = log.to_str().unwrap();
        run(
            &programs,
            folder.path(),
            "pg_ctl",
            &["-D", data, "-w", "-s", "-l", log, "-o", &server, "start"],
        );
        let admin = format!("postgres://admin@127.0.0.1:{port}/postgres");
        for sql in ["CREATE ROLE gateway LOGIN", "CREATE DATABASE gateway OWNER gateway"] {
            run(&programs, folder.path(), "psql", &["-q", "-d", &admin, "-c", sql]);
        }
        Some(Self { folder, programs, port })
    }

    /// Runs SQL in the database, as the superuser.
    pub(crate) fn sql(&self, sql: &str) {
        let url = format!("postgres://admin@127.0.0.1:{}/gateway", self.port);
        run(&self.programs, self.folder.path(), "psql", &["-q", "-d", &url, "-c", sql]);
    }

    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        let password = canary::DATABASE_PASSWORD;
        format!("postgres://gateway:{password}@127.0.0.1:{}/gateway", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let stop = ["-D", data.to_str().unwrap(), "-s", "-m", "immediate", "stop"];
        run(&self.programs, self.folder.path(), "pg_ctl", &stop);
    }
}

/// Runs a program of PostgreSQL, as a user who is not root: `initdb` refuses root.
fn run(programs: &Path, folder: &Path, program: &str, arguments: &[&str]) {
    let program = programs.join(program);
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = Command::new(if is_root { Path::new("setpriv") } else { &program });
    if is_root {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(&program);
    }
    let quiet = command.args(arguments).current_dir(folder).stdin(Stdio::null());
    let succeeded = quiet.stdout(Stdio::null()).status().unwrap().success();
    assert!(succeeded, "{} {arguments:?}", program.display());
}

/// The folder of `initdb`: on the path, or where Debian keeps the newest version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    let real = on_path.and_then(|folder| fs::canonicalize(folder.join("initdb")).ok());
    let folder = real.and_then(|initdb| initdb.parent().map(Path::to_owned));
    folder.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max()
    })
}
