//! The account that knows the canaries: its words, the simulator that has them, and the lines of a
//! configuration that names it.

use ark_sim::{Endpoint, Sim, SimSettings};
use seedance_model::Model;

pub(crate) const KEY: &str = "ark-CANARYKEY0123456789";
pub(crate) const ACCESS: &str = "AKLTCANARYACCESS";
pub(crate) const SECRET: &str = "CANARYSECRETKEYLETTERS";
/// What the names of all endpoints begin with.
pub(crate) const ENDPOINT: &str = "ep-canary-20260611";
pub(crate) const PROJECT: &str = "canaryproj";
pub(crate) const ACCOUNT: &str = "2100canary77";
/// Part of every password of a database.
pub(crate) const DATABASE_PASSWORD: &str = "canarydatabaseword";
/// What gateways call the machine of the simulator, in front of its port: nothing for answers, but
/// an operator's log may have it. It calls itself by its address, which is what media URLs have.
pub(crate) const HOST: &str = "localhost:";
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

/// The same place with the host's name.
pub(crate) fn by_host(url: &str) -> String {
    url.replace("127.0.0.1:", HOST)
}

/// The lines of a configuration that name the account behind `sim`, without its library.
pub(crate) fn task_lines(sim: &Sim) -> String {
    let models = Model::ALL.iter().map(|model| {
        format!("upstreams.default.models.{} = '{}'\n", model.name(), endpoint(*model))
    });
    let models: String = models.collect();
    let url = by_host(&sim.task_base_url());
    format!(
        "upstreams.default.task_base_url = '{url}'\nupstreams.default.api_key = '{KEY}'\n{models}"
    )
}

/// The same with its library.
pub(crate) fn lines(sim: &Sim) -> String {
    let url = by_host(&sim.asset_base_url());
    format!(
        "{}upstreams.default.asset_base_url = '{url}'\nupstreams.default.project = '{PROJECT}'\n\
         upstreams.default.access_key_id = '{ACCESS}'\n\
         upstreams.default.secret_access_key = '{SECRET}'\n",
        task_lines(sim)
    )
}
