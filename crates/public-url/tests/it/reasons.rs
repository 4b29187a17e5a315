//! The codes of the reasons, which operators' dashboards rely on.

use public_url::Reason;

const CODES: &[(Reason, &str)] = &[
    (Reason::Empty, "empty"),
    (Reason::TooLong, "too_long"),
    (Reason::ForbiddenCharacter, "forbidden_character"),
    (Reason::NotHttps, "not_https"),
    (Reason::Userinfo, "userinfo"),
    (Reason::Malformed, "malformed"),
    (Reason::AddressSpelling, "address_spelling"),
    (Reason::PrivateAddress, "private_address"),
    (Reason::HostName, "host_name"),
    (Reason::ReservedName, "reserved_name"),
    (Reason::Misleading, "misleading"),
    (Reason::Port, "port"),
    (Reason::Unresolved, "unresolved"),
    (Reason::TooManyAddresses, "too_many_addresses"),
    (Reason::Busy, "busy"),
];

#[test]
fn the_codes_are_stable_and_the_readme_lists_each() {
    let readme = include_str!("../../README.md");
    for (reason, code) in CODES {
        assert_eq!(reason.code(), *code);
        assert!(readme.contains(&format!("`{code}`")), "{code}");
    }
}
