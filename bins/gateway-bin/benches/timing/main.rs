//! The timing bench (P15): can a tenant tell by the clock whether an id is another's or nobody's?
//!
//! `cargo bench -p gateway-bin --bench timing -- --requests 20000` asks for foreign and missing tasks
//! in random turn on one connection, and compares the times with Welch's t-test. With
//! `--store postgres://…` it uses that empty database instead of a SQLite file.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]
#![expect(clippy::float_arithmetic, reason = "statistics")]

#[path = "../stand/account.rs"]
#[expect(dead_code, reason = "other benches run more beside the account")]
mod account;
#[path = "../stand/door.rs"]
#[expect(dead_code, reason = "here all tasks are one tenant's")]
mod door;
#[path = "../stand/figures.rs"]
mod figures;
#[path = "../stand/gateway.rs"]
#[expect(dead_code, reason = "other benches keep their store in a file")]
mod gateway;
mod turns;
mod welch;
#[path = "../stand/wire.rs"]
mod wire;

use clap::Parser;
use figures::Column;

use crate::account::Account;
use crate::gateway::{Gateway, Premises};
use crate::turns::{Names, Turns};

/// What is asked for, and where.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Requests of each kind.
    #[arg(long, default_value_t = 20_000)]
    requests: usize,
    /// Tasks of the other tenant.
    #[arg(long, default_value_t = 2_000)]
    tasks: usize,
    /// Where the store is; a new SQLite file if it is not said.
    #[arg(long)]
    store: Option<String>,
    /// What `cargo bench` adds.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let account = Account::open(0).await?;
        let url = account.sim.task_base_url();
        let premises = Premises::on(options.store.clone(), url, 2).await?;
        let gateway = Gateway::start(&premises, gateway::program())?;
        // All tasks are the first tenant's; the second one asks.
        let mut owner = gateway.door.clone();
        owner.keys.truncate(1);
        let theirs: Vec<String> =
            owner.buy(options.tasks).await?.into_iter().map(|task| task.id).collect();
        let mut columns = Vec::new();
        for names in [Names::Cold, Names::Hot] {
            let mut turns = Turns::begin(&gateway.door, &theirs, names).await?;
            turns.play(options.requests / 10).await?;
            turns.forget();
            turns.play(options.requests).await?;
            columns.push(column(names, turns));
        }
        gateway.stop()?;
        figures::print("timing", &columns);
        Ok(())
    })
}

fn column(names: Names, turns: Turns) -> Column {
    let (foreign, missing) = turns.trimmed();
    let mut column = Column::new(names.name());
    column.add("another's, compared", foreign.count());
    column.add("nobody's, compared", missing.count());
    let micros = |nanos: f64| format!("{:.2}", nanos / 1000.0);
    column.add("another's, mean, us", micros(foreign.mean()));
    column.add("nobody's, mean, us", micros(missing.mean()));
    column.add("difference, us", micros(foreign.mean() - missing.mean()));
    column.add("Welch's t", format!("{:.2}", foreign.t_against(&missing)));
    column
}
