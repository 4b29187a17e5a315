//! The operator's command line: what can be said, and which file does it.

mod actor;
mod arguments;
mod check;
mod demo;
mod health;
mod ledger;
mod openapi;
mod orphans;
mod price;
mod quarantine;
mod serve;
mod store;
mod tenant;
mod token;

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use seedance_model::TaskId;

use crate::acts::{Failure, Reason};
use crate::config::{Config, Problems};
use crate::dumps;
use arguments::{Arguments, Command};
pub use ledger::LEDGER_COLUMNS;

/// Bad usage or a bad configuration (`EX_USAGE`).
const BAD_USAGE: u8 = 64;

/// Runs one command: exit code 0 when it is done, 1 when it failed, 64 for bad usage or a bad
/// configuration.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            error.print().ok();
            return if error.use_stderr() { ExitCode::from(BAD_USAGE) } else { ExitCode::SUCCESS };
        }
    };
    dumps::forbid();
    match carry_out(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has gone away, and does not want to know.
        Err(error) if is_broken_pipe(&error) || error.is::<Told>() => ExitCode::FAILURE,
        Err(error) => {
            let option = refused_option(&error);
            let shown = option.map(|name| format!("`--{name}`: ")).unwrap_or_default();
            writeln!(io::stderr().lock(), "phanedge: {shown}{error:#}").ok();
            if is_misuse(&error) { ExitCode::from(BAD_USAGE) } else { ExitCode::FAILURE }
        }
    }
}

/// The variable that sets the log filter, such as `info` or `gateway=debug`.
const LOG_VARIABLE: &str = "PHANEDGE_LOG";

/// A failure that the log has told, on the standard error that this would be printed to.
#[derive(Debug)]
struct Told(anyhow::Error);

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Told {}

/// A command that cannot be meant as it was given.
#[derive(Debug)]
struct Misuse(String);

impl std::fmt::Display for Misuse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

fn is_misuse(error: &anyhow::Error) -> bool {
    error.is::<Problems>() || error.is::<Misuse>() || invalid_field(error).is_some()
}

/// What of an act cannot be meant.
fn invalid_field(error: &anyhow::Error) -> Option<&'static str> {
    let reason = error.downcast_ref::<Failure>()?.reason();
    if let Reason::Invalid(field) = reason { Some(field) } else { None }
}

/// The option that gave it; names and accounts say what they are.
fn refused_option(error: &anyhow::Error) -> Option<&'static str> {
    invalid_field(error).filter(|field| !matches!(*field, "name" | "upstream"))
}

fn carry_out(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Openapi { surface } => openapi::run(surface),
        Command::Price { command } => price::run(command),
        Command::Check { config } => check::run(&config),
        Command::Health { config } => health::run(&config),
        Command::Demo(options) => on_runtime(demo::run(options)),
        Command::Serve { config } => on_runtime(serve::run(config)),
        Command::Ledger { config, command } => on_runtime(ledger::run(config, command)),
        Command::Orphans { config, command } => on_runtime(orphans::run(config, command)),
        Command::Quarantine { config, command } => on_runtime(quarantine::run(config, command)),
        Command::Store { command } => on_runtime(store::run(command)),
        Command::Tenant { config, command } => on_runtime(tenant::run(config, command)),
        Command::Token { config, command } => on_runtime(token::run(config, command)),
    }
}

/// A task's id out of an argument.
fn task_id(text: &str) -> Result<TaskId, Misuse> {
    TaskId::parse(text).ok_or_else(|| Misuse(format!("`{text}` cannot be a task's id")))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn on_runtime(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// The configuration of a command: the file and this process's environment.
fn load(path: &Path) -> Result<Config, Problems> {
    Config::load(path, text_variables())
}

/// What is to be logged, if the environment says so.
fn log_filter() -> Option<String> {
    text_variables().find(|(name, _)| name == LOG_VARIABLE).map(|(_, filter)| filter)
}

/// Variables that are text; others cannot be ours.
fn text_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
