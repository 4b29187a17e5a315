//! How many connections there are, in all and from one source.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The connections of one listener, up to its caps.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    most: usize,
    most_per_source: usize,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    by_source: HashMap<IpAddr, usize>,
}

/// One connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Crowd,
    source: IpAddr,
}

impl Crowd {
    pub(super) fn new(most: usize, most_per_source: usize) -> Self {
        Self { most, most_per_source, inside: Arc::default() }
    }

    /// A place for a connection from this address, if there is one.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Place> {
        let source = source_of(address);
        let mut inside = self.inside();
        let already = inside.by_source.get(&source).copied().unwrap_or(0);
        if inside.all >= self.most || already >= self.most_per_source {
            return None;
        }
        inside.all += 1;
        inside.by_source.insert(source, already + 1);
        Some(Place { crowd: self.clone(), source })
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.crowd.inside();
        inside.all = inside.all.saturating_sub(1);
        if let Some(count) = inside.by_source.get_mut(&self.source) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                inside.by_source.remove(&self.source);
            }
        }
    }
}

/// What counts as one source: an IPv4 address, or the IPv6 network of one customer, a /64.
fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::Crowd;

    #[test]
    fn a_source_is_an_ipv4_address_or_an_ipv6_network_and_places_come_back() {
        let crowd = Crowd::new(3, 2);
        let admit = |address: &str| crowd.admit(address.parse().unwrap());
        let first = admit("192.0.2.1");
        let _same = admit("::ffff:192.0.2.1").unwrap();
        assert!(admit("192.0.2.1").is_none(), "two from one source are the most");
        let _other = admit("2001:db8::1").unwrap();
        assert!(admit("192.0.2.2").is_none(), "three in all are the most");
        drop(first);
        let _neighbour = admit("2001:db8::2").unwrap();
        assert!(admit("2001:db8::3").is_none(), "the third of one network");
    }
}
