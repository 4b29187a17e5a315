//! The grammar of the command line.

mod deciding;
mod storing;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::openapi::Surface;
use crate::output::Format;
pub(super) use deciding::{
    Actor, CorrectionArguments, Decision, OrphansCommand, Payment, QuarantineCommand,
};
pub(super) use storing::{CopyArguments, Place, StoreCommand};

/// A gateway that lets many tenants use Doubao Seedance 2.0 through a Volcengine Ark account.
#[derive(Debug, Parser)]
#[command(name = "phanedge", version)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play the whole workflow against a built-in simulator, then keep serving it.
    Demo(DemoOptions),
    /// Serve tenants.
    Serve {
        #[command(flatten)]
        config: ConfigPath,
    },
    /// Check a configuration and print the values in force.
    Check {
        #[command(flatten)]
        config: ConfigPath,
    },
    /// Ask a running server whether it is ready.
    Health {
        #[command(flatten)]
        config: ConfigPath,
    },
    /// Create and look after tenants.
    Tenant {
        #[command(flatten)]
        config: ConfigPath,
        #[command(subcommand)]
        command: TenantCommand,
    },
    /// Issue and revoke the tenants' API tokens.
    Token {
        #[command(flatten)]
        config: ConfigPath,
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// What was charged.
    Ledger {
        #[command(flatten)]
        config: ConfigPath,
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Creates whose outcome nobody knows.
    Orphans {
        #[command(flatten)]
        config: ConfigPath,
        #[command(subcommand)]
        command: OrphansCommand,
    },
    /// Successes whose usage made no sense.
    Quarantine {
        #[command(flatten)]
        config: ConfigPath,
        #[command(subcommand)]
        command: QuarantineCommand,
    },
    /// Print the OpenAPI document of a surface.
    Openapi {
        /// Whose surface.
        #[arg(value_enum)]
        surface: Surface,
    },
    /// Copy and back up the store.
    Store {
        #[command(subcommand)]
        command: StoreCommand,
    },
    /// Prices, and what a video would cost.
    Price {
        #[command(subcommand)]
        command: PriceCommand,
    },
}

#[derive(Args, Debug)]
pub(super) struct ConfigPath {
    /// The configuration file.
    #[arg(long = "config", value_name = "FILE", default_value = "phanedge.toml", global = true)]
    pub(super) path: PathBuf,
}

#[derive(Args, Debug)]
pub(super) struct DemoOptions {
    /// Where to serve tenants.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// Exit when the workflow has been played.
    #[arg(long)]
    pub(super) once: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum TenantCommand {
    /// Create a tenant.
    Create {
        /// 1 to 64 of a-z, 0-9, `-`, `_` and `.`, starting with a letter or digit.
        #[arg(id = "tenant", value_name = "NAME")]
        name: String,
        /// The upstream account that the tenant uses.
        #[arg(long, default_value = "default")]
        upstream: String,
        /// Capabilities that the tenant does not get.
        #[arg(long, value_enum)]
        without: Vec<Capability>,
        #[command(flatten)]
        actor: Actor,
    },
    /// List all tenants.
    List {
        #[command(flatten)]
        rows: RowFormat,
    },
    /// Show one tenant.
    Show {
        /// The tenant's name.
        name: String,
        #[command(flatten)]
        rows: RowFormat,
    },
    /// Limit a tenant, and print what holds and how much of it is used; `none` lifts a limit.
    Limits {
        /// The tenant's name.
        #[arg(id = "tenant", value_name = "NAME")]
        name: String,
        #[command(flatten)]
        options: LimitOptions,
    },
    /// Refuse all requests of a tenant; its tasks go on.
    Suspend {
        /// The tenant's name.
        #[arg(id = "tenant", value_name = "NAME")]
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Accept requests of a suspended tenant again.
    Resume {
        /// The tenant's name.
        #[arg(id = "tenant", value_name = "NAME")]
        name: String,
        #[command(flatten)]
        actor: Actor,
    },
}

#[derive(Args, Debug)]
pub(super) struct LimitOptions {
    /// Requests a second, on all routes together and in each gateway.
    #[arg(long, value_name = "N")]
    pub(super) requests_per_second: Option<String>,
    /// Tasks that have not ended, and creates without a known outcome.
    #[arg(long, value_name = "N")]
    pub(super) live_tasks: Option<String>,
    /// What the creates of a calendar month (UTC) may cost at most.
    #[arg(long, value_name = "AMOUNT")]
    pub(super) monthly_usd: Option<String>,
    #[command(flatten)]
    pub(super) actor: Actor,
    #[command(flatten)]
    pub(super) rows: RowFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Capability {
    /// The task surface.
    Tasks,
    /// The asset library.
    Assets,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Issue a token, and print it alone: it cannot be shown again.
    Issue {
        /// The tenant's name.
        #[arg(long)]
        tenant: String,
        /// A note for operators.
        #[arg(long)]
        label: Option<String>,
        /// How long it is valid, such as `90d`; for ever if not given.
        #[arg(long)]
        expires: Option<String>,
        #[command(flatten)]
        actor: Actor,
    },
    /// List a tenant's tokens, without the tokens themselves.
    List {
        /// The tenant's name.
        #[arg(long)]
        tenant: String,
        #[command(flatten)]
        rows: RowFormat,
    },
    /// Revoke a token at once.
    Revoke {
        /// The token's id, as `token list` shows it.
        id: String,
        #[command(flatten)]
        actor: Actor,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum LedgerCommand {
    /// Print the rows of the ledger, and their totals on standard error.
    Export {
        /// Only this tenant's.
        #[arg(long, value_name = "NAME")]
        tenant: Option<String>,
        /// Only those settled on this day or at this time, or later: `2026-11-01` (UTC) or RFC 3339.
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Only those settled before this day or this time.
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// How rows are printed.
        #[arg(long, value_enum, default_value_t = LedgerFormat::Csv)]
        format: LedgerFormat,
    },
    /// Compute every charge again, and compare everything that is kept twice.
    Verify,
    /// Add a row that corrects the charge of a task.
    Correct(CorrectionArguments),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LedgerFormat {
    /// With a header line (RFC 4180).
    Csv,
    /// One array of objects.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum PriceCommand {
    /// The price of each SKU.
    Table(PriceTable),
    /// What a video would cost, before it is made.
    Quote(PriceQuote),
}

#[derive(Args, Debug)]
pub(super) struct PriceSource {
    /// Take prices and exchange rate from this configuration file.
    #[arg(long = "config", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// RMB that one US dollar costs, instead of a configuration's.
    #[arg(long, value_name = "RATE")]
    pub(super) cny_per_usd: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct PriceTable {
    #[command(flatten)]
    pub(super) source: PriceSource,
    #[command(flatten)]
    pub(super) rows: RowFormat,
}

#[derive(Args, Debug)]
pub(super) struct PriceQuote {
    /// The model, by any name that requests may use.
    #[arg(long)]
    pub(super) model: String,
    /// `480p`, `720p`, `1080p` or `4k`.
    #[arg(long, default_value = "720p")]
    pub(super) resolution: String,
    /// `adaptive`, `16:9`, `9:16`, `1:1`, `4:3`, `3:4` or `21:9`.
    #[arg(long, default_value = "adaptive")]
    pub(super) ratio: String,
    /// Seconds, 4 to 15, or -1 for the model's choice.
    #[arg(long, default_value_t = 5, allow_negative_numbers = true)]
    pub(super) duration: i64,
    /// Seconds of video input, if the request has any.
    #[arg(long, value_name = "SECONDS")]
    pub(super) video_input: Option<u32>,
    #[command(flatten)]
    pub(super) source: PriceSource,
    #[command(flatten)]
    pub(super) rows: RowFormat,
}

#[derive(Args, Clone, Copy, Debug)]
pub(super) struct RowFormat {
    /// How rows are printed.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
}
