//! A whole store into another: rows with their numbers, times and checksums, between files and
//! servers, in commits of so many rows, from where the last attempt stopped.
//!
//! What holds however a copy ends: the source is only read, and nobody writes to it meanwhile; the
//! target is no store until it was compared with the source. See [`StoreCopy`] for the steps.

#[cfg(feature = "postgres")]
mod arrays;
mod contents;
mod file;
mod found;
mod reading;
mod refusal;
mod seals;
#[cfg(feature = "postgres")]
mod server;
mod side;
mod tables;
mod thread;
mod value;

use std::fs;
use std::path::Path;

use crate::error::Cause;
use crate::store::{is_postgres, sqlite_path};
use crate::{Error, Store};
pub use contents::{Contents, TableSum};
use file::FileSide;
use found::Found;
use reading::{key, read};
pub(crate) use refusal::CopyRefusal;
#[cfg(feature = "postgres")]
use server::ServerSide;
use side::Side;
pub(crate) use tables::UNFINISHED;
use tables::{Shape, TABLES};

const DOING: &str = "copy the store";

/// Hears how many rows are done.
type Progress<'a> = &'a mut (dyn FnMut(u64) + Send);

/// A copy under way. Both stores are held as long as this lives.
///
/// The steps, each once and in this order: [`open`](Self::open), [`read_source`](Self::read_source),
/// [`fill`](Self::fill), [`read_target`](Self::read_target), [`finish`](Self::finish) if both hold
/// the same. Until then the target is refused by [`Store::open`]; [`target`](Self::target) opens it
/// for checks of the caller's own.
#[derive(Debug)]
pub struct StoreCopy {
    source: Side,
    target: Side,
    target_url: String,
    /// The most rows in one commit, and in memory at once.
    batch: u32,
}

/// What a target is like when all rows are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// It was filled, from `resumed_at` rows on, which an earlier attempt had brought.
    Now {
        /// The rows that were there.
        resumed_at: u64,
    },
    /// It is a finished copy of the source as it is now; nothing was changed.
    Before,
}

impl StoreCopy {
    /// Holds both stores: nobody can write to the source, and nobody serve either of them, until
    /// this is dropped. Changes neither of them. `batch` is the most rows in one commit.
    ///
    /// Errors: the two are the same, or one of them is served, written to, of another schema; the
    /// source is damaged ([`Error::is_corrupt`]), no store, or itself an unfinished copy; the target
    /// holds what is no store's.
    pub async fn open(source: &str, target: &str, batch: u32) -> Result<Self, Error> {
        let opened = open(source, target).await;
        let (source, side) = opened.map_err(|cause| Error::new(DOING, cause))?;
        Ok(Self { source, target: side, target_url: target.to_owned(), batch: batch.max(1) })
    }

    /// How many rows the source has.
    pub async fn count(&self) -> Result<u64, Error> {
        let mut rows = 0;
        for table in &TABLES {
            let counted = self.source.count(table).await;
            rows += counted.map_err(|cause| Error::new(DOING, cause))?;
        }
        Ok(rows)
    }

    /// Reads the source from end to end. Refuses what the target cannot hold.
    pub async fn read_source(&self, progress: Progress<'_>) -> Result<Contents, Error> {
        let read = read(&self.source, self.batch, !self.target.is_file(), progress).await;
        read.map_err(|cause| Error::new(DOING, cause))
    }

    /// Brings all rows into the target that are not there yet. `contents` is the source's.
    ///
    /// Refuses a target that holds anything but rows of a copy of this source that was begun.
    pub async fn fill(
        &mut self,
        contents: &Contents,
        progress: Progress<'_>,
    ) -> Result<Filled, Error> {
        self.try_fill(contents, progress).await.map_err(|cause| Error::new(DOING, cause))
    }

    async fn try_fill(
        &mut self,
        contents: &Contents,
        progress: Progress<'_>,
    ) -> Result<Filled, Cause> {
        let fingerprint = contents.fingerprint();
        let found = self.target.found().await?;
        found.check_target()?;
        match found {
            Found::Empty => self.target.fill(Some(fingerprint)).await?,
            Found::Unfinished(begun) if begun == fingerprint => self.target.fill(None).await?,
            Found::Filled { table } => {
                let held = read(&self.target, self.batch, false, progress).await?;
                let is_copy = held == *contents;
                let refusal = CopyRefusal::NotEmpty { table: table.to_owned() };
                return if is_copy { Ok(Filled::Before) } else { Err(refusal.into()) };
            }
            Found::Unfinished(_) | Found::OtherSchema { .. } | Found::Foreign { .. } => {
                return Err(CopyRefusal::OtherSource.into());
            }
        }
        let shapes = self.shapes().await?;
        let (mut done, mut resumed_at) = (0, 0);
        for (source, target) in &shapes {
            let there = self.target.count(source.table).await?;
            (done, resumed_at) = (done + there, resumed_at + there);
            progress(done);
            done = self.fill_table(source, target, done, progress).await?;
        }
        let targets: Vec<Shape> = shapes.into_iter().map(|(_, target)| target).collect();
        self.target.complete(&targets).await?;
        Ok(Filled::Now { resumed_at })
    }

