//! Turns the upstream's message into one that a tenant may read.
//!
//! An allow-list, because nobody can list what an upstream may put into a text: a word stays if it
//! is an ordinary word, a field of the public API, a short number, or an id of the tenant's own
//! kind. Everything else, such as endpoints, accounts, keys, hosts and request ids, becomes `…`.

use ark_client::Settings;
use seedance_model::Model;

/// Longest message that is passed on, in characters.
const MESSAGE_CHARS: usize = 500;
/// Longest word that can be an ordinary one; keys and hashes are longer.
const WORD_CHARS: usize = 24;
/// Most digits that a harmless number has; accounts and request ids have more.
const NUMBER_DIGITS: usize = 7;
/// What stands where something was taken out.
const MASK: &str = "…";

/// Fields of the public API, which may appear as `content[0].image_url.url`.
const FIELDS: [&str; 24] = [
    "content",
    "type",
    "text",
    "role",
    "url",
    "image_url",
    "video_url",
    "audio_url",
    "duration",
    "ratio",
    "resolution",
    "generate_audio",
    "watermark",
    "return_last_frame",
    "priority",
    "execution_expires_after",
    "safety_identifier",
    "callback_url",
    "service_tier",
    "draft",
    "tools",
    "seed",
    "frames",
    "model",
];

/// Longest error code of the upstream, in characters.
const CODE_CHARS: usize = 100;

/// Takes out of messages what belongs to the platform alone.
#[derive(Debug)]
pub(crate) struct Redactor {
    /// Words of the account that look ordinary: its project, or a key of letters only.
    private: Vec<String>,
}

impl Redactor {
    /// A redactor that knows the account's own words.
    pub(crate) fn new(client: &Settings, models: &[(Model, String)]) -> Self {
        let mut private = vec![client.api_key.expose().to_lowercase()];
        if let Some(assets) = &client.assets {
            private.push(assets.access_key_id.expose().to_lowercase());
            private.push(assets.secret_access_key.expose().to_lowercase());
            // The project that every account has is an ordinary word.
            private.extend(Some(assets.project.to_lowercase()).filter(|name| name != "default"));
        }
        private.extend(models.iter().map(|(_, name)| name.to_lowercase()));
        Self { private }
    }

    /// The same redactor, which knows the words of an earlier configuration too: the upstream may
    /// still speak of them.
    pub(crate) fn knowing(mut self, earlier: &Self) -> Self {
        self.private.extend(earlier.private.iter().cloned());
        self.private.sort();
        self.private.dedup();
        self
    }

    /// Whether `code` has the form of the upstream's own codes, such as
    /// `InputTextSensitiveContentDetected.PolicyViolation`, and none of the account's words.
    pub(crate) fn is_public_code(&self, code: &str) -> bool {
        is_code(code) && !self.is_private(code)
    }

    /// The message without its request id and without anything that is not plainly harmless.
    pub(crate) fn message(&self, text: &str) -> String {
        let text = without_request_id(text);
        let mut out = String::with_capacity(text.len());
        let mut word = String::new();
        for symbol in text.chars().take(MESSAGE_CHARS) {
            if is_word_symbol(symbol) {
                word.push(symbol);
            } else {
                self.finish_word(&mut word, &mut out);
                out.push(if symbol.is_control() { ' ' } else { symbol });
            }
        }
        self.finish_word(&mut word, &mut out);
        out.trim().to_owned()
    }

    /// Whether `text` holds one of the account's own words, in any letter case.
    pub(crate) fn is_private(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        self.private.iter().any(|private| lower.contains(private.as_str()))
    }

    fn finish_word(&self, word: &mut String, out: &mut String) {
        // Full stops and colons at a word's end are punctuation.
        let bare = word.trim_end_matches(['.', ':', '-', '/']);
        let tail = word.get(bare.len()..).unwrap_or_default();
        match public_model(bare) {
            _ if bare.is_empty() => {}
            Some(model) => out.push_str(model.name()),
            None if self.is_harmless(bare) => out.push_str(bare),
            None => out.push_str(MASK),
        }
        out.push_str(tail);
        word.clear();
    }

    fn is_harmless(&self, word: &str) -> bool {
        let ordinary = is_ordinary(word) || is_number(word) || is_field(word);
        let ordinary = ordinary || is_public_id(word) || is_code(word);
        ordinary && !self.is_private(word)
    }
}

/// What belongs to a word: everything that a key, an endpoint, a host or a path may hold.
fn is_word_symbol(symbol: char) -> bool {
    symbol.is_alphanumeric() || "-_.:/[]@%+=~$#?&".contains(symbol)
}

fn without_request_id(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let end = lower.find("request id").or_else(|| lower.find("requestid"));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn public_model(word: &str) -> Option<Model> {
    let family = |model: &Model| word == model.name() || word == model.official_name();
    Model::ALL.into_iter().find(family)
}

fn is_ordinary(word: &str) -> bool {
    let hyphenated = |c: char| c == '-' || c == '/' || c.is_alphabetic();
    let parts_are_words = word.split(['-', '/']).all(|part| !part.is_empty());
    let short = word.chars().count() <= WORD_CHARS;
    short && word.chars().all(hyphenated) && parts_are_words && !word.starts_with("ep-")
}

fn is_number(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let symbols = |byte: u8| byte.is_ascii_digit() || b".-:%".contains(&byte);
    (1..=NUMBER_DIGITS).contains(&digits) && word.bytes().all(symbols)
}

fn is_field(word: &str) -> bool {
    word.split('.').all(|part| {
        let name = part.split('[').next().unwrap_or_default();
        let index = part.get(name.len()..).unwrap_or_default();
        let index_ok = index.bytes().all(|byte| byte.is_ascii_digit() || b"[]".contains(&byte));
        FIELDS.contains(&name) && index.len() <= 5 && index_ok
    })
}

/// Words in `CamelCase`, joined by dots; the last may be a field. Keys and hashes have digits or
/// two capitals in a row.
fn is_code(text: &str) -> bool {
    let mut parts = text.split('.');
    let first = parts.next().is_some_and(is_camel_case);
    first && text.len() <= CODE_CHARS && parts.all(|part| is_camel_case(part) || is_field(part))
}

fn is_camel_case(text: &str) -> bool {
    let capital = |at: Option<&u8>| at.is_some_and(u8::is_ascii_uppercase);
    let bytes = text.as_bytes();
    let letters = bytes.iter().all(u8::is_ascii_alphabetic);
    letters
        && capital(bytes.first())
        && !bytes.windows(2).any(|two| capital(two.first()) && capital(two.get(1)))
}

/// Ids that tenants hold themselves: `cgt-`, `asset-` or `group-`, 14 digits and 5 symbols.
fn is_public_id(word: &str) -> bool {
    let rest = ["cgt-", "asset-", "group-"].iter().find_map(|prefix| word.strip_prefix(prefix));
    let Some((time, tail)) = rest.and_then(|rest| rest.split_once('-')) else {
        return false;
    };
    let digits = time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit());
    digits && tail.len() == 5 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
