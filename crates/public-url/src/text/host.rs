//! The host: a public address in its plain spelling, or a name that means what it shows.

use std::net::IpAddr;

use url::Url;

use super::{Host, name, spelling};
use crate::address::is_public;
use crate::refusal::{Reason, Refusal};

/// Compares the host that was written with the one that the URL parser reached.
pub(super) fn check(written: &str, reached: &Url) -> Result<Host, Refusal> {
    match reached.host() {
        // Octal, hexadecimal, short and integer forms mean other hosts to other parsers.
        Some(url::Host::Ipv4(address)) if address.to_string() != written => Err(Refusal::new(
            Reason::AddressSpelling,
            "IPv4 address is not in its plain form; accepted are four decimal numbers without \
             leading zeros or a final dot",
        )),
        Some(url::Host::Ipv4(address)) => literal(IpAddr::V4(address)),
        // Every parser reads the same address from any spelling of IPv6; the canonical one is sent.
        Some(url::Host::Ipv6(address)) => literal(IpAddr::V6(address)),
        Some(url::Host::Domain(ascii)) => {
            name::check(ascii)?;
            spelling::check(written, ascii)?;
            Ok(Host::Name(ascii.to_owned()))
        }
        None => Err(super::authority::malformed()),
    }
}

fn literal(address: IpAddr) -> Result<Host, Refusal> {
    if is_public(address) {
        return Ok(Host::Address(address));
    }
    Err(Refusal::new(
        Reason::PrivateAddress,
        "address is not public; loopback, private, link-local, shared, multicast and reserved \
         addresses are not accepted",
    ))
}
