//! The two places where rows can be, and how a method reaches its statement in either.

#[cfg(feature = "postgres")]
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;

/// Where the rows are.
#[derive(Debug)]
pub(crate) enum Backend {
    /// A file on this machine.
    Sqlite(Sqlite),
    /// A server, which other processes share.
    #[cfg(feature = "postgres")]
    Postgres(Postgres),
}

/// Looks at one moment of the store: `reading!(self, "find a task", tasks::find(tenant, &id))`
/// runs the function of this path in whichever backend there is, with a transaction in front of
/// the arguments. `self` is a store or a scope, and whose rows there are follows from that.
///
/// What the arguments name is moved into the work. What PostgreSQL needs is in a box: it is large,
/// and would make the future of every request large, whatever the backend.
macro_rules! reading {
    ($asker:expr, $doing:literal, $subject:ident::$statement:ident($($argument:expr),*)) => {
        match $asker.backend() {
            crate::backend::Backend::Sqlite(db) => {
                let work = move |tx: &_| crate::sqlite::$subject::$statement(tx, $($argument),*);
                db.read($doing, work).await
            }
            #[cfg(feature = "postgres")]
            crate::backend::Backend::Postgres(db) => {
                let work = move |tx: crate::postgres::Tx| async move {
                    crate::postgres::$subject::$statement(&tx, $($argument),*).await
                };
                Box::pin(db.read($asker.whose(), $doing, work)).await
            }
        }
    };
}

/// Changes the store, and answers when that is durable. Otherwise like [`reading!`].
///
/// Free texts among the arguments are named at the end, after `storing`: a NUL in one is refused.
macro_rules! writing {
    ($writer:expr, $doing:literal, $subject:ident::$statement:ident($($argument:expr),*),
     storing [$($text:expr),*]) => {{
        crate::text::check($doing, &[$($text),*])?;
        writing!($writer, $doing, $subject::$statement($($argument),*))
    }};
    ($asker:expr, $doing:literal, $subject:ident::$statement:ident($($argument:expr),*)) => {
        match $asker.backend() {
            crate::backend::Backend::Sqlite(db) => {
                let work = move |tx: &_| crate::sqlite::$subject::$statement(tx, $($argument),*);
                db.write($doing, work).await
            }
            #[cfg(feature = "postgres")]
            crate::backend::Backend::Postgres(db) => {
                let work = move |tx: crate::postgres::Tx| async move {
                    crate::postgres::$subject::$statement(&tx, $($argument),*).await
                };
                Box::pin(db.write($asker.whose(), $doing, work)).await
            }
        }
    };
}

pub(crate) use {reading, writing};
