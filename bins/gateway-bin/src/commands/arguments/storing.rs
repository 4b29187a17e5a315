//! What can be said about copies and backups of the store.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ConfigPath;

#[derive(Debug, Subcommand)]
pub(in crate::commands) enum StoreCommand {
    /// Copy a store that rests into an empty one, and verify it; killed, go on where it stopped.
    Copy(CopyArguments),
    /// Write the file of the store to another, beside a running server, and verify it.
    Backup {
        #[command(flatten)]
        config: ConfigPath,
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

#[derive(Args, Debug)]
pub(in crate::commands) struct CopyArguments {
    #[command(flatten)]
    pub(in crate::commands) from: Source,
    #[command(flatten)]
    pub(in crate::commands) to: Target,
    /// Rows in one commit, and in memory at a time.
    #[arg(long, value_name = "ROWS", default_value_t = 2000,
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(in crate::commands) batch: u32,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(in crate::commands) struct Source {
    /// The store that is read: `sqlite:FILE` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// A file with its URL, because arguments can be seen by others.
    #[arg(long, value_name = "FILE")]
    from_file: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(in crate::commands) struct Target {
    /// The store that is filled: `sqlite:FILE` or `postgres://…`.
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// A file with its URL.
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
}

/// One side of a copy, as it was said.
#[derive(Debug)]
pub(in crate::commands) struct Place {
    /// The option that says it.
    pub(in crate::commands) option: &'static str,
    pub(in crate::commands) url: Option<String>,
    pub(in crate::commands) file: Option<PathBuf>,
}

impl CopyArguments {
    /// Where from, and where to.
    pub(in crate::commands) fn places(self) -> (Place, Place) {
        let (Source { from, from_file }, Target { to, to_file }) = (self.from, self.to);
        (
            Place { option: "--from", url: from, file: from_file },
            Place { option: "--to", url: to, file: to_file },
        )
    }
}
