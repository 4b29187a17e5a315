//! A side of a copy, whichever backend it is.

use super::file::FileSide;
use super::found::Found;
#[cfg(feature = "postgres")]
use super::server::ServerSide;
use super::tables::{Column, SEAL, Shape, Table};
use super::value::Row;
use crate::error::Cause;

/// Source or target, held.
pub(super) enum Side {
    File(FileSide),
    #[cfg(feature = "postgres")]
    Server(Box<ServerSide>),
}

/// Asks whichever side it is.
macro_rules! of_either {
    ($side:expr, $which:ident => $answer:expr) => {
        match $side {
            Side::File($which) => $answer,
            #[cfg(feature = "postgres")]
            Side::Server($which) => $answer,
        }
    };
}

impl Side {
    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    pub(super) async fn found(&self) -> Result<Found, Cause> {
        of_either!(self, side => side.found().await)
    }

    /// Makes a target ready for rows. `begun_from`: by a copy that only begins.
    pub(super) async fn fill(&mut self, begun_from: Option<String>) -> Result<(), Cause> {
        of_either!(self, side => side.fill(begun_from).await)
    }

    /// The columns of a table, the seals of a file left out.
    pub(super) async fn shape(&self, table: &'static Table) -> Result<Shape, Cause> {
        let mut columns: Vec<Column> = of_either!(self, side => side.columns(table).await)?;
        columns.retain(|column| column.name != SEAL);
        // The key first, and then the same order on both sides, whenever a column was added.
        columns.sort_by_cached_key(|column| {
            let place = table.key.iter().position(|key| *key == column.name);
            (place.unwrap_or(usize::MAX), column.name.clone())
        });
        Ok(Shape { table, columns })
    }

    pub(super) async fn count(&self, table: &'static Table) -> Result<u64, Cause> {
        of_either!(self, side => side.count(table).await)
    }

    /// Up to `limit` rows in the order of their keys, after this key.
    pub(super) async fn rows(
        &self,
        shape: &Shape,
        after: Option<Row>,
        limit: u32,
    ) -> Result<Vec<Row>, Cause> {
        of_either!(self, side => side.rows(shape, after, limit).await)
    }

    /// The row with the last key.
    pub(super) async fn last(&self, shape: &Shape) -> Result<Option<Row>, Cause> {
        of_either!(self, side => side.last(shape).await)
    }

    /// Adds rows in one commit, which is durable when this answers.
    pub(super) async fn insert(&mut self, shape: &Shape, rows: Vec<Row>) -> Result<(), Cause> {
        of_either!(self, side => side.insert(shape, rows).await)
    }

    /// Does what is left when all rows are there.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, clippy::unused_async, reason = "a file needs nothing")
    )]
    pub(super) async fn complete(&mut self, shapes: &[Shape]) -> Result<(), Cause> {
        match self {
            // A file numbers after the largest number that is there.
            Self::File(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Server(side) => side.complete(shapes).await,
        }
    }

    /// Makes the target a store like any other.
    pub(super) async fn finish(&mut self) -> Result<(), Cause> {
        of_either!(self, side => side.finish().await)
    }

    /// Gives the database free.
    pub(super) async fn close(self) {
        match self {
            Self::File(side) => side.close().await,
            // The end of the session gives everything free.
            #[cfg(feature = "postgres")]
            Self::Server(_) => {}
        }
    }
}

impl std::fmt::Debug for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_file() { "File" } else { "Server" })
    }
}
