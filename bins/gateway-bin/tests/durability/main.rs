//! The durability benches: the gateway is killed, stopped, cut from power, left without answers or
//! without its database, and hung up on, and then the books have to balance; slow clients and
//! floods of connections have to leave it standing.
//!
//! `cargo test -p gateway-bin --test durability` runs all of them short.
//! `… -- kill --rounds 1000 --seed 7` runs one of them long. Every random choice comes from the
//! seed; what the machine's scheduler does with it does not.
#![expect(clippy::print_stdout, reason = "a bench prints what it found")]
#![expect(clippy::indexing_slicing, reason = "a member that a JSON value lacks is null")]

mod awake;
mod books;
mod canary;
mod clients;
mod cluster;
mod dice;
mod disconnect;
mod drain;
mod fleet;
mod flood;
mod interleaving;
mod kill;
mod memory;
mod orders;
mod paused;
mod postgres;
mod postmaster;
mod power_cut;
mod process;
mod quiet;
mod settle;
mod settle_cut;
mod shared;
mod slow;
mod tenant_client;
mod unknown;
mod verdict;
mod weather;
mod world;

use std::process::ExitCode;
use std::thread::{self, ScopedJoinHandle};
use std::time::Instant;

use anyhow::{Context as _, bail};

use verdict::Verdict;

/// What can be run: its name, what its count is called, and how much of it is short.
const BENCHES: &[(&str, &str, u64)] = &[
    ("kill", "--rounds", 4),
    ("power-cut", "--cuts", 150),
    ("unknown", "--creates", 200),
    ("disconnect", "--count", 160),
    ("settle", "--count", 300),
    ("slow", "--sockets", 20),
    ("flood", "--connects", 1500),
    ("orders", "--rounds", 1),
    ("settle-cut", "--steps", 20),
    ("kill-pg", "--rounds", 3),
    ("postmaster", "--rounds", 3),
    ("paused", "--rounds", 1),
    ("shared", "--seconds", 8),
    ("drain", "--rounds", 4),
];

/// Those that mostly wait for leases to end. They run at the same time.
const WAITING: [&str; 4] = ["kill-pg", "postmaster", "paused", "shared"];

/// One bench that was asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    name: &'static str,
    option: &'static str,
    count: u64,
    seed: u64,
    /// How many gateways are under test at a time, where a bench can do with several.
    parallel: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, path] = arguments.as_slice()
        && first == power_cut::CARELESS
    {
        return exit_code(power_cut::write_carelessly(path).is_ok());
    }
    match asked(&arguments) {
        Ok(benches) => run_all(&benches),
        Err(error) => {
            println!("{error:#}");
            ExitCode::from(64)
        }
    }
}

fn run_all(benches: &[Asked]) -> ExitCode {
    let (waiting, busy): (Vec<&Asked>, Vec<&Asked>) =
        benches.iter().partition(|bench| WAITING.contains(&bench.name));
    let failed = busy.into_iter().filter(|bench| !run(bench)).count();
    let failed = failed
        + thread::scope(|scope| {
            let start = |bench| scope.spawn(move || run(bench));
            let runs: Vec<_> = waiting.into_iter().map(start).collect();
            runs.into_iter().map(ScopedJoinHandle::join).filter(is_failure).count()
        });
    println!("{} passed, {failed} failed", benches.len() - failed);
    exit_code(failed == 0)
}

/// A bench that panicked has failed too.
fn is_failure(ended: &thread::Result<bool>) -> bool {
    !matches!(ended, Ok(true))
}

fn exit_code(fine: bool) -> ExitCode {
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one bench and prints what it found; tells whether all is well.
fn run(bench: &Asked) -> bool {
    let Asked { name, option, count, seed, parallel } = *bench;
    println!("{name}: {option} {count}, seed {seed}");
    let begun = Instant::now();
    let mut verdict = carried_out(bench).unwrap_or_else(|error| Verdict::broken(&error));
    for canary in canary::heard() {
        verdict.wrong(canary);
    }
    println!("{name}: {verdict}, {} s", begun.elapsed().as_secs());
    for wrong in verdict.first_wrongs() {
        println!("{name}: WRONG: {wrong}");
    }
    if !verdict.is_fine() {
        println!(
            "{name}: FAILED with seed {seed}; to run it again:\n    \
             cargo test -p gateway-bin --test durability -- {name} {option} {count} --seed {seed} --parallel {parallel}"
        );
    }
    verdict.is_fine()
}

fn carried_out(bench: &Asked) -> anyhow::Result<Verdict> {
    let Asked { name, count, seed, parallel, .. } = *bench;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match name {
            "kill" => kill::run(seed, count).await,
            "power-cut" => power_cut::run(seed, count).await,
            "unknown" => unknown::run(seed, count).await,
            "disconnect" => disconnect::run(seed, count).await,
            "settle" => settle::run(seed, count).await,
            "slow" => slow::run(seed, count).await,
            "flood" => flood::run(seed, count).await,
            "settle-cut" => settle_cut::run(seed, count).await,
            "kill-pg" => kill::on_postgres(seed, count).await,
            "postmaster" => postmaster::run(seed, count).await,
            "paused" => paused::run(seed, count).await,
            "shared" => shared::run(seed, count).await,
            "drain" => drain::run(seed, count, parallel).await,
            "orders" => interleaving::run(seed, count).await,
            other => bail!("there is no bench `{other}`"),
        }
    })
}

/// Reads `[NAME [--COUNT N]] [--seed N] [--parallel N]`. A word that names no bench selects nothing,
/// as a filter of `cargo test` would.
fn asked(arguments: &[String]) -> anyhow::Result<Vec<Asked>> {
    let (mut name, mut parallel) = (None, 1);
    let (mut count, mut seed) = (None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let is_count = BENCHES.iter().any(|(_, option, _)| option == argument);
        if is_count || ["--seed", "--parallel"].contains(&argument.as_str()) {
            let text = rest.next().with_context(|| format!("`{argument}` needs a number"))?;
            let number: u64 =
                text.parse().with_context(|| format!("`{text}` after `{argument}`"))?;
            match argument.as_str() {
                "--seed" => seed = Some(number),
                "--parallel" => parallel = usize::try_from(number)?.max(1),
                _ => count = Some(number),
            }
        } else {
            name = Some(argument.as_str());
        }
    }
    let seed = seed.unwrap_or_else(|| gateway::Clock::system().now().0.unsigned_abs());
    let chosen = BENCHES.iter().filter(|(bench, _, _)| name.is_none_or(|name| name == *bench));
    let asked = |(name, option, short): &(&'static str, &'static str, u64)| {
        let count = count.unwrap_or(*short);
        Asked { name, option, count, seed, parallel }
    };
    Ok(chosen.map(asked).collect())
}