    /// Goes on after the last row that is there: rows come in the order of their keys. The next
    /// rows are read while the last ones are written.
    async fn fill_table(
        &mut self,
        source: &Shape,
        target: &Shape,
        mut done: u64,
        progress: Progress<'_>,
    ) -> Result<u64, Cause> {
        let last = self.target.last(target).await?;
        let after = last.as_ref().map(|row| key(target, row));
        let mut rows = self.source.rows(source, after, self.batch).await?;
        while let Some(last) = rows.last() {
            let (after, count) = (key(source, last), rows.len() as u64);
            let (written, next) = tokio::join!(
                self.target.insert(target, rows),
                self.source.rows(source, Some(after), self.batch),
            );
            written?;
            done += count;
            progress(done);
            rows = next?;
        }
        Ok(done)
    }

    /// Reads the target from end to end, as [`read_source`](Self::read_source) does the source.
    pub async fn read_target(&self, progress: Progress<'_>) -> Result<Contents, Error> {
        let read = read(&self.target, self.batch, false, progress).await;
        read.map_err(|cause| Error::new(DOING, cause))
    }

    /// The target as a store, although it is not finished. Write nothing.
    pub async fn target(&self) -> Result<Store, Error> {
        Store::open_unfinished(&self.target_url).await
    }

    /// Says that the target is a store from now on, and gives both free.
    pub async fn finish(mut self) -> Result<(), Error> {
        let finished = self.target.finish().await;
        self.close().await;
        finished.map_err(|cause| Error::new(DOING, cause))
    }

    /// Gives both stores free, without a word about the target.
    pub async fn close(self) {
        self.target.close().await;
        self.source.close().await;
    }

    /// The tables as both sides have them: the same columns in the same order.
    async fn shapes(&self) -> Result<Vec<(Shape, Shape)>, Cause> {
        let mut shapes = Vec::with_capacity(TABLES.len());
        for table in &TABLES {
            let (source, target) =
                (self.source.shape(table).await?, self.target.shape(table).await?);
            if source.names() != target.names() {
                let (source_has, target_has) = (source.names(), target.names());
                return Err(
                    CopyRefusal::Columns { table: table.name, source_has, target_has }.into()
                );
            }
            shapes.push((source, target));
        }
        Ok(shapes)
    }
}

/// Both sides, held.
async fn open(source: &str, target: &str) -> Result<(Side, Side), Cause> {
    #[cfg(feature = "postgres")]
    let mark = {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(Cause::Randomness)?;
        i64::from_ne_bytes(random)
    };
    #[cfg(feature = "postgres")]
    let held = if is_postgres(source) {
        Side::Server(Box::new(ServerSide::source(source, mark).await?))
    } else {
        source_file(source, target).await?
    };
    #[cfg(not(feature = "postgres"))]
    let held = source_file(source, target).await?;
    #[cfg(feature = "postgres")]
    if is_postgres(target) {
        let target = Side::Server(Box::new(ServerSide::target(target, mark).await?));
        target.found().await?.check_target()?;
        return Ok((held, target));
    }
    let target = Side::File(FileSide::target(sqlite_path(target)?).await?);
    target.found().await?.check_target()?;
    Ok((held, target))
}

async fn source_file(source: &str, target: &str) -> Result<Side, Cause> {
    let path = sqlite_path(source)?;
    let other = if is_postgres(target) { None } else { Some(sqlite_path(target)?) };
    if other.is_some_and(|other| is_same_file(&path, &other)) {
        return Err(CopyRefusal::SameStore.into());
    }
    Ok(Side::File(FileSide::source(path).await?))
}

/// By whatever name.
fn is_same_file(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let file = |path: &Path| fs::metadata(path).map(|file| (file.dev(), file.ino())).ok();
        file(one).is_some_and(|it| file(other) == Some(it))
    }
    #[cfg(not(unix))]
    {
        let path = |path: &Path| fs::canonicalize(path).ok();
        path(one).is_some_and(|it| path(other) == Some(it))
    }
}
