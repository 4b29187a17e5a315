//! Host names: their form, the reserved ones, and those that show another host than they reach.

use public_url::{Host, Reason, Schemes, check_text};

use crate::support::{accepted, refused};

/// Each of the names, which white space divides, is refused for this reason.
#[track_caller]
fn refused_names(reason: Reason, names: &str) {
    for name in names.split_whitespace() {
        refused(reason, &[&format!("https://{name}/cb")]);
    }
}

/// Each name is accepted and becomes the name beside it.
#[track_caller]
fn accepted_names(names: &[(&str, &str)]) {
    for (name, ascii) in names {
        accepted(&[(&format!("https://{name}/cb"), &format!("https://{ascii}/cb"))]);
    }
}

#[test]
fn names_of_the_public_dns_are_accepted() {
    let names = "a.cn 1e100.net 10.example.com 0x7f.example.com a_b._c.example.com example.com \
        x--y.r3---sn.example.com localhost.example.com metadata.google.internal.example.com \
        notinternal.com mylocal.net xmetadata.goog metadata.goog.example.com home.arpa.example.com";
    for name in names.split_whitespace() {
        accepted_names(&[(name, name)]);
    }
    let url = check_text("https://Hooks.Example.com/cb", Schemes::HttpsOnly).unwrap();
    assert_eq!(*url.host(), Host::Name("hooks.example.com".to_owned()));
}

#[test]
fn a_malformed_name_is_refused() {
    refused_names(
        Reason::HostName,
        "com db ip6-loopback - _ -a.example.com a-.example.com example.com- example..com \
         .example.com example.com. example.com.. . .. exa!mple.com exam$ple.com exam(ple).com \
         a+b.com a=b.com a~b.com example.com] a[b.com xn--.com xn--a.com xn--example-.com \
         xn--a-.com xn--999999999.com",
    );
}

#[test]
fn a_name_has_at_most_253_bytes_and_a_label_at_most_63() {
    let label = "a".repeat(63);
    let longest = format!("{label}.{label}.{label}.{}", "a".repeat(61));
    assert_eq!(longest.len(), 253);
    accepted_names(&[(&longest, &longest)]);
    refused_names(Reason::TooLong, &format!("a{longest}"));
    refused_names(Reason::TooLong, &format!("{}com", "a.".repeat(200)));
    refused_names(Reason::HostName, &format!("a{label}.com"));
    refused_names(Reason::HostName, &format!("{}.com", "é".repeat(60)));
}

#[test]
fn a_reserved_name_is_refused_in_any_letter_case_and_below_any_label() {
    refused_names(
        Reason::ReservedName,
        "localhost LocalHost localhost. x.localhost localhost.localdomain localhost4 \
         localhost6.localdomain6 printer.local foo.LOCAL metadata.google.internal \
         METADATA.GOOGLE.INTERNAL. instance-data.ec2.internal host.docker.internal nas.home \
         metadata.azure.internal nas.home.arpa 1.0.0.127.in-addr.arpa x.ip6.arpa x.lan mail.corp \
         x.intranet x.private x.test x.invalid x.example x.alt x.onion kubernetes.default \
         kubernetes.default.svc etcd.kube-system.svc.cluster.local vault.service.consul \
         metadata.goog x.metadata.goog metadata.tencentyun.com",
    );
}

#[test]
fn an_international_name_is_accepted_in_either_form_and_becomes_ascii() {
    accepted_names(&[
        ("例子.com", "xn--fsqu00a.com"),
        ("xn--fsqu00a.com", "xn--fsqu00a.com"),
        ("XN--FSQU00A.com", "xn--fsqu00a.com"),
        ("回调.中国", "xn--zbss05j.xn--fiqs8s"),
        ("bücher.example.com", "xn--bcher-kva.example.com"),
        ("BÜCHER.example.com", "xn--bcher-kva.example.com"),
        ("ΟΔΟΣ.gr", "xn--pxavbq.gr"),
        ("пример.example.com", "xn--e1afmkfd.example.com"),
        ("ガイド2.jp", "xn--2-ieuxa1j.jp"),
        ("straße.de", "xn--strae-oqa.de"),
    ]);
}

#[test]
fn a_name_that_idna_maps_by_more_than_letter_case_is_refused() {
    // Wide, circled, script, combined and ligature letters; the Kelvin and the Ångström sign.
    refused_names(
        Reason::Misleading,
        "ｅxample.com ⓔxample.com ℰxample.com oﬃce.com boo\u{212a}.com \u{212b}.example.com \
         e\u{301}a.com examplℯ.com ㎈.example.com ǅ.example.com \u{130}stanbul.com x.ⓒom",
    );
    // Other dots.
    refused_names(Reason::Misleading, "example。com example．com example｡com sub。example.com");
    // Invisible marks, which IDNA drops.
    refused_names(
        Reason::Misleading,
        "exam\u{ad}ple.com exam\u{200b}ple.com exam\u{2060}ple.com exam\u{feff}ple.com \
         exam\u{34f}ple.com exam\u{180b}ple.com exam\u{fe0f}ple.com exam\u{2064}ple.com \
         \u{ad}example.com example.com\u{ad}",
    );
}

#[test]
fn a_label_that_mixes_scripts_is_refused_in_either_form() {
    refused_names(
        Reason::Misleading,
        "gооgle.com аpple.com pаypal.com xn--ggle-55da.com ΑBC.com αbc.com sub.eхample.com \
         gοοgle.com αд.com exämplе.com",
    );
}

#[test]
fn a_digit_of_another_script_is_refused_in_either_form() {
    refused_names(
        Reason::Misleading,
        "१.example.com xn--k4b.example.com shop７.com shop⑦.com shop⓻.com shop².com shop𝟕.com \
         shopⅦ.com ๓.example.com",
    );
}

#[test]
fn mapped_spellings_of_private_hosts_are_refused() {
    let names = "ｌocalhost LOCALHO\u{17f}T l\u{ba}calhost lo\u{3388}host foo.\u{2113}ocal \
        127。0。0。1 １２７.0.0.1 ①②⑦.0.0.1 ⑫7.0.0.1 127.0\u{ad}.0.1 ⒈0.0.1 0ｘ7f000001 \
        local\u{200b}host metadata.google.\u{24d8}nternal \u{ad} \u{200d} %e3%80%82 1⃣7.0.0.1 \
        exam\u{200c}ple.com exam\u{202e}ple.com exam\u{fffd}ple.com exam\u{e000}ple.com \
        exam\u{e0061}ple.com example.com＠127.0.0.1 example.com＃.evil.com example.com：443 \
        example.com／evil a٣.com";
    for name in names.split_whitespace() {
        let verdict = check_text(&format!("https://{name}/"), Schemes::HttpsOnly);
        assert!(verdict.is_err(), "{name:?} is accepted as {verdict:?}");
    }
}
