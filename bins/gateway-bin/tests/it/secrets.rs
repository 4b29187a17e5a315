//! What belongs to the platform never reaches a tenant, whatever the upstream writes into replies.

use ark_sim::{Endpoint, Fault, Pace, Quotas, SimSettings, Verb};

use crate::support::{GOOD, Reply, World};

const KEY: &str = "ark-CANARYKEY0123456789";
const ACCESS: &str = "AKLTCANARYACCESS";
const SECRET: &str = "CANARYSECRETKEYLETTERS";
const ENDPOINT: &str = "ep-canary-20260611";
const PROJECT: &str = "canaryproj";
const ACCOUNT: &str = "2100canary77";

fn settings() -> SimSettings {
    SimSettings {
        api_key: KEY.to_owned(),
        access_key_id: ACCESS.to_owned(),
        secret_access_key: SECRET.to_owned(),
        project: PROJECT.to_owned(),
        endpoints: vec![Endpoint {
            name: ENDPOINT.into(),
            model: "doubao-seedance-2-0-260128".into(),
        }],
        quotas: Quotas::OFF,
        pace: Pace::HELD,
        ..SimSettings::default()
    }
}

/// Fails if any of the platform's words is in the answer, in whatever letter case.
#[track_caller]
fn assert_clean(reply: &Reply) {
    let headers: Vec<String> = reply.headers.iter().map(|(n, v)| format!("{n}: {v:?}")).collect();
    let whole = format!("{}\n{}", headers.join("\n"), reply.text).to_lowercase();
    for canary in [KEY, ACCESS, SECRET, ENDPOINT, PROJECT, ACCOUNT, "260128"] {
        assert!(!whole.contains(&canary.to_lowercase()), "`{canary}` in {whole}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_no_answer_carries_what_the_upstream_echoes() {
    let more = format!(
        "upstreams.default.project = \"{PROJECT}\"\n\
         upstreams.default.models.doubao-seedance-2-0 = \"{ENDPOINT}\"\n"
    );
    let world = World::with(settings(), &more).await;
    let acme = world.tenant("acme").await;
    world.sim.set_canaries(&[KEY, ACCESS, SECRET, ENDPOINT, PROJECT, ACCOUNT]);
    let id = acme.creates(GOOD).await;
    world.clock.advance(std::time::Duration::from_secs(1));
    assert_clean(&acme.get(&id).await);
    assert_clean(&acme.list("").await);
    let message =
        format!("account {ACCOUNT} key {KEY} {ACCESS} {SECRET} endpoint {ENDPOINT} {PROJECT}");
    for status in [400, 401, 403, 404, 409, 429, 500] {
        world.sim.faults().next(Verb::Create, Fault::refusal(status, "InvalidParameter", &message));
        assert_clean(&acme.create(GOOD).await);
        world.sim.faults().next(Verb::Create, Fault::refusal(status, ACCESS, &message));
        assert_clean(&acme.create(GOOD).await);
    }
    world.sim.fail(&id, ACCESS, &message).unwrap();
    assert_clean(&acme.get(&id).await);
    let failed = acme.sees(&id, "failed").await;
    assert_eq!(failed["model"], "doubao-seedance-2-0");
    assert_clean(&acme.delete(&id).await);
}

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
