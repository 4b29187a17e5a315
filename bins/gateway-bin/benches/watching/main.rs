//! The watching bench: an account allows 1 LIST and 20 GET a second, and yet every tenant may poll
//! every task once a second.
//!
//! `cargo bench -p gateway-bin --bench watching -- --tasks 10000 --tenants 200 --seconds 60 --proxy`
//! plays it against the real server, and with `--proxy` against a plain reverse proxy too.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

#[path = "../stand/account.rs"]
mod account;
mod books;
mod bound;
#[path = "../stand/calls.rs"]
mod calls;
mod ceiling;
#[path = "../stand/door.rs"]
mod door;
mod ends;
#[path = "../stand/figures.rs"]
mod figures;
#[path = "../stand/gateway.rs"]
mod gateway;
mod load;
#[path = "../stand/nginx.rs"]
mod nginx;
mod proxy;
mod times;
mod trial;
#[path = "../stand/usage.rs"]
mod usage;
#[path = "../stand/wire.rs"]
mod wire;

use std::time::Duration;

use clap::Parser;

/// How much is played.
#[derive(Clone, Copy, Debug, Parser)]
struct Options {
    /// Live tasks, each polled once a second.
    #[arg(long, default_value_t = 10_000)]
    tasks: usize,
    /// Tenants, who share the tasks evenly.
    #[arg(long, default_value_t = 200)]
    tenants: usize,
    /// Connections of each tenant.
    #[arg(long, default_value_t = 2)]
    connections: usize,
    /// How long it is polled at least. The tasks end between a sixth and five sixths of it.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many seconds longer it may take until every task was seen as finished.
    #[arg(long, default_value_t = 300)]
    patience: u64,
    /// Play the same through a plain reverse proxy too.
    #[arg(long)]
    proxy: bool,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn polled_for(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let client = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    client.block_on(async {
        ceiling::measure(&options).await?;
        println!("{}", bound::explained(options.tasks));
        let mut columns = vec![trial::through_the_gateway(&options).await?];
        if options.proxy {
            columns.push(trial::through_a_proxy(&options).await?);
        }
        figures::print("watching", &columns);
        Ok(())
    })
}
