//! The whole verdict: the text rules, then every address that DNS has for the name.

mod lookup;
mod name_servers;
mod resolution;

use std::fmt;
use std::net::IpAddr;

use crate::address::is_public;
use crate::error::Error;
use crate::refusal::{Reason, Refusal};
use crate::text::{Host, Schemes, TextUrl, check_text};
use resolution::Resolution;

pub use name_servers::NameServers;

/// The most addresses that a name may have, both families together.
const MAX_ADDRESSES: usize = 64;

/// Decides whether URLs may be dialled from the internet side.
///
/// Clones share their name servers and their bound on concurrent look-ups.
#[derive(Clone)]
pub struct Guard {
    resolution: Resolution,
}

impl Guard {
    /// A guard that asks these name servers; it sends nothing yet.
    pub fn new(name_servers: NameServers) -> Result<Guard, Error> {
        let resolution = Resolution::new(name_servers)?;
        Ok(Guard { resolution })
    }

    /// Checks the text, then every address behind the name.
    ///
    /// Takes at most 3 s, and asks DNS nothing when the text alone is refused or the host is a
    /// literal address. Needs a Tokio runtime with its network and time drivers.
    pub async fn vet(&self, text: &str, schemes: Schemes) -> Result<PublicUrl, Refusal> {
        let url = check_text(text, schemes)?;
        if let Host::Name(name) = url.host() {
            check_addresses(&self.resolution.addresses(name).await?)?;
        }
        Ok(PublicUrl { url })
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

/// The verdict on all addresses that DNS has for a name, for whoever asks it by other means.
///
/// One address that is not public refuses the name: another host may pick just that one. So does
/// having no address, or more than 64.
pub fn check_addresses(addresses: &[IpAddr]) -> Result<(), Refusal> {
    if addresses.is_empty() {
        return Err(resolution::unresolved());
    }
    if !addresses.iter().copied().all(is_public) {
        return Err(Refusal::new(
            Reason::PrivateAddress,
            "host name resolves to an address that is not public; every address of the name has \
             to be public",
        ));
    }
    if addresses.len() > MAX_ADDRESSES {
        return Err(Refusal::new(
            Reason::TooManyAddresses,
            "host name has too many addresses; at most 64 are accepted",
        ));
    }
    Ok(())
}

/// A URL that may be dialled from the internet side; only [`Guard::vet`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    url: TextUrl,
}

impl PublicUrl {
    /// The string that was checked, and therefore the string to send on.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
