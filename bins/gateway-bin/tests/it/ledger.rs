//! `phanedge ledger` and the verification of a server, on databases whose every row is known.

pub(crate) mod books;
mod deciding;
mod exporting;
mod many_rows;
mod starting;
mod verifying;
