//! A PostgreSQL for the tests: the one that `PHANEDGE_TEST_POSTGRES` names, or a cluster of their
//! own in a temporary folder, one for the whole process. Each test has a database of its own.

use std::env;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

/// The role of the tests in a cluster of their own: it may create databases, and nothing else.
const ROLE: &str = "tester";

/// A database cluster that this process started.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

/// Where tests find a server.
enum Server {
    /// The URL of a role that may create databases.
    Named(String),
    Started(Cluster),
    Missing,
}

/// A new, empty database on the shared server. `None`: there is no PostgreSQL here.
pub(crate) async fn database() -> Option<String> {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let server = SERVER.get_or_init(|| match env::var_os("PHANEDGE_TEST_POSTGRES") {
        Some(url) => Server::Named(url.into_string().unwrap()),
        None => match Cluster::start(&[]) {
            Some(cluster) => {
                stop_at_exit(&cluster);
                Server::Started(cluster)
            }
            None => missing(),
        },
    });
    match server {
        Server::Named(url) => Some(create_database(url).await),
        Server::Started(cluster) => Some(create_database(&cluster.url("postgres")).await),
        Server::Missing => None,
    }
}

/// Says once what is not run. Not by `println!`, which a test that passes does not show.
fn missing() -> Server {
    let text = "not run on PostgreSQL: there is no `initdb`, and no server is named\n";
    std::io::stderr().write_all(text.as_bytes()).unwrap();
    Server::Missing
}

/// A new database on the shared server, with the schema: a copy of one that was migrated.
pub(crate) async fn migrated_database() -> Option<String> {
    static TEMPLATE: OnceCell<Option<String>> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(|| async {
        let url = database().await?;
        tenancy::Store::open(&url).await.unwrap().close().await.unwrap();
        Some(url)
    });
    let template = template.await.as_deref()?;
    Some(copy_database(template, &format!("TEMPLATE {}", name_of(template))).await)
}

/// The name of the database in a URL.
pub(crate) fn name_of(url: &str) -> &str {
    let server = url.split_once('?').map_or(url, |(server, _)| server);
    server.rsplit_once('/').unwrap().1
}

/// The port of the server in a URL.
pub(crate) fn port_of(url: &str) -> u16 {
    let (_, place) = url.rsplit_once('@').unwrap();
    let (place, _) = place.split_once('/').unwrap();
    place.rsplit_once(':').map_or(5432, |(_, port)| port.parse().unwrap())
}

/// A database beside the one of this URL.
pub(crate) async fn create_database(url: &str) -> String {
    copy_database(url, "").await
}

