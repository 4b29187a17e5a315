//! Texts that can be stored: all but those with a NUL character, which PostgreSQL does not take.
//!
//! Both backends refuse the same, so that a tenant's text has the same fate wherever it is kept.

use std::collections::BTreeSet;

use crate::Error;
use crate::error::Cause;

/// Can a text be stored? One that cannot is not found either.
pub(crate) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}

/// Refuses what is to be done with a text that cannot be stored, before anything is done.
pub(crate) fn check(doing: &'static str, texts: &[&str]) -> Result<(), Error> {
    if texts.iter().all(|text| is_storable(text)) {
        Ok(())
    } else {
        Err(Error::new(doing, Cause::Nul))
    }
}

/// Those of the ids that can be anybody's, each once.
pub(crate) fn storable(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().filter(|id| is_storable(id)).map(|id| (*id).to_owned()).collect()
}
