//! A name server on a socket: what the internet side would answer about host names, on a machine
//! that cannot ask the internet. UDP only; it serves the demonstration and tests.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UdpSocket;
use tokio::task::JoinSet;

/// What a name has that nobody set: addresses of public hosts, which are never dialled.
const EVERY_NAME: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14)),
    IpAddr::V6(Ipv6Addr::new(0x2606, 0x2800, 0x21f, 0xcb07, 0x6820, 0x80da, 0xaf6b, 0x8b2c)),
];

/// Bytes of a header, and of the largest query that is read.
const HEADER: usize = 12;
const LONGEST_QUERY: usize = 512;
/// Record types.
const A: u16 = 1;
const AAAA: u16 = 28;
/// A pointer to the name in the question.
const THE_NAME: [u8; 2] = [0xc0, 12];
/// Class IN and a minute to live.
const CLASS_AND_TTL: [u8; 6] = [0, 1, 0, 0, 0, 60];

type Names = Arc<Mutex<HashMap<String, Vec<IpAddr>>>>;

/// A running name server. Dropping it closes its socket.
#[derive(Debug)]
pub struct SimNameServer {
    addr: SocketAddr,
    names: Names,
    _running: JoinSet<()>,
}

impl SimNameServer {
    /// Answers on a free port of the loopback address; every name has public addresses.
    pub async fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (addr, names) = (socket.local_addr()?, Names::default());
        let mut running = JoinSet::new();
        running.spawn(serve(socket, Arc::clone(&names)));
        Ok(Self { addr, names, _running: running })
    }

    /// Where it is asked.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Gives a name these addresses from now on; with none, the name does not exist.
    pub fn set(&self, name: &str, addresses: &[IpAddr]) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.insert(name.to_ascii_lowercase(), addresses.to_vec());
    }
}

async fn serve(socket: UdpSocket, names: Names) {
    let mut query = [0; LONGEST_QUERY];
    // An error of one datagram, such as an unreachable asker, is not the server's end.
    loop {
        if let Ok((length, asker)) = socket.recv_from(&mut query).await
            && let Some(reply) = query.get(..length).and_then(|query| answer(query, &names))
        {
            socket.send_to(&reply, asker).await.ok();
        }
    }
}

/// The reply to one question; `None` for what is no question.
fn answer(query: &[u8], names: &Names) -> Option<Vec<u8>> {
    let (name, question) = question(query)?;
    let kind = u16::from_be_bytes(question.get(question.len() - 4..)?.get(..2)?.try_into().ok()?);
    let known = names.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
    let addresses = known.unwrap_or_else(|| EVERY_NAME.to_vec());
    let records: Vec<Vec<u8>> = addresses.iter().filter_map(|addr| record(kind, *addr)).collect();
    let (answers, authorities) = (u8::try_from(records.len()).ok()?, u8::from(records.is_empty()));
    let code = if addresses.is_empty() { 3 } else { 0 };
    let mut reply = query.get(..2)?.to_vec();
    reply.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, authorities, 0, 0]);
    reply.extend_from_slice(question);
    reply.extend(records.concat());
    if records.is_empty() {
        reply.extend(start_of_authority());
    }
    Some(reply)
}

/// The name in lower case, and the question as it was written.
fn question(query: &[u8]) -> Option<(String, &[u8])> {
    let (mut at, mut labels) = (HEADER, Vec::new());
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        let label = query.get(at..at + length)?;
        labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
        at += length;
    }
    Some((labels.join("."), query.get(HEADER..at + 4)?))
}

/// An address as a record, if it is of the kind that was asked for.
fn record(kind: u16, address: IpAddr) -> Option<Vec<u8>> {
    let octets = match (kind, address) {
        (A, IpAddr::V4(address)) => address.octets().to_vec(),
        (AAAA, IpAddr::V6(address)) => address.octets().to_vec(),
        _ => return None,
    };
    let mut record = THE_NAME.to_vec();
    record.extend(kind.to_be_bytes());
    record.extend(CLASS_AND_TTL);
    record.extend([0, u8::try_from(octets.len()).ok()?]);
    record.extend(octets);
    Some(record)
}

/// Says that there is nothing more to know: an empty answer without it would be a referral.
fn start_of_authority() -> Vec<u8> {
    let mut record = THE_NAME.to_vec();
    record.extend([0, 6]);
    record.extend(CLASS_AND_TTL);
    // Two root names, and five numbers that nobody reads.
    record.extend([0, 22]);
    record.extend([0; 22]);
    record
}
