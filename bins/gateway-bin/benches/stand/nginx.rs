//! nginx in a process of its own: one worker, no log of requests, connections that are kept alive.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::bail;
use tempfile::TempDir;

use crate::gateway::pause;

/// Where nginx may be: on the path, or where only root's path leads.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];
/// Time between two tries to reach it.
const PAUSE: Duration = Duration::from_millis(20);

/// An nginx that listens. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Nginx {
    child: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

/// Whether there is one.
pub(crate) fn is_installed() -> bool {
    PROGRAMS.into_iter().any(runs)
}

/// The command that runs it.
pub(crate) fn program() -> Command {
    Command::new(PROGRAMS.into_iter().find(|program| runs(program)).unwrap_or("nginx"))
}

/// A plain reverse proxy in front of an account: keep-alive on both sides, and the account's key in
/// place of the tenant's.
pub(crate) fn forwarding(listen: SocketAddr, upstream: SocketAddr, key: &str) -> String {
    format!(
        "upstream ark {{ server {upstream}; keepalive 256; keepalive_requests 1000000000; }}\n\
         server {{ listen {listen};\n\
         location /volcark/ {{ proxy_pass http://ark/; proxy_http_version 1.1;\n\
         proxy_set_header Connection ''; proxy_set_header Authorization 'Bearer {key}'; }} }}\n"
    )
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("-v").stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

impl Nginx {
    /// Starts it with what `http` says for the address that it gets, and waits until it listens.
    pub(crate) fn start(
        mut command: Command,
        http: impl FnOnce(SocketAddr) -> String,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        // nginx cannot choose a port by itself.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, configuration(folder.path(), &http(address)))?;
        let child = command
            .args(["-e".as_ref(), "/dev/stderr".as_ref(), "-c".as_ref(), config.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut nginx = Self { child, address, _folder: folder };
        while TcpStream::connect(address).is_err() {
            if let Some(status) = nginx.child.try_wait()? {
                bail!("nginx ended with {status}");
            }
            pause(PAUSE);
        }
        Ok(nginx)
    }

    /// The number of the process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It is gone already, if it could not start.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One process, which answers for as long as its clients stay.
fn configuration(folder: &Path, http: &str) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|part| format!("{part}_temp_path {}/{part};", folder.display()))
        .join(" ");
    format!(
        "daemon off; master_process off; pid {}/pid; events {{ worker_connections 8192; }}\n\
         http {{ access_log off; keepalive_requests 1000000000; {temporary}\n{http} }}\n",
        folder.display(),
    )
}
