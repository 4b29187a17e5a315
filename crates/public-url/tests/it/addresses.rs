//! The address table against the IANA registries, row by row, and at the edges of each block.

use std::net::IpAddr;

use ipnet::IpNet;
use public_url::{Reason, is_public, refused_block};

use crate::support::{accepted, refused};

/// Every row of the IPv4 special-purpose registry, with the name of our row that refuses it.
const IPV4_REGISTRY: &[(&str, &str)] = &[
    ("0.0.0.0/8", "\"This network\""),
    ("0.0.0.0/32", "\"This network\""),
    ("10.0.0.0/8", "Private-Use"),
    ("100.64.0.0/10", "Shared Address Space"),
    ("127.0.0.0/8", "Loopback"),
    ("169.254.0.0/16", "Link Local"),
    ("172.16.0.0/12", "Private-Use"),
    ("192.0.0.0/24", "IETF Protocol Assignments"),
    ("192.0.0.0/29", "IETF Protocol Assignments"),
    ("192.0.0.8/32", "IETF Protocol Assignments"),
    ("192.0.0.9/32", "IETF Protocol Assignments"),
    ("192.0.0.10/32", "IETF Protocol Assignments"),
    ("192.0.0.170/32", "IETF Protocol Assignments"),
    ("192.0.0.171/32", "IETF Protocol Assignments"),
    ("192.0.2.0/24", "Documentation (TEST-NET-1)"),
    ("192.31.196.0/24", "AS112-v4"),
    ("192.52.193.0/24", "AMT"),
    ("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)"),
    ("192.88.99.2/32", "Deprecated (6to4 Relay Anycast)"),
    ("192.168.0.0/16", "Private-Use"),
    ("192.175.48.0/24", "Direct Delegation AS112 Service"),
    ("198.18.0.0/15", "Benchmarking"),
    ("198.51.100.0/24", "Documentation (TEST-NET-2)"),
    ("203.0.113.0/24", "Documentation (TEST-NET-3)"),
    ("240.0.0.0/4", "Reserved"),
    ("255.255.255.255/32", "Reserved"),
    // Not in the registry.
    ("224.0.0.0/4", "Multicast"),
    ("168.63.129.16/32", "Azure WireServer"),
];

/// Every row of the IPv6 special-purpose registry, likewise.
const IPV6_REGISTRY: &[(&str, &str)] = &[
    ("::1/128", OUTSIDE),
    ("::/128", OUTSIDE),
    ("::ffff:0:0/96", OUTSIDE),
    ("64:ff9b::/96", OUTSIDE),
    ("64:ff9b:1::/48", OUTSIDE),
    ("100::/64", OUTSIDE),
    ("100:0:0:1::/64", OUTSIDE),
    ("2001::/23", "IETF Protocol Assignments"),
    ("2001::/32", "IETF Protocol Assignments"),
    ("2001:1::1/128", "IETF Protocol Assignments"),
    ("2001:1::2/128", "IETF Protocol Assignments"),
    ("2001:1::3/128", "IETF Protocol Assignments"),
    ("2001:2::/48", "IETF Protocol Assignments"),
    ("2001:3::/32", "IETF Protocol Assignments"),
    ("2001:4:112::/48", "IETF Protocol Assignments"),
    ("2001:10::/28", "IETF Protocol Assignments"),
    ("2001:20::/28", "IETF Protocol Assignments"),
    ("2001:30::/28", "IETF Protocol Assignments"),
    ("2001:db8::/32", "Documentation"),
    ("2002::/16", "6to4"),
    ("2620:4f:8000::/48", "Direct Delegation AS112 Service"),
    ("3fff::/20", "Documentation"),
    ("5f00::/16", OUTSIDE),
    ("fc00::/7", OUTSIDE),
    ("fe80::/10", OUTSIDE),
    // Not in the registry: multicast, site-local, IPv4-compatible, IPv4-translated, 6bone.
    ("ff00::/8", OUTSIDE),
    ("fec0::/10", OUTSIDE),
    ("::/96", OUTSIDE),
    ("::ffff:0:0:0/96", OUTSIDE),
    ("3ffe::/16", "6bone, returned"),
];

const OUTSIDE: &str = "outside global unicast";

#[test]
fn p37_every_row_of_both_registries_is_refused_from_its_first_address_to_its_last() {
    for (block, name) in IPV4_REGISTRY.iter().chain(IPV6_REGISTRY) {
        let block: IpNet = block.parse().unwrap();
        for address in [block.network(), block.broadcast()] {
            let row = refused_block(address).unwrap_or_else(|| panic!("{address} is accepted"));
            assert_eq!(row.name(), *name, "{address} of {block}");
            assert!(!is_public(address));
        }
    }
}

