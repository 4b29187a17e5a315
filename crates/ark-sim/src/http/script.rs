//! What is done to a connection in place of simply answering.

use std::time::Duration;

/// The steps of one answer and what becomes of the connection.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) steps: Vec<Step>,
    pub(crate) end: End,
}

/// One thing that happens on the wire.
#[derive(Debug)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Pause(Duration),
    /// This many blanks.
    Fill(u64),
    /// These bytes at this many per second.
    Trickle(Vec<u8>, u32),
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Another request may follow.
    KeepAlive,
    Close,
    Reset,
    /// It stays open without a byte until the client leaves.
    Hold,
    /// It looks alive, and the next request is reset unread.
    ResetNext,
}
