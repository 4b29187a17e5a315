#![no_main]
//! Any text gets a verdict, and what is accepted is its own canonical form.

use libfuzzer_sys::fuzz_target;
use public_url::{Host, Schemes, check_text, is_public};

fuzz_target!(|text: &str| {
    let Ok(url) = check_text(text, Schemes::HttpsOnly) else {
        return;
    };
    assert_eq!(
        check_text(url.as_str(), Schemes::HttpsOnly).as_ref(),
        Ok(&url)
    );
    assert!(url.as_str().starts_with("https://") && url.as_str().len() <= 2_048);
    assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    match url.host() {
        Host::Name(name) => assert!(name.contains('.') && name.len() <= 253),
        Host::Address(address) => assert!(is_public(*address)),
    }
});
