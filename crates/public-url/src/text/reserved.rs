//! Names that mean something only inside a network, or only to one machine.
//!
//! DNS would refuse most of them as well; a list spares the question, and covers resolvers that
//! answer for them with a public address of their own.

/// Each entry stands for itself and for every name below it.
const RESERVED: &[&str] = &[
    // Special-use names: RFC 6761, 6762, 7686, 9476, and ICANN's choice of 2024.
    "alt",
    "example",
    "internal",
    "invalid",
    "local",
    "localhost",
    "onion",
    "test",
    // Infrastructure of DNS itself, with `home.arpa` (RFC 8375) and the reverse zones.
    "arpa",
    // Private suffixes in wide use: RFC 6762, appendix G, and ICANN's name collision reports.
    "corp",
    "dhcp",
    "domain",
    "home",
    "intra",
    "intranet",
    "lan",
    "mail",
    "private",
    "router",
    "workgroup",
    // Hosts files of Linux distributions.
    "localdomain",
    "localdomain4",
    "localdomain6",
    "localhost4",
    "localhost6",
    "localnet",
    // Clusters and service registries: `kubernetes.default.svc`, `web.service.consul`.
    "consul",
    "default",
    "docker",
    "kube-system",
    "pod",
    "svc",
    // Other name systems, which public DNS cannot answer.
    "bit",
    "exit",
    "gnu",
    "i2p",
    "zkey",
    // Metadata endpoints of clouds under public names.
    "api.metadata.cloud.ibm.com",
    "metadata.goog",
    "metadata.packet.net",
    "metadata.platformequinix.com",
    "metadata.tencentyun.com",
];

/// Whether a lower-case name is one of the reserved ones or is below one.
pub(super) fn is_reserved(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    RESERVED.iter().any(|reserved| {
        name.strip_suffix(reserved).is_some_and(|head| head.is_empty() || head.ends_with('.'))
    })
}
