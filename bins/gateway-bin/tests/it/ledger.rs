//! `phanedge ledger` and the verification of a server, on databases whose every row is known.

pub(crate) mod books;
mod deciding;
mod exporting;
mod many_rows;
pub(crate) mod starting;
mod verifying;
