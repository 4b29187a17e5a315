//! The grammar of what only a person can decide: open intents, quarantine, corrections.

use clap::{Args, Subcommand};

use super::RowFormat;

/// Who decides, and why.
#[derive(Args, Debug)]
pub(in crate::commands) struct Decision {
    /// Why; it goes into the audit log.
    #[arg(long, value_name = "TEXT")]
    pub(in crate::commands) reason: String,
    #[command(flatten)]
    pub(in crate::commands) actor: Actor,
}

/// Who decides.
#[derive(Args, Debug)]
pub(in crate::commands) struct Actor {
    /// Who decides, for the audit log; the user of the operating system if not given.
    #[arg(long = "actor", value_name = "NAME")]
    pub(in crate::commands) name: Option<String>,
}

/// What a row of the ledger takes.
#[derive(Args, Debug)]
pub(in crate::commands) struct Payment {
    #[command(flatten)]
    pub(in crate::commands) decision: Decision,
    /// Do it; without this the row is only shown.
    #[arg(long)]
    pub(in crate::commands) yes: bool,
    #[command(flatten)]
    pub(in crate::commands) rows: RowFormat,
}

#[derive(Debug, Subcommand)]
pub(in crate::commands) enum QuarantineCommand {
    /// List the tasks that are in quarantine.
    List {
        #[command(flatten)]
        rows: RowFormat,
    },
    /// Charge a task for the tokens that it used, by the tariff of its creation.
    Charge {
        /// The task's id.
        task: String,
        /// The tokens that the upstream counted.
        #[arg(long, value_name = "N")]
        tokens: u64,
        /// The resolution of the video, if the last report does not say: `480p` to `4k`.
        #[arg(long)]
        resolution: Option<String>,
        #[command(flatten)]
        payment: Payment,
    },
    /// Let a task go without a charge.
    Free {
        /// The task's id.
        task: String,
        #[command(flatten)]
        decision: Decision,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::commands) enum OrphansCommand {
    /// List the open intents, of tasks and of the asset library, oldest first.
    List {
        #[command(flatten)]
        rows: RowFormat,
    },
    /// Give what the upstream has to the tenant of an intent.
    Adopt {
        /// The intent, as `orphans list` shows it.
        intent: String,
        /// The id of the task, the group or the asset.
        id: String,
        #[command(flatten)]
        actor: Actor,
    },
    /// Give an intent up: nothing was bought.
    Abandon {
        /// The intent, as `orphans list` shows it.
        intent: String,
        #[command(flatten)]
        actor: Actor,
    },
}

/// A correction of a charge, by tokens or by an amount.
#[derive(Args, Debug)]
pub(in crate::commands) struct CorrectionArguments {
    /// The task's id.
    pub(in crate::commands) task: String,
    /// Tokens to add, negative to take some back: both amounts follow from them.
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "usd")]
    pub(in crate::commands) tokens: Option<i64>,
    /// USD to add, negative to give some back: no token changes, and CNY follow from it.
    #[arg(
        long,
        value_name = "AMOUNT",
        allow_negative_numbers = true,
        required_unless_present = "tokens"
    )]
    pub(in crate::commands) usd: Option<String>,
    #[command(flatten)]
    pub(in crate::commands) payment: Payment,
}
