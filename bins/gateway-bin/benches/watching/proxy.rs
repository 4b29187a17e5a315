//! A plain reverse proxy that swaps in the account's key: nginx, or a small one of our own where
//! there is no nginx.

mod ours;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::bail;
use tempfile::TempDir;

use crate::account::{API_KEY, Account};
use crate::door::Door;
use crate::gateway::{TASKS, pause};

/// Where nginx may be: on the path, or where only root's path leads.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];
/// Time between two tries to reach it.
const PAUSE: Duration = Duration::from_millis(20);

/// A proxy in front of the account.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) door: Door,
    nginx: Option<Nginx>,
}

#[derive(Debug)]
struct Nginx {
    child: Child,
    _folder: TempDir,
}

impl Proxy {
    /// Starts nginx, or says that there is none and starts our own.
    pub(crate) async fn start(account: &Account, tenants: usize) -> anyhow::Result<Self> {
        let program = PROGRAMS.into_iter().find(|program| runs(program));
        let (address, nginx) = if let Some(program) = program {
            let (address, nginx) = Nginx::start(program, account.sim.addr())?;
            (address, Some(nginx))
        } else {
            println!("nginx is not installed: a small proxy of our own stands in for it");
            (ours::start(account).await?, None)
        };
        let keys = (0..tenants).map(|tenant| format!("tenant-{tenant}")).collect();
        Ok(Self { door: Door { address, path: TASKS, keys }, nginx })
    }

    pub(crate) fn name(&self) -> &'static str {
        if self.nginx.is_some() { "nginx" } else { "own proxy" }
    }
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("-v").stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

impl Nginx {
    fn start(program: &str, upstream: SocketAddr) -> anyhow::Result<(SocketAddr, Self)> {
        let folder = tempfile::tempdir()?;
        // nginx cannot choose a port by itself.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, configuration(folder.path(), address, upstream))?;
        let child = Command::new(program)
            .args(["-e".as_ref(), "/dev/stderr".as_ref(), "-c".as_ref(), config.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let mut nginx = Self { child, _folder: folder };
        while TcpStream::connect(address).is_err() {
            if let Some(status) = nginx.child.try_wait()? {
                bail!("nginx ended with {status}");
            }
            pause(PAUSE);
        }
        Ok((address, nginx))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It is gone already, if it could not start.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// One process, keep-alive on both sides, no log of requests.
fn configuration(folder: &Path, address: SocketAddr, upstream: SocketAddr) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|part| format!("{part}_temp_path {}/{part};", folder.display()))
        .join(" ");
    format!(
        "daemon off; master_process off; pid {}/pid; events {{ worker_connections 8192; }}\n\
         http {{ access_log off; {temporary}\n\
         upstream ark {{ server {upstream}; keepalive 256; keepalive_requests 1000000000; }}\n\
         server {{ listen {address}; keepalive_requests 1000000000;\n\
         location /volcark/ {{ proxy_pass http://ark/; proxy_http_version 1.1;\n\
         proxy_set_header Connection ''; proxy_set_header Authorization 'Bearer {API_KEY}'; }} }} }}\n",
        folder.display(),
    )
}
