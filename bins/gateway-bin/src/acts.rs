//! What operators do to tenants, tokens, limits, open intents, charges and the quarantine: one
//! function for each act, whoever asks for it. The command line (`commands/`) and the operators' API
//! (`operators/`) read what is wanted, call these, and show what came of it.

pub(crate) mod corrections;
mod failure;
pub(crate) mod limits;
pub(crate) mod orphans;
pub(crate) mod quarantine;
pub(crate) mod tenants;
pub(crate) mod tokens;

use tenancy::{Actor, UnixMillis};

pub(crate) use failure::{Failure, Reason};

/// Who acts, and when.
#[derive(Clone, Debug)]
pub(crate) struct By {
    pub(crate) actor: Actor,
    pub(crate) now: UnixMillis,
}

/// Longest name of an operator, in characters.
const LONGEST_NAME: usize = 64;

/// `operator:` and the name. The prefix keeps people apart from what the gateway does by itself.
/// The error says what a name is.
pub(crate) fn operator(name: &str) -> Result<String, String> {
    let is_name = !name.is_empty() && !name.chars().any(char::is_control);
    if !is_name || name.chars().count() > LONGEST_NAME {
        return Err(format!("use 1 to {LONGEST_NAME} printable characters"));
    }
    Ok(format!("operator:{name}"))
}
