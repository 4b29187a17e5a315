//! Answers of the upstream: whatever comes, a tenant gets JSON of known fields without the
//! platform's words, or a typed refusal.

// The files alone, without the gateway around them.
#[path = "../../src/redact.rs"]
mod redact;

use std::sync::LazyLock;

use redact::Redactor;
use seedance_model::{
    AssetAction, Json, LibraryId, LibraryItem, LibraryPage, Model, Object, TaskPage, TaskReport,
};

/// The platform's words, which corpora have everywhere.
const WORDS: [&str; 4] =
    ["ark-canarykey0123456789", "akltcanaryaccess", "canaryproj", "ep-canary-20260611"];
/// Fields that are the tenant's own or needed as they are; see `docs/SECURITY.md`.
const VERBATIM: [&str; 9] = [
    "id",
    "Id",
    "Name",
    "Title",
    "Description",
    "safety_identifier",
    "video_url",
    "last_frame_url",
    "URL",
];

/// The account whose words they are.
const ACCOUNT: &str = "
pricing.cny_per_usd = \"7\"
[upstreams.default]
api_key = \"ark-CANARYKEY0123456789\"
access_key_id = \"AKLTCANARYACCESS\"
secret_access_key = \"CANARYSECRETKEYLETTERS\"
project = \"canaryproj\"
models.doubao-seedance-2-0 = \"ep-canary-20260611\"
";

static REDACTOR: LazyLock<Redactor> = LazyLock::new(|| {
    let config = gateway::Config::parse(ACCOUNT, std::iter::empty()).expect("a configuration");
    let account = config.upstreams.first().expect("an account");
    let of = |models| Redactor::new(&account.client, models);
    // As after a reload that gave the account other endpoints.
    of(&[]).knowing(&of(&account.models))
});

pub(crate) fn upstream_response(bytes: &[u8]) {
    let redact = |text: &str| REDACTOR.message(text);
    let clean = |public: &[u8]| {
        let json = Json::parse(public).expect("what a tenant gets is JSON");
        has_no_words("", &json);
    };
    if let Ok(report) = TaskReport::parse(bytes) {
        clean(&report.public_body(Model::Standard, redact));
    }
    drop(TaskPage::parse(bytes));
    if let Ok(id) = LibraryId::created(bytes) {
        clean(&id.created_body());
    }
    for action in AssetAction::ALL {
        if let Ok(item) = LibraryItem::parse(action, bytes) {
            clean(&item.public_body(redact));
        }
        if let Ok(page) = LibraryPage::parse(action, bytes) {
            clean(&page.public_body(redact));
        }
    }
    if let Ok(message) = std::str::from_utf8(bytes) {
        has_no_words("a message", &Json::from(REDACTOR.message(message)));
        let names = WORDS.iter().any(|word| message.to_lowercase().contains(word));
        assert!(!(names && REDACTOR.is_public_code(message)), "{message}");
    }
}

/// `Status` of an asset passes as it is, so that a new one is shown.
fn has_no_words(key: &str, json: &Json) {
    if VERBATIM.contains(&key) || key == "Status" {
        return;
    }
    let text = json.as_str().unwrap_or_default().to_lowercase();
    assert!(!WORDS.iter().any(|word| text.contains(word)), "`{key}` says {text}");
    for element in json.as_array().into_iter().flatten() {
        has_no_words(key, element);
    }
    for (key, value) in json.as_object().into_iter().flat_map(Object::iter) {
        has_no_words(key, value);
    }
}
