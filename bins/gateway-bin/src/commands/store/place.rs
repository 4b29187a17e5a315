//! The URL of one side of a copy: out of an argument, or out of a file, because arguments can be
//! seen by others. It may hold a password, so it is repeated nowhere.

use crate::commands::Misuse;
use crate::commands::arguments::Place;
use crate::config::store_url;

/// The checked URL.
pub(super) fn url(place: Place) -> Result<String, Misuse> {
    let option = place.option;
    let text = match (place.url, place.file) {
        (Some(url), _) => url,
        (None, Some(file)) => match std::fs::read_to_string(&file) {
            Ok(text) => text.trim_end_matches(['\r', '\n']).to_owned(),
            Err(error) => {
                let file = file.display();
                return Err(Misuse(format!("`{option}-file`: `{file}` cannot be read: {error}")));
            }
        },
        (None, None) => return Err(Misuse(format!("`{option}` is missing"))),
    };
    let refused = |accepted| Misuse(format!("`{option}`: the URL is not accepted; {accepted}"));
    store_url(&text).map_err(refused)
}
