//! Why a copy is not begun, or cannot go on.

use std::path::PathBuf;

/// What is wrong with the one side or the other, and what would be accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CopyRefusal {
    #[error("source and target are the same store; name two")]
    SameStore,
    #[error("the source `{}` does not exist; name the file of a store", path.display())]
    NoSource { path: PathBuf },
    #[error("the source holds no store; name one that was served")]
    NoStore,
    #[error(
        "the {side} has schema version {found}, which is older than {known}, the one that is \
         copied; {remedy}"
    )]
    OlderSchema { side: &'static str, found: i64, known: i64, remedy: &'static str },
    #[error(
        "the {side} has schema version {found}, which is newer than {known}, the one that is \
         copied; use the newer build"
    )]
    NewerSchema { side: &'static str, found: i64, known: i64 },
    #[error("the source is a copy that is not finished; finish it first")]
    SourceUnfinished,
    #[error("a server runs on the {side}, or another copy; stop it, and copy again")]
    Served { side: &'static str },
    #[cfg(feature = "postgres")]
    #[error(
        "the server `{holder}` holds the lead `{name}` on the source; stop it, or wait for the end \
         of its lease, half a minute at the most"
    )]
    Led { name: String, holder: String },
    #[error("somebody writes to the source; copy again when they are done")]
    Written,
    #[error("the target has a table `{table}`, which is no store's; name an empty database")]
    Foreign { table: String },
    #[error(
        "the target holds rows in `{table}`, and is not a copy of this source as it is now; name \
         an empty database"
    )]
    NotEmpty { table: String },
    #[error(
        "the target holds a copy that was begun from another source, or from this one before it \
         changed; remove the target, or name an empty database"
    )]
    OtherSource,
    #[cfg(feature = "postgres")]
    #[error("the target's encoding is `{found}`; create the database with the encoding `UTF8`")]
    Encoding { found: String },
    #[error(
        "`{table}.{column}` holds {what} in the row {key}, which the target cannot hold; \
         correct it in the source"
    )]
    Unstorable { table: &'static str, column: String, key: String, what: &'static str },
    #[error(
        "`{table}` has the columns {source_has} in the source and {target_has} in the target; \
         both have to be stores of this build"
    )]
    Columns { table: &'static str, source_has: String, target_has: String },
    #[error("the column `{table}.{column}` has the type `{found}`, which this build does not copy")]
    UnknownType { table: &'static str, column: String, found: String },
}
