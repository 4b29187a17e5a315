//! The floor bench: what the gateway carries, beside proxies that only forward, in one run.
//!
//! `cargo bench -p gateway-bin --bench floor` starts an upstream that answers at once, nginx and
//! the real server in front of it, and haproxy if it is installed. They take turns on one core,
//! round by round; the load, which `wrk` makes, and the upstream have the other one.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

mod account;
mod commits;
mod contestants;
#[path = "../stand/door.rs"]
mod door;
#[path = "../stand/figures.rs"]
mod figures;
#[path = "../stand/gateway.rs"]
mod gateway;
mod latency;
mod medians;
#[path = "../stand/nginx.rs"]
mod nginx;
mod overload;
mod shedding;
mod tasks;
mod throughput;
#[path = "../stand/times.rs"]
mod times;
#[path = "../stand/usage.rs"]
mod usage;
#[path = "../stand/wire.rs"]
mod wire;
mod wrk;

use anyhow::bail;
use clap::Parser;
use tokio::runtime::Runtime;

use account::Account;
use contestants::Contestants;
use tasks::Tasks;

/// How much is measured.
#[derive(Clone, Copy, Debug, Parser)]
struct Options {
    /// Connections of the load.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How long each contestant is measured in a round.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Creates and gets a second, where it is measured how long one takes.
    #[arg(long, default_value_t = 200)]
    paced: u32,
    /// How long more is asked than can be done.
    #[arg(long, default_value_t = 60)]
    flood_seconds: u64,
    /// Only how long a refusal takes.
    #[arg(long)]
    shedding: bool,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if !nginx::is_installed() || !wrk::is_installed() {
        bail!("this bench needs `nginx` and `wrk`; Debian has packages of these names");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if !options.shedding {
        compare(&options, &runtime)?;
    }
    figures::print("shedding", &runtime.block_on(shedding::measure())?);
    Ok(())
}

/// The gateway and the others in turn.
fn compare(options: &Options, runtime: &Runtime) -> anyhow::Result<()> {
    let account = Account::open()?;
    let contestants = runtime.block_on(Contestants::start(&account))?;
    figures::print("memory and disk", &[contestants.at_rest()?]);
    let tasks = runtime.block_on(Tasks::buy(&contestants.gateway()))?;
    figures::print("throughput", &throughput::measure(options, &contestants, &tasks)?);
    figures::print("latency", &runtime.block_on(latency::measure(options, &contestants))?);
    figures::print("commits", &[commits::measure(options, &contestants)?]);
    figures::print("overload", &[runtime.block_on(overload::measure(options, &contestants))?]);
    figures::print("memory after it", &[contestants.memory()?]);
    contestants.stop()
}
