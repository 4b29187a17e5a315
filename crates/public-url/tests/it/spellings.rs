//! Texts that another parser could read as another URL: ends, schemes, authorities, ports, length.

use public_url::{Reason, Schemes, check_text};

use crate::support::{accepted, refused};

#[test]
fn ordinary_urls_are_accepted_and_rewritten() {
    accepted(&[
        ("https://example.com", "https://example.com/"),
        ("HtTpS://EXAMPLE.com/Cb", "https://example.com/Cb"),
        ("https://example.com:443/cb", "https://example.com/cb"),
        ("https://example.com:8443/cb", "https://example.com:8443/cb"),
        ("https://example.com/cb#fragment", "https://example.com/cb"),
        ("https://example.com#fragment", "https://example.com/"),
        ("https://example.com?x=1", "https://example.com/?x=1"),
        ("https://example.com/cb?", "https://example.com/cb?"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/%2e%2e/admin", "https://example.com/admin"),
        ("https://example.com/a\\b", "https://example.com/a/b"),
        ("https://example.com/a//b", "https://example.com/a//b"),
        ("https://example.com//127.0.0.1/", "https://example.com//127.0.0.1/"),
        ("https://example.com/@127.0.0.1", "https://example.com/@127.0.0.1"),
        ("https://example.com/cb?x=a@127.0.0.1", "https://example.com/cb?x=a@127.0.0.1"),
        (
            "https://example.com/cb?u=https://10.0.0.1/",
            "https://example.com/cb?u=https://10.0.0.1/",
        ),
        ("https://example.com/路径", "https://example.com/%E8%B7%AF%E5%BE%84"),
        ("https://example.com/%0d%0aX:%201", "https://example.com/%0d%0aX:%201"),
        ("https://example.com/a'b\"c<d>{e}", "https://example.com/a'b%22c%3Cd%3E%7Be%7D"),
    ]);
}

#[test]
fn white_space_at_the_ends_is_trimmed() {
    let ends = ["\t", "\n", "\r\n", " ", "\u{85}", "\u{a0}", "\u{2003}", "\u{2028}", "\u{3000}"];
    for end in ends {
        let text = format!("{end}https://example.com/cb{end}{end}");
        accepted(&[(&text, "https://example.com/cb")]);
        refused(Reason::Empty, &[end, &end.repeat(2_049)]);
    }
    refused(Reason::Empty, &[""]);
    // Not white space in Unicode, so not trimmed.
    let others = ["\u{feff}", "\u{200b}", "\u{2060}", "\u{180e}"];
    for other in others {
        let text = format!("{other}https://example.com/cb");
        refused(Reason::NotHttps, &[other, &text]);
    }
}

#[test]
fn a_control_character_or_white_space_inside_is_refused_wherever_it_is() {
    let controls =
        (0..=0x20_u32).chain(0x7f..=0xa0).chain([0x1680, 0x2028, 0x2029, 0x202f, 0x3000]);
    for inside in controls.filter_map(char::from_u32) {
        for text in [
            format!("ht{inside}tps://example.com/cb"),
            format!("https:/{inside}/example.com/cb"),
            format!("https://exam{inside}ple.com/cb"),
            format!("https://example.com{inside}/cb"),
            format!("https://example.com:4{inside}43/cb"),
            format!("https://example.com/c{inside}b"),
            format!("https://example.com/cb?x{inside}y"),
            format!("https://example.com/cb#x{inside}y"),
        ] {
            refused(Reason::ForbiddenCharacter, &[&text]);
        }
    }
}

#[test]
fn every_other_scheme_and_every_other_count_of_slashes_is_refused() {
    refused(
        Reason::NotHttps,
        &[
            "http://example.com/cb",
            "null",
            "example.com/cb",
            "//example.com/cb",
            "/cb",
            "https:",
            "https:/example.com",
            "https:///example.com",
            "https:////example.com",
            "https:\\\\example.com",
            "https:/\\example.com",
            "https:example.com",
            "https;//example.com",
            "https：//example.com",
            "https:／／example.com",
            "ℋttps://example.com/",
            "httpſ://example.com/",
            "https.://example.com/",
            "shttps://example.com/",
            "wss://example.com/",
            "file:///etc/passwd",
            "data:,https://example.com/",
            "javascript:https://example.com/",
            "view-source:https://example.com/",
            "asset://example.com/cb",
            "<https://example.com/cb>",
            "\"https://example.com/cb\"",
            "URL:https://example.com/",
        ],
    );
}

#[test]
fn http_is_accepted_only_where_the_caller_says_so() {
    let url = check_text("HTTP://example.com:80/a.mp4", Schemes::HttpAndHttps).unwrap();
    assert_eq!(url.as_str(), "http://example.com/a.mp4");
    for text in ["ftp://example.com/", "http:///example.com/", "http:example.com", "httpx://a.com"]
    {
        let refusal = check_text(text, Schemes::HttpAndHttps).unwrap_err();
        assert_eq!(refusal.reason(), Reason::NotHttps, "{text}");
    }
    let refusal = check_text("http://127.0.0.1/", Schemes::HttpAndHttps).unwrap_err();
    assert_eq!(refusal.reason(), Reason::PrivateAddress);
}

#[test]
fn user_information_is_refused_before_the_path() {
    refused(
        Reason::Userinfo,
        &[
            "https://user@example.com/",
            "https://user:password@example.com/",
            "https://:@example.com/",
            "https://@example.com/",
            "https://@/",
            "https://example.com:443@127.0.0.1/",
            "https://example.com\\@127.0.0.1/",
            "https://example.com#@127.0.0.1/",
            "https://example.com?@127.0.0.1/",
            "https://example.com%2f@127.0.0.1/",
            "https://[::1]@example.com/",
            "https://[@example.com/",
        ],
    );
}

#[test]
fn an_authority_that_parsers_split_in_different_places_is_refused() {
    for delimiter in "%\"'<>{}^`|,;&*\\".chars() {
        refused(
            Reason::Malformed,
            &[
                &format!("https://example.com{delimiter}.evil.com/"),
                &format!("https://{delimiter}example.com"),
                &format!("https://example.com:443{delimiter}"),
                &format!("https://{delimiter}/"),
            ],
        );
    }
    refused(
        Reason::Malformed,
        &[
            "https://",
            "https://?x",
            "https://#x",
            "https://:443/",
            "https://[::1/",
            "https://[::1]example.com/",
            "https://[::1]443/",
            "https://%65xample.com/",
            "https://127.0.0.1%00.example.com/",
            "https://[::1%25lo]/",
        ],
    );
    refused(Reason::HostName, &["https://example.com]/", "https://a[b].com/"]);
}

#[test]
fn a_port_is_plain_decimal_and_of_a_web_server() {
    accepted(&[
        ("https://example.com:1024/", "https://example.com:1024/"),
        ("https://example.com:8080/", "https://example.com:8080/"),
        ("https://example.com:65535/", "https://example.com:65535/"),
    ]);
    let malformed = [
        "",
        "0",
        "00",
        "0443",
        "65536",
        "99999",
        "18446744073709552059",
        "-1",
        "+443",
        "443a",
        "0x1bb",
        "4_43",
        "443:443",
        ":443",
        "443.",
        "４４３",
        "٤٤٣",
    ];
    let others = [
        "1", "21", "22", "23", "25", "53", "110", "143", "445", "465", "587", "993", "2049",
        "2375", "3306", "3389", "5432", "6000", "6379", "6667", "9200", "10080", "11211", "27017",
    ];
    for port in malformed.iter().chain(&others) {
        refused(
            Reason::Port,
            &[
                &format!("https://example.com:{port}/cb"),
                &format!("https://example.com:{port}?x"),
                &format!("https://[2606:4700:4700::1111]:{port}"),
            ],
        );
    }
}

#[test]
fn a_url_has_at_most_2048_bytes_before_and_after_it_is_rewritten() {
    let of_length = |length: usize| format!("https://example.com/{}", "a".repeat(length - 20));
    assert!(check_text(&of_length(2_048), Schemes::HttpsOnly).is_ok());
    refused(Reason::TooLong, &[&of_length(2_049), &"a".repeat(100_000)]);
    let grows = format!("https://example.com/{}", "中".repeat(300));
    assert!(grows.len() < 2_048);
    refused(Reason::TooLong, &[&grows]);
}

#[test]
fn a_refusal_says_what_is_accepted_and_repeats_nothing_of_the_url() {
    let refusal = check_text("ftp://secret.example.com/secret", Schemes::HttpsOnly).unwrap_err();
    assert_eq!(refusal.to_string(), "URL has to start with `https://`, with exactly two slashes");
    let refusal = check_text("https://10.9.8.7/secret", Schemes::HttpsOnly).unwrap_err();
    assert!(!refusal.to_string().contains("10."), "{refusal}");
}
