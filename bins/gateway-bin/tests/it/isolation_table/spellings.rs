//! Ids that are none, and ids that some reader could take for another one.

use super::places::Meaning;

/// What cannot be an id.
pub(super) const MALFORMED: [&str; 6] = ["x", "a b", "../..", "\u{1f980}", "'; --", "cgt-"];

/// An id that nobody has.
pub(super) fn absent(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Task | Meaning::Words => "cgt-20260101000000-zzzzz",
        Meaning::Group => "group-20260101000000-zzzzz",
        Meaning::Asset => "asset-20260101000000-zzzzz",
    }
}

/// The id in odd spellings.
pub(super) fn odd(id: &str) -> Vec<String> {
    vec![
        id.to_uppercase(),
        format!(" {id}"),
        format!("{id} "),
        format!("{id}\t"),
        format!("{id}\n"),
        format!("{id}\u{a0}"),
        format!("{id}\0"),
        format!("\0{id}"),
        format!("{id}/"),
        format!("{id}%2f"),
        format!("{id}%00"),
        format!("./{id}"),
        format!("x/../{id}"),
        format!("{id}/.."),
        format!("{id}?x"),
        format!("{id}#x"),
        format!("{id},{id}"),
        format!("[\"{id}\"]"),
        id.replace('-', "\u{2010}"),
        id.replace('-', "%2d"),
    ]
}

/// The text with every id of the upstream's form, and every time, masked.
pub(super) fn without_ids(text: &str) -> String {
    let is_part = |symbol: char| symbol.is_ascii_alphanumeric() || "-:".contains(symbol);
    let mut masked = String::new();
    for word in text.split_inclusive(|symbol| !is_part(symbol)) {
        let bare = word.trim_end_matches(|symbol| !is_part(symbol));
        let is_id = ["cgt-", "asset-", "group-"]
            .iter()
            .any(|prefix| bare.to_ascii_lowercase().contains(prefix) && bare.len() > prefix.len());
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        let kept = if is_id || digits >= 8 { word.replace(bare, "ID") } else { word.to_owned() };
        masked.push_str(&kept);
    }
    masked
}
