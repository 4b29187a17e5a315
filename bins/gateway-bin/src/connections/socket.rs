//! A socket that can be read past the runtime.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// The other end of a connection.
pub(super) trait Socket: AsyncRead + AsyncWrite + Unpin {
    /// Reads what is there at this moment, whether the runtime has heard of it or not.
    fn read_now(&mut self, into: &mut [u8]) -> io::Result<usize>;
}

impl Socket for TcpStream {
    fn read_now(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(&*self, into)?)
    }
}
