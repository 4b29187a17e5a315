//! The address table: the rows of the IANA special-purpose registries, and a few more.
//!
//! A row is here if no other row covers it. Everything in IPv6 outside `2000::/3` falls to one
//! comparison, which also covers the blocks that will be assigned there tomorrow; only blocks
//! inside `2000::/3` need rows of their own, and have to be kept current.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// A block of addresses that is not public.
#[derive(Debug)]
pub struct Block {
    net: IpNet,
    name: &'static str,
    source: &'static str,
}

impl Block {
    /// The name in the IANA registry, or what the block is known as.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The document that sets the block aside.
    pub fn source(&self) -> &'static str {
        self.source
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.net.contains(&address)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} ({})", self.net, self.name, self.source)
    }
}

const fn v4(octets: [u8; 4], bits: u8, name: &'static str, source: &'static str) -> Block {
    let [a, b, c, d] = octets;
    let net = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits));
    Block { net, name, source }
}

/// The blocks inside `2000::/3` differ in their first 48 bits only.
const fn v6(groups: [u16; 3], bits: u8, name: &'static str, source: &'static str) -> Block {
    let [a, b, c] = groups;
    let net = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits));
    Block { net, name, source }
}

/// IPv4: the registry, multicast, and one platform endpoint.
///
/// Rows marked "reachable" are Globally Reachable in the registry and refused all the same: they
/// are infrastructure, where nobody receives a callback.
#[rustfmt::skip]
pub(super) static IPV4: &[Block] = &[
    v4([0, 0, 0, 0], 8, "\"This network\"", "RFC 791"),
    v4([10, 0, 0, 0], 8, "Private-Use", "RFC 1918"),
    // Holds the metadata endpoints of Volcengine (100.96.0.96) and Alibaba (100.100.100.200).
    v4([100, 64, 0, 0], 10, "Shared Address Space", "RFC 6598"),
    v4([127, 0, 0, 0], 8, "Loopback", "RFC 1122"),
    v4([168, 63, 129, 16], 32, "Azure WireServer", "Microsoft Azure documentation"),
    v4([169, 254, 0, 0], 16, "Link Local", "RFC 3927"),
    v4([172, 16, 0, 0], 12, "Private-Use", "RFC 1918"),
    // With PCP Anycast (192.0.0.9) and TURN Anycast (192.0.0.10), which are reachable.
    v4([192, 0, 0, 0], 24, "IETF Protocol Assignments", "RFC 6890"),
    v4([192, 0, 2, 0], 24, "Documentation (TEST-NET-1)", "RFC 5737"),
    v4([192, 31, 196, 0], 24, "AS112-v4", "RFC 7535"), // reachable
    v4([192, 52, 193, 0], 24, "AMT", "RFC 7450"), // reachable
    v4([192, 88, 99, 0], 24, "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    v4([192, 168, 0, 0], 16, "Private-Use", "RFC 1918"),
    v4([192, 175, 48, 0], 24, "Direct Delegation AS112 Service", "RFC 7534"), // reachable
    v4([198, 18, 0, 0], 15, "Benchmarking", "RFC 2544"),
    v4([198, 51, 100, 0], 24, "Documentation (TEST-NET-2)", "RFC 5737"),
    v4([203, 0, 113, 0], 24, "Documentation (TEST-NET-3)", "RFC 5737"),
    v4([224, 0, 0, 0], 4, "Multicast", "RFC 5771"),
    v4([240, 0, 0, 0], 4, "Reserved", "RFC 1112"),
];

/// The only IPv6 space that IANA hands out for global unicast (RFC 4291, section 2.4).
pub(super) const GLOBAL_UNICAST: Ipv6Net =
    Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Loopback, unique-local, link-local, multicast, mapped, translated, unassigned: all of it.
pub(super) static OUTSIDE_GLOBAL_UNICAST: Block =
    v6([0, 0, 0], 0, "outside global unicast", "RFC 4291");

/// An address of any prefix whose interface identifier embeds an IPv4 address.
pub(super) static ISATAP: Block = v6([0x2000, 0, 0], 3, "ISATAP interface identifier", "RFC 5214");

/// IPv6 inside `2000::/3`: the registry's rows, and one returned block.
#[rustfmt::skip]
pub(super) static IPV6: &[Block] = &[
    // With Teredo, ORCHID, the anycast addresses, benchmarking, AMT and AS112-v6.
    v6([0x2001, 0, 0], 23, "IETF Protocol Assignments", "RFC 2928"),
    v6([0x2001, 0xdb8, 0], 32, "Documentation", "RFC 3849"),
    v6([0x2002, 0, 0], 16, "6to4", "RFC 3056"),
    v6([0x2620, 0x4f, 0x8000], 48, "Direct Delegation AS112 Service", "RFC 7534"), // reachable
    v6([0x3ffe, 0, 0], 16, "6bone, returned", "RFC 3701"),
    v6([0x3fff, 0, 0], 20, "Documentation", "RFC 9637"),
];