async fn copy_database(url: &str, options: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("tenancy_{}_{number}", std::process::id());
    let (server, _) = url.rsplit_once(name_of(url)).unwrap();
    run_sql(&format!("{server}postgres"), &format!("CREATE DATABASE {name} {options}")).await;
    let (server, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/{name}?{parameters}")
}

/// Another process's way to a database: PostgreSQL without this crate.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The same, with every tenant's rows in sight.
pub(crate) async fn connect_as_platform(url: &str) -> tokio_postgres::Client {
    let client = connect(url).await;
    client.batch_execute("SET phanedge.tenant = '*'").await.unwrap();
    client
}

pub(crate) async fn run_sql(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

impl Cluster {
    /// A running cluster with these settings. `None`: PostgreSQL is not installed.
    pub(crate) fn start(settings: &[&str]) -> Option<Self> {
        let programs = programs()?;
        // In memory where that is a folder: every commit is synchronised, as the store demands.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        // The server runs as another user when the tests run as root.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let port = free_port();
        let cluster = Self { folder, programs, port };
        cluster.run("initdb", &["-U", "admin", "-A", "trust", "-N", "-E", "UTF8", "--locale=C"]);
        let configuration = cluster.data().join("postgresql.conf");
        let ours = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n\
             max_connections = 300\nshared_buffers = '32MB'\n",
            cluster.folder.path().display()
        );
        let text = fs::read_to_string(&configuration).unwrap();
        let text = [text.as_str(), &ours, &settings.join("\n")].join("\n");
        fs::write(&configuration, text).unwrap();
        cluster.up();
        let role = format!("CREATE ROLE {ROLE} LOGIN CREATEDB");
        assert!(cluster.psql(&role), "the role of the tests cannot be created");
        Some(cluster)
    }

    /// A running standby of this cluster, which a commit here waits for from now on.
    pub(crate) fn start_standby(&self) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let standby = Self { folder, programs: self.programs.clone(), port: free_port() };
        let primary =
            format!("host=127.0.0.1 port={} user=admin application_name=standby", self.port);
        standby.run("pg_basebackup", &["-R", "-X", "stream", "-c", "fast", "-d", &primary]);
        let ours = format!(
            "\nport = {}\nunix_socket_directories = '{}'\n",
            standby.port,
            standby.folder.path().display()
        );
        let configuration = standby.data().join("postgresql.conf");
        let text = fs::read_to_string(&configuration).unwrap() + &ours;
        fs::write(&configuration, text).unwrap();
        standby.up();
        standby
    }

    /// Makes a standby the one that writes.
    pub(crate) fn promote(&self) {
        self.run("pg_ctl", &["-w", "-s", "promote"]);
    }

    /// A file of the server's own, such as a key, which it alone may read.
    pub(crate) fn keep(&self, name: &str, content: &[u8]) -> String {
        let path = self.data().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let owner = fs::metadata(self.data()).unwrap();
        let owner = Some(std::os::unix::fs::MetadataExt::uid(&owner));
        std::os::unix::fs::chown(&path, owner, None).unwrap();
        path.display().to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of a database, for the role of the tests.
    pub(crate) fn url(&self, database: &str) -> String {
        self.url_of(ROLE, database)
    }

    pub(crate) fn url_of(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// The URL of a database, by the socket in the file system.
    pub(crate) fn socket_url(&self, database: &str) -> String {
        let folder = self.folder.path().display();
        format!("postgres://{ROLE}@/{database}?host={folder}&port={}", self.port)
    }

    /// Changes a setting, and waits until new connections have it.
    pub(crate) async fn set(&self, setting: &str, value: &str) {
        assert!(self.psql(&format!("ALTER SYSTEM SET {setting} = '{value}'")));
        assert!(self.psql("SELECT pg_reload_conf()"));
        let shown = format!("SHOW {setting}");
        loop {
            let client = connect(&self.url("postgres")).await;
            let row = client.query_one(&shown, &[]).await.unwrap();
            if row.get::<_, &str>(0) == value {
                return;
            }
        }
    }

    /// Starts the server, and waits until it answers.
    pub(crate) fn up(&self) {
        self.run("pg_ctl", &["-w", "-s", "-l", &self.log(), "start"]);
    }

    /// Stops the server like a power cut would.
    pub(crate) fn down(&self) {
        self.run("pg_ctl", &["-w", "-s", "-m", "immediate", "stop"]);
    }

    /// Runs SQL as the superuser.
    pub(crate) fn psql(&self, sql: &str) -> bool {
        let url = self.url_of("admin", "postgres");
        let mut psql = self.command("psql");
        psql.args(["-q", "-d", &url, "-c", sql]).stdout(Stdio::null()).status().unwrap().success()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let data = self.data();
        let mut command = self.command(program);
        command.arg("-D").arg(data).args(arguments).stdout(Stdio::null());
        assert!(command.status().unwrap().success(), "{program} {arguments:?} failed");
    }

    /// A program of PostgreSQL, as a user who is not root: `initdb` refuses root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
            command.arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn log(&self) -> String {
        self.folder.path().join("log").display().to_string()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let mut stop = self.command("pg_ctl");
        // One that was stopped before is complained about.
        stop.stderr(Stdio::null());
        drop(stop.arg("-D").arg(data).args(["-s", "-m", "immediate", "stop"]).status());
    }
}

/// A static is not dropped, so a child waits for the end of this process and stops the server.
fn stop_at_exit(cluster: &Cluster) {
    let folder = cluster.folder.path();
    let script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 0.2; done
         kill -QUIT $(head -1 {folder}/data/postmaster.pid); sleep 0.5; rm -rf {folder}",
        std::process::id(),
        folder = folder.display(),
    );
    let mut watcher = Command::new("setsid");
    watcher.args(["sh", "-c", &script]).stdin(Stdio::null());
    drop(watcher.stdout(Stdio::null()).stderr(Stdio::null()).spawn());
}

/// The folder of `initdb`: on the path, or where Debian keeps the newest version.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    // A link on the path leads to the folder that has the other programs too.
    let real = on_path.and_then(|folder| fs::canonicalize(folder.join("initdb")).ok());
    let folder = real.and_then(|initdb| initdb.parent().map(Path::to_owned));
    folder.or_else(|| {
        let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).max()
    })
}

fn is_root() -> bool {
    let own = fs::metadata("/proc/self").unwrap();
    std::os::unix::fs::MetadataExt::uid(&own) == 0
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
