//! The port: plain decimal, and not one where a server of another protocol listens.

use crate::refusal::{Reason, Refusal};

/// The "bad ports" of the WHATWG Fetch standard, in its order.
const FETCH_BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697, 10080,
];

/// Stores, queues and control ports, which a POST can harm and which no callback uses.
const CONTROL_PORTS: &[u16] = &[
    445,   // SMB
    873,   // rsync
    1433,  // SQL Server
    1521,  // Oracle
    2181,  // ZooKeeper
    2375,  // Docker
    2376,  // Docker with TLS
    2379,  // etcd clients
    2380,  // etcd peers
    3306,  // MySQL
    3389,  // Remote Desktop
    5432,  // PostgreSQL
    5672,  // AMQP
    5900,  // VNC
    5984,  // CouchDB
    5985,  // WinRM
    5986,  // WinRM with TLS
    6379,  // Redis
    8500,  // Consul
    9042,  // Cassandra
    9092,  // Kafka
    9200,  // Elasticsearch
    9300,  // Elasticsearch nodes
    10250, // kubelet
    10255, // kubelet, read only
    11211, // memcached
    27017, // MongoDB
    27018, // MongoDB shards
    27019, // MongoDB configuration
];

/// Checks the text after the colon; no colon at all is fine.
pub(super) fn check(port: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = port else { return Ok(()) };
    let number = plain_decimal(text).ok_or_else(|| {
        Refusal::new(
            Reason::Port,
            "port is malformed; accepted is a plain decimal number from 1 to 65535",
        )
    })?;
    if FETCH_BAD_PORTS.contains(&number) || CONTROL_PORTS.contains(&number) {
        return Err(Refusal::new(
            Reason::Port,
            "port belongs to a service that is not a web server; use 443 or another port for HTTP",
        ));
    }
    Ok(())
}

/// Comparing with the number's own text refuses signs and leading zeros.
fn plain_decimal(text: &str) -> Option<u16> {
    let number: u16 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}
