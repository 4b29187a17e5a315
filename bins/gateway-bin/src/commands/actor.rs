//! Who the audit log names for what a command did.

use super::arguments::Actor;
use super::{Misuse, text_variables};
use crate::acts::{By, operator};
use crate::clock::Clock;

/// The variables that name the user, in the order in which they are asked. Behind `sudo` it is the
/// person that counts.
const USER_VARIABLES: [&str; 2] = ["SUDO_USER", "USER"];
impl Actor {
    /// `operator:` and the name that was given, else the user's; `operator` if there is none. The
    /// prefix keeps people apart from what the gateway does by itself.
    pub(super) fn for_audit(&self) -> Result<String, Misuse> {
        let Some(name) = self.name.clone().or_else(user) else {
            return Ok("operator".to_owned());
        };
        operator(&name).map_err(|accepted| {
            Misuse(format!("`--actor {}` is no name; {accepted}", name.escape_default()))
        })
    }

    /// The same, for an act of this moment.
    pub(super) fn acts(&self) -> Result<By, Misuse> {
        Ok(By { actor: self.for_audit()?.into(), now: Clock::system().now() })
    }
}

fn user() -> Option<String> {
    let variable =
        |wanted: &&str| text_variables().find(|(name, value)| name == wanted && !value.is_empty());
    USER_VARIABLES.iter().find_map(variable).map(|(_, user)| user)
}
