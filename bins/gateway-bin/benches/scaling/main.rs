//! The scaling bench: creates and polls through one, two and four gateways on one PostgreSQL, and
//! through one on SQLite.
//!
//! `cargo bench -p gateway-bin --bench scaling -- --seconds 20` plays it against the real server.
//! Gateways, database, account and load share the machine, so the figures say where the work is,
//! and not what as many machines would carry.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

#[path = "../stand/account.rs"]
mod account;
#[path = "../../tests/durability/cluster.rs"]
mod cluster;
#[path = "../stand/door.rs"]
mod door;
#[path = "../stand/figures.rs"]
mod figures;
#[path = "../stand/gateway.rs"]
mod gateway;
mod load;
mod shares;
#[path = "../stand/times.rs"]
mod times;
mod trial;
#[path = "../stand/usage.rs"]
mod usage;
#[path = "../stand/wire.rs"]
mod wire;

use clap::Parser;
use cluster::{Cluster, run_sql};

/// Numbers of gateways on PostgreSQL.
const GATEWAYS: [usize; 3] = [1, 2, 4];

/// How much is played.
#[derive(Clone, Copy, Debug, Parser)]
struct Options {
    /// How long creates are measured, and then polls.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Connections, spread evenly over the gateways. Each makes one call after the other.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Tenants, spread evenly over the connections.
    #[arg(long, default_value_t = 16)]
    tenants: usize,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    println!("load of the machine before: {}", std::fs::read_to_string("/proc/loadavg")?.trim());
    let client = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    client.block_on(async {
        let mut columns = vec![trial::on_sqlite(&options).await?];
        // On a disk, like the file of SQLite, and with the settings that it comes with.
        match Cluster::start(tempfile::tempdir()?, "").await? {
            None => println!("not run on PostgreSQL: there is no `initdb`"),
            Some(mut cluster) => {
                for gateways in GATEWAYS {
                    let database = format!("scaling_{gateways}");
                    let create = format!("CREATE DATABASE {database}");
                    run_sql(&cluster.url("postgres"), &create).await?;
                    let url = cluster.url(&database);
                    let postmaster = cluster.postmaster()?.id();
                    columns.push(trial::on_postgres(&options, url, postmaster, gateways).await?);
                }
            }
        }
        figures::print("scaling", &columns);
        Ok(())
    })
}
