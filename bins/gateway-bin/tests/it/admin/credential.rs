//! The operators' own credential: what it has to be, and what is answered without it.

use ark_sim::SimSettings;
use gateway::Config;
use serde_json::json;
use tenancy::Token;

use super::{ACTOR, CREDENTIAL, Operator, audited, done, world};
use crate::served::write_secret;
use crate::support::{World, send};

/// Something of each kind that stands behind the gate.
const GUARDED: [&str; 4] =
    ["/metrics", "/openapi.json", "/admin/v1/tenants", "/admin/v1/no-such-route"];

#[tokio::test(flavor = "multi_thread")]
async fn p66_without_the_credential_nothing_but_the_health_is_answered() {
    let world = world().await;
    let (operator, acme) = (Operator::of(&world), world.tenant("acme").await);
    let wrong = [
        None,
        Some(format!("Bearer {CREDENTIAL}x")),
        Some(format!("Bearer {}", &CREDENTIAL[1..])),
        Some(format!("Bearer  {CREDENTIAL}")),
        Some(format!("Basic {CREDENTIAL}")),
        Some(CREDENTIAL.to_owned()),
        Some("Bearer ".to_owned()),
        Some(format!("Bearer {}", acme.token)),
    ];
    let mut bodies = Vec::new();
    for path in GUARDED {
        for given in &wrong {
            let request = operator.http.get(format!("{}{path}", operator.url));
            let reply = send(match given {
                Some(given) => request.header("authorization", given),
                None => request,
            });
            let reply = reply.await;
            reply.is(401, "unauthorized");
            assert_eq!(reply.header("www-authenticate"), Some("Bearer"), "{path} {given:?}");
            bodies.push(reply.text);
        }
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "one body for all of them");
    let twice = operator.request("GET", GUARDED[2]).header("authorization", "Bearer x");
    send(twice).await.is(401, "unauthorized");
    for path in ["/livez", "/readyz"] {
        let reply = send(operator.http.get(format!("{}{path}", operator.url))).await;
        assert_eq!(reply.status, 200, "{path}");
    }
    assert_eq!(operator.get("/metrics").await.status, 200);
    done(operator.get("/admin/v1/tenants").await);
    // And the other way round: operators are nobody on the tenants' port.
    let reply = send(acme.http.get(format!("{}/metrics", acme.url)).bearer_auth(CREDENTIAL)).await;
    reply.is(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_credential_operators_on_loopback_may_look_and_change_nothing() {
    let world = World::with(SimSettings::default(), "").await;
    world.tenant("acme").await;
    let url = format!("http://{}", world.server.admin_address());
    let operator = Operator::at(&url);
    for path in ["/metrics", "/openapi.json", "/admin/v1/tenants", "/admin/v1/gateway"] {
        let reply = send(operator.http.get(format!("{url}{path}"))).await;
        assert_eq!(reply.status, 200, "{path}");
    }
    let suspend = "/admin/v1/tenants/acme/suspend";
    let reply = operator.post(suspend, &json!({"confirm": true})).await;
    reply.is(403, "credential_required");
    assert!(!world.store.list_tenants().await.unwrap()[0].suspended);
    assert_eq!(audited(&world).await, 0);
}

/// What is wrong with a configuration that has these lines of `[server]`.
fn problems(lines: &str) -> String {
    let text = format!("[server]\n{lines}\n[upstreams.default]\napi_key = \"k\"");
    Config::parse(&text, std::iter::empty()).unwrap_err().to_string()
}

#[test]
fn p66_a_weak_credential_or_none_away_from_loopback_is_refused_with_all_other_problems() {
    let tenants = Token::generate().unwrap();
    let (of_tenant, in_capitals) = (tenants.expose(), tenants.expose().to_uppercase());
    for (weak, accepted) in [
        (&CREDENTIAL[..31], "use 32 to 256 visible ASCII characters"),
        (&"x".repeat(257), "use 32 to 256 visible ASCII characters"),
        ("an Admin Credential 0123456789 abcdef", "without blanks"),
        (of_tenant, "tenants' tokens begin with `oh-`"),
        (&in_capitals, "tenants' tokens begin with `oh-`"),
        ("changeme-changeme-changeme-changeme", "at least 9 different characters"),
        ("", "use 32 to 256 visible ASCII characters"),
    ] {
        let told = problems(&format!("admin_token = \"{weak}\""));
        assert!(told.contains("server.admin_token: the value is not accepted"), "{told}");
        assert!(told.contains(accepted), "{told}");
        assert!(weak.is_empty() || !told.contains(weak), "{told}");
        assert!(told.contains("pricing.cny_per_usd"), "every problem at once: {told}");
    }
    for elsewhere in ["0.0.0.0:9090", "[::]:9090", "10.0.0.7:9090", "[::ffff:10.0.0.7]:9090"] {
        let told = problems(&format!("admin_listen = \"{elsewhere}\""));
        let missing = "server.admin_token: is missing; `server.admin_listen` is";
        assert!(told.contains(missing), "{elsewhere}: {told}");
        assert!(told.contains("pricing.cny_per_usd"), "every problem at once: {told}");
        let given = format!("admin_listen = \"{elsewhere}\"\nadmin_token = \"{CREDENTIAL}\"");
        assert!(!problems(&given).contains("admin_token"));
    }
    for here in ["127.0.0.1:9090", "127.8.8.8:9090", "[::1]:9090", "[::ffff:127.0.0.1]:9090"] {
        assert!(!problems(&format!("admin_listen = \"{here}\"")).contains("admin_token"));
    }
}

#[test]
fn p20_the_credential_comes_from_a_file_too_and_is_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("admin-token.txt");
    write_secret(&file, &format!("{CREDENTIAL}\n"));
    let text = format!(
        "[server]\nadmin_listen = \"0.0.0.0:9090\"\nadmin_token_file = \"{}\"\n[pricing]\n\
         cny_per_usd = \"7\"\n[upstreams.default]\napi_key = \"k\"",
        file.display()
    );
    let config = Config::parse(&text, std::iter::empty()).unwrap();
    assert!(!format!("{config:?}").contains(CREDENTIAL));
    let mut shown = config.effective.iter();
    assert!(shown.any(|value| value.path == "server.admin_token" && value.value == "***"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changes_something_says_who_it_is() {
    let world = world().await;
    let operator = Operator::of(&world);
    let long = "x".repeat(65);
    let url = format!("{}/admin/v1/tenants", operator.url);
    for names in [&[][..], &[""], &[long.as_str()], &["a\tb"], &[ACTOR, "bob"]] {
        let mut request = operator.http.post(&url).bearer_auth(CREDENTIAL);
        for name in names {
            request = request.header("x-actor", *name);
        }
        let request = request.header("content-type", "application/json");
        let reply = send(request.body(r#"{"name":"acme"}"#)).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], "X-Actor", "{names:?}");
    }
    assert!(world.store.list_tenants().await.unwrap().is_empty());
}
