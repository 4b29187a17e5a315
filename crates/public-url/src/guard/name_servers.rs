//! Which name servers are asked, and how: everything that the resolver library is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{NameServerPool, PoolContext, TlsConfig, system_conf};

use crate::error::Error;

/// Who is asked for addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameServers {
    /// The name servers of the system, without its search domains and its hosts file.
    System,
    /// These, on UDP, and on TCP when an answer is too long for UDP.
    Fixed(Vec<SocketAddr>),
}

pub(super) type Pool = NameServerPool<TokioRuntimeProvider>;

/// Builds the pool; `patience` bounds each question.
///
/// The pool is one layer below the library's `Resolver`, which reports a chain of aliases that it
/// gave up on as "no records", the same as an honest empty answer. It has no cache, and knows of
/// no hosts file and no search domains.
pub(super) fn pool(name_servers: NameServers, patience: Duration) -> Result<Pool, Error> {
    let servers = match name_servers {
        NameServers::System => system()?,
        NameServers::Fixed(addresses) => addresses.into_iter().map(fixed).collect(),
    };
    if servers.is_empty() {
        return Err(Error::new("no name server is given", None));
    }
    let tls = TlsConfig::new().map_err(|error| failed("cannot set up the resolver", error))?;
    Ok(NameServerPool::from_config(
        servers,
        Arc::new(PoolContext::new(options(patience), tls)),
        TokioRuntimeProvider::default(),
    ))
}

fn system() -> Result<Vec<NameServerConfig>, Error> {
    let (config, _options) = system_conf::read_system_conf()
        .map_err(|error| failed("cannot read the system's name servers", error))?;
    Ok(config.name_servers().to_vec())
}

fn fixed(address: SocketAddr) -> NameServerConfig {
    let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
    for connection in &mut connections {
        connection.port = address.port();
    }
    NameServerConfig::new(address.ip(), true, connections)
}

fn options(patience: Duration) -> ResolverOpts {
    let mut options = ResolverOpts::default();
    options.timeout = patience;
    // An off-path forger has to guess the letter case of the question as well. A name server
    // that does not keep it is asked again on TCP.
    options.case_randomization = true;
    // TCP is shared by all look-ups; the default of 32 would turn the rest away.
    options.max_active_requests = 512;
    options
}

fn failed(message: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(message, Some(Box::new(error)))
}
