//! Who the audit log names for what a command did.

use super::arguments::Actor;
use super::{Misuse, text_variables};

/// The variables that name the user, in the order in which they are asked. Behind `sudo` it is the
/// person that counts.
const USER_VARIABLES: [&str; 2] = ["SUDO_USER", "USER"];
/// Longest name.
const LONGEST: usize = 64;

impl Actor {
    /// `operator:` and the name that was given, else the user's; `operator` if there is none. The
    /// prefix keeps people apart from what the gateway does by itself.
    pub(super) fn for_audit(&self) -> Result<String, Misuse> {
        let Some(name) = self.name.clone().or_else(user) else {
            return Ok("operator".to_owned());
        };
        let is_name = !name.is_empty() && !name.chars().any(char::is_control);
        if !is_name || name.chars().count() > LONGEST {
            let text = format!("`--actor {}`", name.escape_default());
            return Err(Misuse(format!(
                "{text} is no name; use 1 to {LONGEST} printable characters"
            )));
        }
        Ok(format!("operator:{name}"))
    }
}

fn user() -> Option<String> {
    let variable =
        |wanted: &&str| text_variables().find(|(name, value)| name == wanted && !value.is_empty());
    USER_VARIABLES.iter().find_map(variable).map(|(_, user)| user)
}