#[test]
fn p37_the_neighbours_of_every_block_are_public() {
    let neighbours = [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.1.255",
        "192.0.3.0",
        "192.31.195.255",
        "192.31.197.0",
        "192.52.192.255",
        "192.52.194.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "192.175.47.255",
        "192.175.49.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "2000::",
        "2000:ffff::1",
        "2001:200::",
        "2001:db7:ffff::1",
        "2001:db9::",
        "2003::1",
        "2620:4f:7fff::1",
        "2620:4f:8001::",
        "3ffd:ffff::1",
        "3fff:1000::",
        "3fff:ffff::1",
        "2606:4700::5eff:7f00:1",
        "2606:4700:4700::1111",
    ];
    for neighbour in neighbours {
        let address: IpAddr = neighbour.parse().unwrap();
        let row = refused_block(address).map(ToString::to_string);
        assert_eq!(row, None, "{address}");
    }
}

#[test]
fn an_interface_identifier_of_isatap_is_refused_in_any_prefix() {
    for text in [
        "2606:4700::5efe:127.0.0.1",
        "2606:4700::5efe:8.8.8.8",
        "2a00:1450:4001:81b:200:5efe:10.0.0.1",
        "2a00:1450:4001:81b:100:5efe:10.0.0.1",
    ] {
        let row = refused_block(text.parse().unwrap()).unwrap();
        assert_eq!(row.source(), "RFC 5214", "{text}");
    }
}

#[test]
fn a_row_displays_its_block_its_name_and_its_source() {
    let row = refused_block("100.96.0.96".parse().unwrap()).unwrap();
    assert_eq!(row.to_string(), "100.64.0.0/10, Shared Address Space (RFC 6598)");
}

#[test]
fn a_public_literal_is_accepted_in_its_canonical_form() {
    accepted(&[
        ("https://8.8.8.8", "https://8.8.8.8/"),
        ("https://1.1.1.1:8443/cb", "https://1.1.1.1:8443/cb"),
        (
            "https://[2606:4700:4700:0000:0000:0000:0000:1111]/cb",
            "https://[2606:4700:4700::1111]/cb",
        ),
        ("https://[2A00:1450::ABCD]:8443/", "https://[2a00:1450::abcd]:8443/"),
        ("https://[2a00:1450::1.2.3.4]/", "https://[2a00:1450::102:304]/"),
    ]);
}

#[test]
fn a_literal_that_is_not_public_is_refused_in_every_spelling_of_ipv6() {
    refused(
        Reason::PrivateAddress,
        &[
            "https://127.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.96.0.96/latest/",
            "https://100.100.100.200/",
            "https://168.63.129.16/",
            "https://192.0.0.192/",
            "https://10.0.0.1:8443/",
            "https://[::]/",
            "https://[::1]:8443/",
            "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
            "https://[::ffff:8.8.8.8]/",
            "https://[::ffff:0808:0808]/",
            "https://[::ffff:0:8.8.8.8]/",
            "https://[::8.8.8.8]/",
            "https://[64:ff9b::8.8.8.8]/",
            "https://[2002:808:808::1]/",
            "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
            "https://[fd20:ce::254]/",
            "https://[fe80::1]/",
            "https://[ff02::1]/",
        ],
    );
}

#[test]
fn another_spelling_of_an_ipv4_address_is_refused_even_if_the_address_is_public() {
    refused(
        Reason::AddressSpelling,
        &[
            "https://134744072/",
            "https://0x8080808/",
            "https://0X8.0x8.010.8/",
            "https://8.8.2056/",
            "https://8.8/",
            "https://8/",
            "https://08.8.8.8/",
            "https://8.8.8.8./",
            "https://8.8.8.8。/",
            "https://８.８.８.８/",
            "https://1.2.3.0x/",
            "https://1.2.3.4.5/",
            "https://1.2.3.256/",
            "https://4294967296/",
            "https://256.256.256.256/",
            "https://example.123/",
            "https://example.0x7f/",
            "https://127..0.1/",
            "https://[::12345]/",
            "https://[:::1]/",
            "https://[1::2::3]/",
            "https://[127.0.0.1]/",
            "https://[::ffff:0177.0.0.1]/",
            "https://[::ffff:1.2.3]/",
            "https://[v1.fe80::a]/",
            "https://[fe80::1-eth0]/",
            "https://[]/",
        ],
    );
}
