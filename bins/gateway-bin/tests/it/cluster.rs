//! A PostgreSQL for a test of several gateways: a cluster of its own in a temporary folder.

mod programs;

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;

use crate::canary;
use programs::{command, programs};

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

/// Runs a program of PostgreSQL to its end.
fn run(programs: &Path, folder: &Path, program: &str, arguments: &[&str]) {
    let mut command = command(programs, program, folder).unwrap();
    let succeeded = command.args(arguments).stdout(Stdio::null()).status().unwrap().success();
    assert!(succeeded, "{program} {arguments:?}");
}
