//! The same doubtful bytes through nginx: it may read them as it likes, as long as the gateway reads
//! as many requests as nginx has sent, and none of them is put together from another's bytes.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ark_sim::{Pace, Quotas, SimSettings};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::table::{CASES, expanded};
use crate::canary;
use crate::support::{World, eventually};

/// Where nginx may be: on the path, or where only root's path leads.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];
/// Longest wait for the end of a connection.
const PATIENCE: Duration = Duration::from_secs(20);

/// An nginx in front of a gateway, with a line in its log for each request that it has read: the
/// method, its own status, and the gateway's.
struct Nginx {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Nginx {
    /// `None`: there is no nginx here, which is said in one line.
    async fn before(gateway: SocketAddr) -> Option<Self> {
        let runs = |program: &&str| {
            Command::new(program)
                .arg("-v")
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|s| s.success())
        };
        let Some(program) = PROGRAMS.into_iter().find(runs) else {
            std::io::stderr().write_all(b"not run behind nginx: there is none\n").unwrap();
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        // nginx cannot choose a port by itself.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let place = folder.path().display().to_string();
        let config = folder.path().join("nginx.conf");
        std::fs::write(&config, configuration(&place, address, gateway)).unwrap();
        let mut command = Command::new(program);
        command.args(["-e", &format!("{place}/errors"), "-c", config.to_str().unwrap()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        eventually(async || TcpStream::connect(address).await.ok()).await;
        Some(Self { child, address, folder })
    }

    /// The lines of its log.
    fn log(&self) -> Vec<String> {
        let log: PathBuf = self.folder.path().join("requests");
        std::fs::read_to_string(log).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn configuration(place: &str, address: SocketAddr, gateway: SocketAddr) -> String {
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|part| format!("{part}_temp_path {place}/{part};"))
        .join(" ");
    format!(
        "daemon off; master_process off; pid {place}/pid; events {{ worker_connections 512; }}\n\
         http {{ log_format seen '$request_method $status $upstream_status'; {temporary}\n\
         access_log {place}/requests seen; client_body_timeout 1s; client_header_timeout 1s;\n\
         keepalive_timeout 1s; lingering_timeout 1s; underscores_in_headers on;\n\
         upstream gateway {{ server {gateway}; keepalive 4; }}\n\
         server {{ listen {address}; location / {{ proxy_pass http://gateway;\n\
         proxy_http_version 1.1; proxy_set_header Connection ''; proxy_next_upstream off;\n\
         proxy_request_buffering off; proxy_set_header Host $host; }} }} }}\n"
    )
}

/// Sends everything on one connection and reads until it ends, however it ends.
async fn received(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = socket.split();
    let mut received = Vec::new();
    let sending = async { writer.write_all(bytes).await.ok() };
    let both = async { tokio::join!(sending, reader.read_to_end(&mut received)).1.ok() };
    timeout(PATIENCE, both).await.expect("nginx left the connection open");
    canary::answered(&received);
    received
}

/// Requests that the gateway has answered.
async fn answered(world: &World) -> usize {
    let page = world.metrics().await;
    let lines = page.lines().filter_map(|line| line.strip_prefix("phanedge_requests_total{"));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_behind_nginx_no_request_is_read_that_nginx_has_not_sent() {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let world = World::with(settings, "").await;
    let acme = world.tenant("acme").await;
    let Some(nginx) = Nginx::before(world.server.address()).await else { return };
    for (name, request, _) in CASES {
        let before = nginx.log().len();
        let bytes = received(nginx.address, expanded(request, &acme.token).as_bytes()).await;
        let text = String::from_utf8_lossy(&bytes);
        let finals = text.matches("HTTP/1.1 ").count() - text.matches("HTTP/1.1 100 ").count();
        let read = || nginx.log().len() - before;
        eventually(async || (read() >= finals).then_some(())).await;
        let sent = || nginx.log().iter().filter(|line| !line.ends_with(" -")).count();
        let same = eventually(async || {
            let (sent, handled) = (sent(), answered(&world).await);
            (sent <= handled).then_some((sent, handled))
        });
        let (sent, handled) = same.await;
        assert_eq!(handled, sent, "after {name}: {text}");
    }
    let log = nginx.log();
    let created = log.iter().filter(|line| *line == "POST 200 200").count();
    assert_eq!(world.sim.tasks().len(), created);
    assert!(created > 3, "{log:?}");
}
