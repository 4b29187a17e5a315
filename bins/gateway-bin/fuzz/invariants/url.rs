//! URLs that tenants give: what is accepted is its own canonical form and public, and no further
//! address makes a refused name acceptable.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use public_url::{Host, Schemes, check_addresses, check_text, is_public};

pub(crate) fn url_guard(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    for schemes in [Schemes::HttpsOnly, Schemes::HttpAndHttps] {
        let Ok(url) = check_text(text, schemes) else {
            continue;
        };
        assert_eq!(check_text(url.as_str(), schemes).as_ref(), Ok(&url));
        assert!(url.as_str().len() <= 2_048);
        assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
        let secure = url.as_str().starts_with("https://");
        assert!(secure || schemes == Schemes::HttpAndHttps && url.as_str().starts_with("http://"));
        match url.host() {
            Host::Name(name) => assert!(name.contains('.') && name.len() <= 253),
            Host::Address(address) => assert!(is_public(*address)),
        }
    }
}

/// Addresses of five bytes, where the first says whether they are of IPv4, or seventeen.
pub(crate) fn dns_answer(mut bytes: &[u8]) {
    let mut addresses = Vec::new();
    while let Some((address, rest)) = address(bytes) {
        let before = check_addresses(&addresses);
        addresses.push(address);
        let after = check_addresses(&addresses);
        let was_empty = addresses.len() == 1;
        assert!(before.is_err() <= after.is_err() || was_empty, "{addresses:?}");
        assert!(is_public(address) || after.is_err(), "{addresses:?}");
        let mut turned = addresses.clone();
        turned.reverse();
        assert_eq!(check_addresses(&turned).is_ok(), after.is_ok(), "{addresses:?}");
        bytes = rest;
    }
    assert!(check_addresses(&[]).is_err());
}

fn address(bytes: &[u8]) -> Option<(IpAddr, &[u8])> {
    let (kind, bytes) = bytes.split_first()?;
    if kind % 2 == 0 {
        let (four, rest) = bytes.split_first_chunk::<4>()?;
        return Some((Ipv4Addr::from(*four).into(), rest));
    }
    let (sixteen, rest) = bytes.split_first_chunk::<16>()?;
    Some((Ipv6Addr::from(*sixteen).into(), rest))
}
