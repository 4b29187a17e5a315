//! `server.admin_token`: the operators' own credential.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::reader::Checked;

/// What a tenant's token begins with; the two kinds are never mixed up.
const TENANTS: &str = "oh-";
/// Fewer different characters are no secret, however many there are.
const FEWEST_DIFFERENT: usize = 9;

/// The credential of the operators' listener. Only its SHA-256 is kept, and nothing shows it.
#[derive(Clone)]
pub struct AdminToken([u8; 32]);

impl AdminToken {
    pub(super) fn parse(text: &str) -> Checked<Self> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_visible || !(32..=256).contains(&text.len()) {
            return Err("use 32 to 256 visible ASCII characters without blanks".to_owned());
        }
        if text.get(..TENANTS.len()).is_some_and(|start| start.eq_ignore_ascii_case(TENANTS)) {
            return Err(format!("tenants' tokens begin with `{TENANTS}`; use one of your own"));
        }
        if text.bytes().collect::<BTreeSet<u8>>().len() < FEWEST_DIFFERENT {
            return Err(format!("use at least {FEWEST_DIFFERENT} different characters"));
        }
        Ok(Self(Sha256::digest(text).into()))
    }

    /// Is this the credential? The time that it takes to say so tells nothing about it.
    pub(crate) fn is(&self, given: &[u8]) -> bool {
        let given: [u8; 32] = Sha256::digest(given).into();
        self.0.ct_eq(&given).into()
    }
}

impl fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AdminToken(…)")
    }
}
