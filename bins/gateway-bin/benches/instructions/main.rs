//! The instructions bench: what a create and a get cost, in instructions of the whole process.
//!
//! `cargo bench -p gateway-bin --bench instructions` runs the real server under callgrind, which
//! counts every instruction outside the kernel and is not disturbed by whatever else the machine
//! does. The counts are held against those in `recorded.txt`; `-- --record` writes them anew.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]

#[path = "../stand/account.rs"]
#[expect(dead_code, reason = "other benches run more beside the account")]
mod account;
mod counting;
#[path = "../stand/door.rs"]
mod door;
#[path = "../stand/gateway.rs"]
mod gateway;
mod recorded;
mod stock;
#[path = "../stand/wire.rs"]
mod wire;

use clap::Parser;

use counting::Counting;
use recorded::Recorded;
use stock::Stock;

/// How much is counted.
#[derive(Clone, Copy, Debug, Parser)]
struct Options {
    /// Creates in the shorter run of each pair.
    #[arg(long, default_value_t = 500)]
    creates: usize,
    /// Gets in the shorter run of each pair.
    #[arg(long, default_value_t = 2000)]
    gets: usize,
    /// How often each pair is run; the lowest count holds.
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Write the counts down, instead of holding them against what is written.
    #[arg(long)]
    record: bool,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    counting::require_valgrind()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let found = runtime.block_on(count(&options))?;
    if options.record { found.write() } else { Recorded::read()?.check(&found) }
}

/// The least instructions that each kind of request took, over all rounds.
async fn count(options: &Options) -> anyhow::Result<Recorded> {
    let stock = Stock::lay_in().await?;
    let kinds = [
        ("create", stock.create(), options.creates),
        ("get of a finished task", stock.get_finished(), options.gets),
        ("get of a live task", stock.get_live(), options.gets),
    ];
    let mut found = Recorded::default();
    for (name, request, requests) in kinds {
        for round in 1..=options.rounds {
            let counting = Counting { stock: &stock, request: &request };
            let each = counting.of_each(requests).await?;
            println!("{name}, round {round}: {each} instructions");
            found.note(name, each);
        }
    }
    Ok(found)
}
