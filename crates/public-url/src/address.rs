//! The question asked of the address table: is this address public?

mod table;

use std::net::{IpAddr, Ipv6Addr};

use table::{GLOBAL_UNICAST, IPV4, IPV6, ISATAP, OUTSIDE_GLOBAL_UNICAST};

pub use table::Block;

/// Whether a callback or a file may live at this address.
///
/// It may, unless the address is in a block that IANA lists for a special purpose, is a multicast
/// address, or belongs to one of a few endpoints that only look public.
/// Blocks that are reachable in principle but serve the network itself are refused too.
pub fn is_public(address: IpAddr) -> bool {
    refused_block(address).is_none()
}

/// The row of the table that refuses an address, for an operator's log; `None` if it is public.
///
/// Do not show it to whoever sent the name: it would tell what an internal name resolves to.
pub fn refused_block(address: IpAddr) -> Option<&'static Block> {
    match address {
        IpAddr::V4(_) => IPV4.iter().find(|block| block.contains(address)),
        IpAddr::V6(v6) if !GLOBAL_UNICAST.contains(&v6) => Some(&OUTSIDE_GLOBAL_UNICAST),
        IpAddr::V6(v6) if is_isatap(v6) => Some(&ISATAP),
        IpAddr::V6(_) => IPV6.iter().find(|block| block.contains(address)),
    }
}

/// An interface identifier that embeds an IPv4 address (RFC 5214, section 6.1).
///
/// The mask leaves out the "universal" and "group" bits, which may have either value.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [.., high, low, _, _] = address.segments();
    high & 0xfcff == 0 && low == 0x5efe
}
