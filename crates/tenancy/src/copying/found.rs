//! What a database holds before anything is done to it.

use super::refusal::CopyRefusal;
use super::tables::{LEFT_OUT, TABLES, UNFINISHED};

/// What was found.
#[derive(Debug)]
pub(super) enum Found {
    /// No table at all, or those of a store without a row.
    Empty,
    /// A copy under way, of a source with this fingerprint.
    Unfinished(String),
    /// A store with rows; this table has some.
    Filled { table: &'static str },
    /// A store of another build.
    OtherSchema { found: i64, known: i64 },
    /// A table that is no store's.
    Foreign { table: String },
}

impl Found {
    /// The table that is no store's, if there is one among these.
    pub(super) fn foreign(tables: &[String]) -> Option<Self> {
        let is_ours = |table: &str| {
            let known = TABLES.iter().map(|table| table.name);
            known.chain(LEFT_OUT).chain([UNFINISHED]).any(|known| known == table)
        };
        let has_history = tables.iter().any(|table| *table == LEFT_OUT[0]);
        let foreign = tables.iter().find(|table| !has_history || !is_ours(table));
        foreign.map(|table| Self::Foreign { table: table.clone() })
    }

    /// Can this be copied?
    pub(super) fn check_source(&self) -> Result<(), CopyRefusal> {
        const SIDE: &str = "source";
        let remedy = "open it once with this build, such as by `tenant list`";
        match self {
            Self::Filled { .. } => Ok(()),
            Self::Empty | Self::Foreign { .. } => Err(CopyRefusal::NoStore),
            Self::Unfinished(_) => Err(CopyRefusal::SourceUnfinished),
            Self::OtherSchema { found, known } => Err(other_schema(SIDE, *found, *known, remedy)),
        }
    }

    /// Can this be filled, or be a copy that is already?
    pub(super) fn check_target(&self) -> Result<(), CopyRefusal> {
        let remedy = "name an empty database";
        match self {
            Self::Empty | Self::Unfinished(_) | Self::Filled { .. } => Ok(()),
            Self::Foreign { table } => Err(CopyRefusal::Foreign { table: table.clone() }),
            Self::OtherSchema { found, known } => {
                Err(other_schema("target", *found, *known, remedy))
            }
        }
    }
}

fn other_schema(side: &'static str, found: i64, known: i64, remedy: &'static str) -> CopyRefusal {
    if found > known {
        CopyRefusal::NewerSchema { side, found, known }
    } else {
        CopyRefusal::OlderSchema { side, found, known, remedy }
    }
}
