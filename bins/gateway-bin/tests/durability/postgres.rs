//! Databases for the benches on PostgreSQL: on the server that `PHANEDGE_TEST_POSTGRES` names, or
//! on a cluster of the bench's own.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;

use crate::cluster::{Cluster, run_sql};

/// Each cluster is small, and in memory where that is a folder: commits wait for no disk.
const SETTINGS: &str = "shared_buffers = '32MB'";

/// Where databases can be made.
#[derive(Debug)]
pub(crate) enum Postgres {
    /// The URL of a role that may create databases.
    Named(String),
    Own(Cluster),
}

impl Postgres {
    /// `None`: there is no PostgreSQL here, which is said in one line.
    pub(crate) async fn find(bench: &str) -> anyhow::Result<Option<Self>> {
        if let Some(url) = std::env::var_os("PHANEDGE_TEST_POSTGRES") {
            let url = url.into_string().ok().context("`PHANEDGE_TEST_POSTGRES` is no text")?;
            return Ok(Some(Self::Named(url)));
        }
        Ok(own(bench).await?.map(Self::Own))
    }

    /// A new, empty database, by its URL.
    pub(crate) async fn create(&self) -> anyhow::Result<String> {
        match self {
            Self::Named(url) => create(url).await,
            Self::Own(cluster) => create(&cluster.url("postgres")).await,
        }
    }
}

/// A new, empty database beside this one.
pub(crate) async fn create(url: &str) -> anyhow::Result<String> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("durability_{}_{number}", std::process::id());
    run_sql(url, &format!("CREATE DATABASE {name}")).await?;
    let (server, parameters) = url.split_once('?').unwrap_or((url, ""));
    let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
    Ok(format!("{server}/{name}?{parameters}"))
}

/// A cluster of the bench's own. `None`: there is no PostgreSQL here, which is said in one line.
pub(crate) async fn own(bench: &str) -> anyhow::Result<Option<Cluster>> {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())?;
    let cluster = Cluster::start(folder, SETTINGS).await?;
    if cluster.is_none() {
        println!("{bench}: not run on PostgreSQL: there is no `initdb`");
    }
    Ok(cluster)
}
