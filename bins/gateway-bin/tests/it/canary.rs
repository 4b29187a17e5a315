//! Canaries: the words of the platform that every gateway under test is configured with, and that
//! its upstream echoes wherever it can.
//!
//! Everything that comes out of a gateway is searched for them: answers of both listeners, log
//! lines, texts of panics, what commands print, and what is left in the folder of the store. What
//! the search can see is in `canary/scanner.rs`, where it listens in `canary/ears.rs`.

mod ears;
mod hostile;
mod planting;
mod scanner;

use ark_sim::{Endpoint, Sim, SimSettings};
use seedance_model::Model;

pub(crate) use ears::{Afterwards, answered, listen, logged, output};
pub(crate) use scanner::spellings;

use crate::support::workspace;

pub(crate) const KEY: &str = "ark-CANARYKEY0123456789";
pub(crate) const ACCESS: &str = "AKLTCANARYACCESS";
pub(crate) const SECRET: &str = "CANARYSECRETKEYLETTERS";
/// What the names of all endpoints begin with.
pub(crate) const ENDPOINT: &str = "ep-canary-20260611";
pub(crate) const PROJECT: &str = "canaryproj";
pub(crate) const ACCOUNT: &str = "2100canary77";
/// Part of every password of a database.
pub(crate) const DATABASE_PASSWORD: &str = "canarydatabaseword";
/// Part of the prompt of `GOOD`, which is the tenant's own and not for logs.
pub(crate) const PROMPT: &str = "canaryprompt";

/// What the platform and its upstream alone may know.
pub(crate) const SHARED: [&str; 6] = [KEY, ACCESS, SECRET, ENDPOINT, PROJECT, ACCOUNT];
/// What the platform alone may know.
pub(crate) const PLATFORM: [&str; 7] =
    [KEY, ACCESS, SECRET, ENDPOINT, PROJECT, ACCOUNT, DATABASE_PASSWORD];

/// The same account with canaries for its keys and names.
pub(crate) fn account(settings: SimSettings) -> SimSettings {
    let endpoint = |model: &Model| Endpoint {
        name: endpoint(*model),
        model: model.official_name().to_owned(),
    };
    SimSettings {
        api_key: KEY.to_owned(),
        access_key_id: ACCESS.to_owned(),
        secret_access_key: SECRET.to_owned(),
        project: PROJECT.to_owned(),
        endpoints: Model::ALL.iter().map(endpoint).collect(),
        ..settings
    }
}

/// What the account calls a model.
pub(crate) fn endpoint(model: Model) -> String {
    format!("{ENDPOINT}-{}", model.name())
}

/// From now on the upstream says everything that it must not say.
pub(crate) fn echo(sim: &Sim) {
    sim.set_canaries(&SHARED);
}

/// The lines of a configuration that name the account behind `sim`, without its library.
pub(crate) fn task_lines(sim: &Sim) -> String {
    let models = Model::ALL.iter().map(|model| {
        format!("upstreams.default.models.{} = '{}'\n", model.name(), endpoint(*model))
    });
    let models: String = models.collect();
    let url = sim.task_base_url();
    format!(
        "upstreams.default.task_base_url = '{url}'\nupstreams.default.api_key = '{KEY}'\n{models}"
    )
}

/// The same with its library.
pub(crate) fn lines(sim: &Sim) -> String {
    let url = sim.asset_base_url();
    format!(
        "{}upstreams.default.asset_base_url = '{url}'\nupstreams.default.project = '{PROJECT}'\n\
         upstreams.default.access_key_id = '{ACCESS}'\n\
         upstreams.default.secret_access_key = '{SECRET}'\n",
        task_lines(sim)
    )
}

/// What a test hears of a gateway it hears by functions that search it.
#[test]
fn p19_every_simulator_has_canaries_and_every_answer_is_searched() {
    let folder = workspace().join("bins/gateway-bin/tests/it");
    let (mut folders, mut simulators) = (vec![folder.clone()], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let place = path.display();
            if path.ends_with("it/canary.rs") {
                continue;
            }
            for line in text.lines().filter(|line| line.contains("Sim::start(")) {
                assert!(line.contains("canary::account("), "{place}: {line}");
                simulators += 1;
            }
            // Elsewhere than in these, an answer is read by `send`; they look at statuses alone.
            let asks = ["support.rs", "caps.rs", "reconciling.rs"];
            let may = asks.iter().any(|name| path.ends_with(name));
            assert!(may || !text.contains(".send()"), "{place} reads an answer by itself");
        }
    }
    assert!(simulators > 3, "only {simulators} simulators were found");
}
