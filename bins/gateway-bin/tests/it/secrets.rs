//! A configuration keeps its secrets to itself. What answers and logs carry is the matter of
//! `canary.rs`.

use crate::canary::{ACCESS, KEY, SECRET};

#[test]
fn p20_a_configuration_never_prints_its_secrets() {
    let text = format!(
        "pricing.cny_per_usd = \"7\"\n\
         upstreams.default.api_key = \"{KEY}\"\nupstreams.default.access_key_id = \"{ACCESS}\"\n\
         upstreams.default.secret_access_key = \"{SECRET}\"\n"
    );
    let config = gateway::Config::parse(&text, std::iter::empty()).unwrap();
    let effective = format!("{:?} {:?}", config.effective, config.upstreams);
    for canary in [KEY, ACCESS, SECRET] {
        assert!(!effective.contains(canary), "{effective}");
    }
    let broken = format!("upstreams.default.api_key = \"{KEY} \"\nx = {KEY}");
    let problems = gateway::Config::parse(&broken, std::iter::empty()).unwrap_err().to_string();
    assert!(!problems.contains(KEY), "{problems}");
    let broken = format!("upstreams.default.api_key = \"{KEY} with blanks\"");
    let problems = gateway::Config::parse(&broken, std::iter::empty()).unwrap_err().to_string();
    assert!(!problems.contains(KEY), "{problems}");
}
