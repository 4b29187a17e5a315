//! A small HTTP/1.1 server side: enough for the clients of an API, and every byte under control.
//!
//! No pipelining, no TLS, no trailers. Faults need what a proper server would never send.

mod connection;
mod head;
mod reply;
mod script;
mod wire;

pub(crate) use connection::serve;
pub(crate) use head::{Head, header};
pub(crate) use reply::{Body, Rendered, Reply};
pub(crate) use script::{End, Script, Step};
pub(crate) use wire::Wire;

/// A request that was read to its end.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
}
