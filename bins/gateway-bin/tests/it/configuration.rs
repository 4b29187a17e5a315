//! The configuration: every problem at once, the environment on top, secrets from files.

use gateway::{Config, Problems};

use crate::served::write_secret;

const MINIMAL: &str = "pricing.cny_per_usd = \"7.10\"\nupstreams.default.api_key = \"k\"\n";

fn parse(text: &str) -> Result<Config, Problems> {
    Config::parse(text, std::iter::empty())
}

fn with_environment(text: &str, pairs: &[(&str, &str)]) -> Result<Config, Problems> {
    let owned: Vec<(String, String)> =
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Config::parse(text, owned.into_iter())
}

/// The keys of all problems, in order.
fn keys(result: Result<Config, Problems>) -> Vec<String> {
    result.unwrap_err().iter().map(|problem| problem.key.clone()).collect()
}

#[test]
fn two_lines_are_enough() {
    let config = parse(MINIMAL).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.upstreams[0].name, "default");
    assert_eq!(
        config.upstreams[0].client.task_base_url.as_str(),
        "https://ark.cn-beijing.volces.com/api/v3"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let text = r#"
server.listen = "nowhere"
server.body_limit = "1TB"
server.drain_timeout = "28"
server.colour = "red"
store.url = "mysql://x"
media.references = "all"
callback.nameservers = ["8.8.8.8"]
watch.interval = "0s"
pricing.cny_per_million_tokens.doubao-seedance-2-0-4k-video = "-1"
upstreams.default.task_base_url = "http://ark.example"
upstreams.default.access_key_id = "a"
upstreams.other.api_key = "k"
upstreams.other.quota = { list_per_second = 0 }
upstreams.other.models.doubao-seedance-3-0 = "x"
"#;
    let found = keys(parse(text));
    for key in [
        "server.listen",
        "server.body_limit",
        "server.drain_timeout",
        "server.colour",
        "store.url",
        "media.references",
        "callback.nameservers",
        "watch.interval",
        "pricing.cny_per_usd",
        "pricing.cny_per_million_tokens.doubao-seedance-2-0-4k-video",
        "upstreams.default.task_base_url",
        "upstreams.default.api_key",
        "upstreams.default.secret_access_key",
        "upstreams.other.quota.list_per_second",
        "upstreams.other.models.doubao-seedance-3-0",
    ] {
        assert!(found.iter().any(|problem| problem == key), "{key} is missing in {found:?}");
    }
    assert_eq!(found.len(), 15, "{found:?}");
}

#[test]
fn every_problem_says_what_would_be_accepted() {
    let problems = parse("pricing.cny_per_usd = 0\nupstreams.default.api_key = 'k'").unwrap_err();
    let text = problems.to_string();
    assert!(
        text.starts_with("the configuration has 1 problem:\n  pricing.cny_per_usd: `0` is"),
        "{text}"
    );
    let text = parse("upstreams.default.api_key = 'k'").unwrap_err().to_string();
    assert!(text.contains("pricing.cny_per_usd: is missing; it is the RMB"), "{text}");
    let text = parse("").unwrap_err().to_string();
    assert!(text.contains("add `[upstreams.default]`"), "{text}");
    assert!(parse("a = ").unwrap_err().to_string().contains("line 1 is not valid TOML"));
}

#[test]
fn the_environment_lies_over_the_file() {
    let config = with_environment(
        MINIMAL,
        &[
            ("PHANEDGE__SERVER__LISTEN", "0.0.0.0:80"),
            ("PHANEDGE__PRICING__CNY_PER_USD", "7.2"),
            ("PHANEDGE__PRICING__CNY_PER_MILLION_TOKENS__DOUBAO_SEEDANCE_2_0_FAST_VIDEO", "20"),
            ("PHANEDGE__UPSTREAMS__DEFAULT__MODELS__DOUBAO_SEEDANCE_2_0", "ep-1"),
            ("PHANEDGE__UPSTREAMS__DEFAULT__QUOTA__GET_PER_SECOND", "7"),
            ("PHANEDGE__UPSTREAMS__SECOND__API_KEY", "k2"),
            ("PHANEDGE__CALLBACK__NAMESERVERS", "127.0.0.1:53, [::1]:53"),
            ("UNRELATED", "x"),
        ],
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "0.0.0.0:80");
    assert_eq!(config.tariff.cny_per_usd().to_string(), "7.2");
    assert_eq!(config.tariff.prices().price(seedance_pricing::Sku::FastVideo).to_string(), "20");
    let names: Vec<&str> = config.upstreams.iter().map(|upstream| upstream.name.as_str()).collect();
    assert_eq!(names, ["default", "second"]);
    assert_eq!(config.upstreams[0].models[0].1, "ep-1");
    assert_eq!(config.upstreams[0].get_per_second, 7);
    assert_eq!(config.nameservers.len(), 2);
}

#[test]
fn an_unknown_variable_is_a_problem_that_names_it() {
    let found = keys(with_environment(MINIMAL, &[("PHANEDGE__SERVER__LISTN", "x")]));
    assert_eq!(found, ["PHANEDGE__SERVER__LISTN"]);
}

#[test]
fn a_secret_may_come_from_a_file_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    write_secret(&file, "from-a-file\n");
    let line = format!("upstreams.default.api_key_file = '{}'\n", file.display());
    let text = MINIMAL.replace("upstreams.default.api_key = \"k\"\n", &line);
    let config = parse(&text).unwrap();
    assert_eq!(config.upstreams[0].client.api_key.expose(), "from-a-file");
    assert_eq!(keys(parse(&format!("{MINIMAL}{line}"))), ["upstreams.default.api_key"]);
    let missing = text.replace("/key", "/no-such-key");
    assert!(keys(parse(&missing)).contains(&"upstreams.default.api_key_file".to_owned()));
}

#[test]
fn plain_http_is_for_loopback_only() {
    for (url, fine) in [
        ("http://127.0.0.1:9/api/v3", true),
        ("http://[::1]:9", true),
        ("http://localhost:9", true),
        ("http://10.0.0.1", false),
        ("http://localhost.example", false),
        ("https://u:p@ark.example", false),
        ("https://ark.example/?a=b", false),
    ] {
        let text = format!("{MINIMAL}upstreams.default.task_base_url = \"{url}\"\n");
        assert_eq!(parse(&text).is_ok(), fine, "{url}");
    }
}
