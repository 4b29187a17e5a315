//! `phanedge health`: asks a running server whether it is ready, for a container without a shell.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::arguments::ConfigPath;
use crate::output;

/// Longest wait for each step; a server answers `/readyz` within two seconds.
const PATIENCE: Duration = Duration::from_secs(3);
/// Most bytes of the answer that are read.
const MOST_BYTES: u64 = 4096;
const REQUEST: &str = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

pub(super) fn run(config: &ConfigPath) -> anyhow::Result<()> {
    let address = reachable(super::load(&config.path)?.server.admin_listen);
    let answer = ask(address).with_context(|| format!("asking `{address}`"))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body).trim_end();
    ensure!(answer.starts_with("HTTP/1.1 200 "), "not ready: {body}");
    output::line(body)?;
    Ok(())
}

fn ask(address: SocketAddr) -> anyhow::Result<String> {
    let mut server = TcpStream::connect_timeout(&address, PATIENCE)?;
    server.set_read_timeout(Some(PATIENCE))?;
    server.set_write_timeout(Some(PATIENCE))?;
    server.write_all(REQUEST.as_bytes())?;
    let mut answer = Vec::new();
    server.take(MOST_BYTES).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// A server that listens on all addresses is asked on this machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let own: IpAddr = match listen.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        IpAddr::V4(_) | IpAddr::V6(_) => listen.ip(),
    };
    SocketAddr::new(own, listen.port())
}
