//! The text of the numbers in a JSON document.
//!
//! The parser proper hands out floating-point values, which have lost their spelling. This
//! scanner walks the same text and finds the spelling again. It relies on the parser for the
//! grammar, so what it yields means something only as far as the parser got without an error.

/// The number tokens of a JSON text, in document order.
pub(super) struct NumberTokens<'t> {
    rest: &'t str,
}

impl<'t> NumberTokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { rest: text }
    }
}

impl<'t> Iterator for NumberTokens<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            let start = self.rest.find(|c| c == '"' || starts_number(c))?;
            let (_, found) = self.rest.split_at_checked(start)?;
            if let Some(string) = found.strip_prefix('"') {
                self.rest = after_string(string);
                continue;
            }
            let end = found.find(|c| !continues_number(c)).unwrap_or(found.len());
            let (token, rest) = found.split_at_checked(end)?;
            self.rest = rest;
            return Some(token);
        }
    }
}

fn starts_number(c: char) -> bool {
    c == '-' || c.is_ascii_digit()
}

fn continues_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')
}

/// What follows a string, whose opening quote is already gone.
fn after_string(string: &str) -> &str {
    let mut characters = string.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => _ = characters.next(),
            _ => {}
        }
    }
    characters.as_str()
}

/// Whether a number is so large that it is no number any more.
pub(super) fn is_out_of_range(token: &str) -> bool {
    token.parse().is_ok_and(f64::is_infinite)
}

/// The same document with every number that is out of range in quotes, so that it can be read.
pub(super) fn quote_out_of_range(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    let mut copied = 0;
    let mut tokens = NumberTokens::of(text);
    while let Some(token) = tokens.next() {
        let end = text.len() - tokens.rest.len();
        if is_out_of_range(token) {
            quoted.push_str(text.get(copied..end - token.len()).unwrap_or_default());
            quoted.push('"');
            quoted.push_str(token);
            quoted.push('"');
            copied = end;
        }
    }
    quoted.push_str(text.get(copied..).unwrap_or_default());
    quoted
}
