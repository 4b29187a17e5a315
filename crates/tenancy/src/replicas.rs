//! What several servers on one database share: its clock, who leads what, and whose turn it is to
//! call an upstream account.
//!
//! A file has one server, so there these things are kept in its memory. None of them guards an
//! effect: what happens only once is guarded by transitions and unique keys, whoever leads.

use std::time::Duration;

use crate::backend::Backend;
#[cfg(feature = "postgres")]
use crate::postgres;
#[cfg(feature = "postgres")]
use crate::postgres::Whose;
use crate::text::check;
use crate::{Error, Store, UnixMillis};

#[cfg_attr(
    not(feature = "postgres"),
    expect(clippy::unused_async, reason = "a server is waited for, and memory is not")
)]
impl Store {
    /// The time on the database's clock, which all servers on it can follow. `None`: the rows are
    /// in a file, whose one server follows its own.
    pub async fn now(&self) -> Result<Option<UnixMillis>, Error> {
        match self.backend() {
            Backend::Sqlite(_) => Ok(None),
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                let ask = |tx| async move { postgres::replicas::now(&tx).await };
                db.read(Whose::Platform, "read the clock", ask).await.map(Some)
            }
        }
    }

    /// Makes `holder` the one who leads `name` until then, unless somebody else is. `true`: it is.
    ///
    /// Its holder renews a lease by asking again; once it is over, anybody gets it. All that ask
    /// for a name ask for the same span: a lease that ends over a minute after what is asked for
    /// was made before the clock was set back, and counts as over.
    pub async fn lease(
        &self,
        name: &str,
        holder: &str,
        now: UnixMillis,
        until: UnixMillis,
    ) -> Result<bool, Error> {
        const DOING: &str = "lease a lead";
        check(DOING, &[name, holder])?;
        match self.backend() {
            Backend::Sqlite(db) => Ok(db.alone().lease(name, holder, now, until)),
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                let (name, holder) = (name.to_owned(), holder.to_owned());
                let lease = move |tx| async move {
                    postgres::replicas::lease(&tx, &name, &holder, now, until).await
                };
                db.write(Whose::Platform, DOING, lease).await
            }
        }
    }

    /// Gives a lease back before it is over. `false`: it is not this holder's.
    pub async fn release_lease(&self, name: &str, holder: &str) -> Result<bool, Error> {
        const DOING: &str = "release a lead";
        check(DOING, &[name, holder])?;
        match self.backend() {
            Backend::Sqlite(db) => Ok(db.alone().release(name, holder)),
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                let (name, holder) = (name.to_owned(), holder.to_owned());
                let release =
                    move |tx| async move { postgres::replicas::release(&tx, &name, &holder).await };
                db.write(Whose::Platform, DOING, release).await
            }
        }
    }

    /// Takes the next free time in a lane, such as the LIST calls of an upstream account, in which
    /// two calls are at least `spacing` apart over all servers. It is now or later.
    ///
    /// `None`: the next free one is after `latest`, and nothing was taken. A lane that is taken
    /// over a minute further than that was so before the clock was set back, and starts anew.
    pub async fn reserve_call(
        &self,
        lane: &str,
        spacing: Duration,
        now: UnixMillis,
        latest: UnixMillis,
    ) -> Result<Option<UnixMillis>, Error> {
        const DOING: &str = "reserve a call";
        check(DOING, &[lane])?;
        match self.backend() {
            Backend::Sqlite(db) => Ok(db.alone().reserve(lane, spacing, now, latest)),
            #[cfg(feature = "postgres")]
            Backend::Postgres(db) => {
                let lane = lane.to_owned();
                let reserve = move |tx| async move {
                    postgres::replicas::reserve(&tx, &lane, spacing, now, latest).await
                };
                db.write(Whose::Platform, DOING, reserve).await
            }
        }
    }
}

/// How far ahead of what is asked for something can end, if the clock was never set back.
pub(crate) const FURTHEST: Duration = Duration::from_mins(1);
