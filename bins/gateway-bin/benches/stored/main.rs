//! The stored bench: what the watcher needs must depend on the tasks that live, and not on those
//! that are stored.
//!
//! `cargo bench -p gateway-bin --bench stored -- --stored 10000000 --live 100000` watches two stores
//! with as many live tasks: one with that many stored, and one with few others. It also asks for a
//! tenant's list, of a tenth of all tasks, and for single tasks. Ten million tasks
//! take some 15 GB in the folder for temporary files, which are deleted afterwards.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

#[path = "../stand/account.rs"]
mod account;
#[path = "../stand/calls.rs"]
mod calls;
mod copies;
#[path = "../stand/door.rs"]
mod door;
#[path = "../stand/figures.rs"]
mod figures;
#[path = "../stand/gateway.rs"]
mod gateway;
mod requests;
mod seed;
#[path = "../stand/usage.rs"]
mod usage;
mod watch;
#[path = "../stand/wire.rs"]
mod wire;

use clap::Parser;

/// How much is stored, and for how long it is watched.
#[derive(Clone, Copy, Debug, Parser)]
struct Options {
    /// Tasks in the larger store, the live ones among them.
    #[arg(long, default_value_t = 10_000_000)]
    stored: i64,
    /// Live tasks in each store.
    #[arg(long, default_value_t = 100_000)]
    live: usize,
    /// Tenants, who share the tasks evenly.
    #[arg(long, default_value_t = 200)]
    tenants: usize,
    /// How long is measured.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let live = i64::try_from(options.live)?;
    let few = runtime.block_on(watch::store_of(&options, live))?;
    let many = runtime.block_on(watch::store_of(&options, options.stored.max(live)))?;
    figures::print("stored", &[few, many]);
    Ok(())
}
