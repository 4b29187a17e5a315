//! The asset actions, called with signed requests.

mod library;
mod references;
mod signer;
