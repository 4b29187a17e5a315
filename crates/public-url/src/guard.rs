//! The whole verdict: the text rules, then every address that DNS has for the name.

use std::fmt;
use std::net::SocketAddr;

use crate::error::Error;
use crate::refusal::Refusal;
use crate::text::{Schemes, TextUrl, check_text};

/// Who is asked for addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameServers {
    /// The name servers of the system, without its search domains and its hosts file.
    System,
    /// These, on UDP and TCP.
    Fixed(Vec<SocketAddr>),
}

/// Decides whether URLs may be dialled from the internet side.
#[derive(Clone, Debug)]
pub struct Guard {}

impl Guard {
    /// A guard that asks these name servers.
    pub fn new(name_servers: NameServers) -> Result<Guard, Error> {
        match name_servers {
            NameServers::Fixed(servers) if servers.is_empty() => {
                Err(Error::new("no name server is given", None))
            }
            NameServers::System | NameServers::Fixed(_) => Ok(Guard {}),
        }
    }

    /// Checks the text, then every address behind the name.
    #[expect(clippy::unused_async, reason = "the look-up follows")]
    pub async fn vet(&self, text: &str, schemes: Schemes) -> Result<PublicUrl, Refusal> {
        check_text(text, schemes).map(|url| PublicUrl { url })
    }
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
