//! `callback_url` (section 5 of the public contract): text that could name a public https host.

use public_url::{Schemes, check_text};
use seedance_model::TaskRequest;

use crate::error::{ApiError, Kind};

/// The address that is sent on: the checked spelling, not the one that came in.
pub(crate) fn checked(request: &TaskRequest) -> Result<Option<String>, ApiError> {
    let Some(text) = request.callback_url() else {
        return Ok(None);
    };
    match check_text(text, Schemes::HttpsOnly) {
        Ok(url) => Ok(Some(url.as_str().to_owned())),
        Err(refusal) => {
            let text = format!("callback_url {refusal}");
            Err(ApiError::new(Kind::InvalidRequest, text).about("callback_url"))
        }
    }
}
