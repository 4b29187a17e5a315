//! Configurations: any text gets all its problems or a value, and none of them shows a secret.

use gateway::Config;

const KEY: &str = "ark-CANARYKEY0123456789";
/// The one line in which a secret is a secret.
const LINE: &str = "upstreams.default.api_key = \"ark-CANARYKEY0123456789\"";

pub(crate) fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    // Somewhere else it would be an ordinary word.
    let is_secret = text.lines().all(|line| line == LINE || !line.contains("CANARY"));
    let shown = match Config::parse(text, std::iter::empty()) {
        Ok(config) => format!("{:?} {:?}", config.effective, config.upstreams),
        Err(problems) => format!("{problems} {problems:?}"),
    };
    assert!(!(is_secret && shown.contains(KEY)), "{shown}");
}
