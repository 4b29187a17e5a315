//! `[server]`: where the gateway listens, and what it puts up with.

use std::net::SocketAddr;
use std::time::Duration;

use super::admin_token::AdminToken;
use super::reader::Reader;
use super::value;
use crate::connections::Deadlines;

/// `[server]`.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The address for tenants.
    pub listen: SocketAddr,
    /// The address for operators.
    pub admin_listen: SocketAddr,
    /// The operators' credential. `None`: on loopback, where they may only look.
    pub admin_token: Option<AdminToken>,
    /// Largest request body, in bytes.
    pub body_limit_bytes: usize,
    /// How long a client may take for each part of an exchange; two of them are keys.
    pub deadlines: Deadlines,
    /// Most connections of tenants at a time.
    pub max_connections: usize,
    /// Most connections at a time from one source.
    pub max_connections_per_source: usize,
    /// Most requests at a time that read, and most that change something.
    pub max_requests: usize,
    /// How long a stop by signal goes on accepting connections, within the drain timeout.
    pub drain_delay: Duration,
    /// How long a stop waits for requests and creates that are under way.
    pub drain_timeout: Duration,
}

/// Reads every key before it gives up, so that all problems are found at once.
pub(super) fn read(reader: &mut Reader) -> Option<ServerConfig> {
    let listen = reader.take("server.listen", value::socket_address);
    let admin_listen = reader.take("server.admin_listen", value::socket_address);
    let admin_token = read_admin_token(reader, admin_listen);
    let body_limit_bytes = reader.take("server.body_limit", value::byte_size);
    let body = reader.take("server.body_timeout", value::duration);
    let idle = reader.take("server.idle_timeout", value::duration);
    let max_connections = reader.take("server.max_connections", value::at_a_time);
    let max_connections_per_source =
        reader.take("server.max_connections_per_source", value::at_a_time);
    let max_requests = reader.take("server.max_requests", value::at_a_time);
    let drain_delay = reader.take("server.drain_delay", value::duration_or_none);
    let drain_timeout = reader.take("server.drain_timeout", value::duration);
    if let (Some(tenants), Some(operators)) = (listen, admin_listen)
        && tenants == operators
        && tenants.port() != 0
    {
        let text = format!("`{operators}` is the tenants' address too; choose another port");
        reader.problem("server.admin_listen", text);
    }
    Some(ServerConfig {
        listen: listen?,
        admin_listen: admin_listen?,
        admin_token,
        body_limit_bytes: body_limit_bytes?,
        deadlines: Deadlines { body: body?, idle: idle?, ..Deadlines::DEFAULT },
        max_connections: max_connections?,
        max_connections_per_source: max_connections_per_source?,
        max_requests: max_requests?,
        drain_delay: drain_delay?,
        drain_timeout: drain_timeout?,
    })
}

/// Whoever can reach the operators' listener from elsewhere needs a credential there.
fn read_admin_token(reader: &mut Reader, listen: Option<SocketAddr>) -> Option<AdminToken> {
    const KEY: &str = "server.admin_token";
    let is_given = reader.is_given(KEY);
    let token = reader.take(KEY, AdminToken::parse);
    if let Some(listen) = listen.filter(|listen| !listen.ip().to_canonical().is_loopback())
        && !is_given
    {
        let text = format!("is missing; `server.admin_listen` is `{listen}`, and not on loopback");
        reader.problem(KEY, text);
    }
    token
}
