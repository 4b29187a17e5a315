//! Whether a name means to its reader what it means to DNS.
//!
//! IDNA maps many texts to one name: wide letters, circled digits, other dots, invisible marks.
//! A name is accepted only if nothing but letter case was mapped, and if no label mixes scripts
//! whose letters look alike. It does not judge whole words: that is the work of registries.

use crate::refusal::{Reason, Refusal};

/// Compares the host as it was written with the ASCII name that it became.
pub(super) fn check(written: &str, ascii: &str) -> Result<(), Refusal> {
    let (unicode, decoded) = idna::domain_to_unicode(ascii);
    let labels = || ascii.split('.').zip(unicode.split('.'));
    if decoded.is_ok()
        && written.split('.').count() == labels().count()
        && written.split('.').zip(labels()).all(shows_its_meaning)
        && unicode.split('.').all(|label| !is_mixed(label))
        && !unicode.chars().any(is_foreign_digit)
    {
        return Ok(());
    }
    Err(Refusal::new(
        Reason::Misleading,
        "host name does not show the host that it reaches; write its plain form, without \
         look-alike or invisible characters",
    ))
}

/// A label may be written in its ASCII form or in its Unicode form.
fn shows_its_meaning((written, (ascii, unicode)): (&str, (&str, &str))) -> bool {
    written.eq_ignore_ascii_case(ascii)
        || written.chars().count() == unicode.chars().count()
            && written
                .chars()
                .zip(unicode.chars())
                .all(|(written, meant)| written == meant || is_upper_case_of(written, meant))
}

/// Both ways, because the Kelvin sign becomes `k` but `k` does not become the Kelvin sign.
fn is_upper_case_of(upper: char, lower: char) -> bool {
    upper.to_lowercase().eq([lower]) && lower.to_uppercase().eq([upper])
}

/// Whether a label has letters of two of the scripts that share their shapes.
fn is_mixed(label: &str) -> bool {
    let scripts = [is_latin, is_greek, is_cyrillic];
    scripts.iter().filter(|script| label.chars().any(*script)).count() > 1
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic()
        || c.is_alphabetic()
            && matches!(c,
                '\u{aa}'..='\u{2af}' | '\u{1d00}'..='\u{1d25}'
                | '\u{1d6b}'..='\u{1d77}' | '\u{1d79}'..='\u{1dbe}' | '\u{1e00}'..='\u{1eff}'
                | '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab64}')
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{3ff}' | '\u{1d26}'..='\u{1d2a}' | '\u{1f00}'..='\u{1fff}'
        | '\u{ab65}')
}

fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1d2b}' | '\u{1d78}'
        | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}')
}

/// Digits of other scripts read as an address to some number parsers.
fn is_foreign_digit(c: char) -> bool {
    c.is_numeric() && !c.is_ascii()
}
