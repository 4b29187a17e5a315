//! A PostgreSQL of our own in a temporary folder, whose processes can be killed and started again.

#[path = "../it/cluster/programs.rs"]
mod programs;

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::time::interval;
use tokio_postgres::NoTls;

use programs::{command, programs};

/// The role that owns the databases: an ordinary one, as the store demands.
const ROLE: &str = "gateway";
/// Its password. The server trusts whoever asks, so this is only what nobody may ever say: it is
/// the canary of `tests/it/canary/account.rs`.
const PASSWORD: &str = "canarydatabaseword";
/// The pause between two attempts to reach a server that starts.
const PAUSE: Duration = Duration::from_millis(20);

/// A cluster. Dropping it ends the server.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    postmaster: Option<Child>,
}

impl Cluster {
    /// A running cluster in this folder, with more lines of `postgresql.conf`. `None`: PostgreSQL
    /// is not installed.
    pub(crate) async fn start(folder: TempDir, settings: &str) -> anyhow::Result<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        // The server runs as another user where this runs as root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777))?;
        let data = folder.path().join("data");
        let made = command(&programs, "initdb", folder.path())?
            .arg("-D")
            .arg(&data)
            .args(["-U", "admin", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"])
            .stdout(Stdio::null())
            .status()?;
        ensure!(made.success(), "`initdb` failed");
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let configuration = data.join("postgresql.conf");
        let ours = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n\
             max_connections = 300\n{settings}\n",
            folder.path().display()
        );
        fs::write(&configuration, fs::read_to_string(&configuration)? + &ours)?;
        let mut cluster = Self { folder, programs, port, postmaster: None };
        cluster.up().await?;
        run_sql(&cluster.admin_url(), &format!("CREATE ROLE {ROLE} LOGIN CREATEDB")).await?;
        Ok(Some(cluster))
    }

    /// Starts the server, and waits until it answers.
    pub(crate) async fn up(&mut self) -> anyhow::Result<()> {
        let folder = self.folder.path();
        let log = File::options().append(true).create(true).open(folder.join("log"))?;
        let mut server = command(&self.programs, "postgres", folder)?;
        server.arg("-D").arg(folder.join("data")).stdout(Stdio::null()).stderr(log);
        self.postmaster = Some(server.spawn()?);
        let mut attempts = interval(PAUSE);
        while tokio_postgres::connect(&self.admin_url(), NoTls).await.is_err() {
            if let Some(status) = self.postmaster()?.try_wait()? {
                let log = fs::read_to_string(self.folder.path().join("log"))?;
                bail!("the database server ended with {status}: {log}");
            }
            attempts.tick().await;
        }
        Ok(())
    }

    /// The first process of the server, whose children the others are.
    pub(crate) fn postmaster(&mut self) -> anyhow::Result<&mut Child> {
        self.postmaster.as_mut().context("the database server was never started")
    }

    /// The URL of a database, for the role that owns it.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://{ROLE}:{PASSWORD}@127.0.0.1:{}/{database}", self.port)
    }

    fn admin_url(&self) -> String {
        format!("postgres://admin@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(postmaster) = &mut self.postmaster
            && let Ok(None) = postmaster.try_wait()
        {
            // At once, and its children with it.
            kill_process(Pid::from_child(postmaster), Signal::QUIT).ok();
            drop(postmaster.wait());
        }
    }
}

/// Runs statements on a server.
pub(crate) async fn run_sql(url: &str, sql: &str) -> anyhow::Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    client.batch_execute(sql).await.with_context(|| format!("`{sql}`"))
}
