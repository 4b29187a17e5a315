//! Web pages in an operator's browser: neither by a name that leads to loopback, nor as themselves,
//! nor with a form.

use ark_sim::SimSettings;

use super::{Operator, audited, world};
use crate::support::{World, send};

const TENANTS: &str = "/admin/v1/tenants";
const NEW: &str = r#"{"name":"acme"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_to_loopback_is_refused_where_there_is_no_credential() {
    let world = World::with(SimSettings::default(), "").await;
    let url = format!("http://{}", world.server.admin_address());
    let operator = Operator::at(&url);
    for path in ["/metrics", "/openapi.json", TENANTS] {
        let asked = |host: &'static str| {
            send(operator.http.get(format!("{url}{path}")).header("host", host))
        };
        for rebound in ["evil.example", "evil.example:9090", "localhost.evil.example", "10.0.0.1"] {
            asked(rebound).await.is(403, "host_not_allowed");
        }
        for own in ["localhost", "localhost:9090", "127.0.0.1:1", "[::1]:9090"] {
            assert_eq!(asked(own).await.status, 200, "{own}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_credential_any_name_of_the_listener_will_do() {
    let world = world().await;
    let request = Operator::of(&world).request("GET", TENANTS);
    let reply = send(request.header("host", "operators.internal:9090")).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_refused_by_its_origin_with_and_without_a_credential() {
    let open = World::with(SimSettings::default(), "").await;
    for world in [open, world().await] {
        let operator = Operator::of(&world);
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:9090"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            for path in ["/metrics", TENANTS] {
                let reply = send(operator.request("GET", path).header(name, value)).await;
                reply.is(403, "origin_not_allowed");
                assert_eq!(reply.header("access-control-allow-origin"), None);
            }
            let change = operator.request("POST", TENANTS).header(name, value);
            let change = change.header("content-type", "application/json").body(NEW);
            send(change).await.is(403, "origin_not_allowed");
        }
        // Typed into the address bar.
        let typed = operator.request("GET", TENANTS).header("sec-fetch-site", "none");
        assert_eq!(send(typed).await.status, 200);
        // What a browser asks before it sends JSON to another site.
        let preflight = operator.request("OPTIONS", TENANTS);
        let preflight = preflight.header("origin", "https://evil.example");
        let reply = send(preflight.header("access-control-request-method", "POST")).await;
        reply.is(403, "origin_not_allowed");
        assert_eq!(audited(&world).await, 0);
        assert!(world.store.list_tenants().await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_form_can_send_changes_nothing() {
    let world = world().await;
    let operator = Operator::of(&world);
    for declared in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data"),
    ] {
        let request = operator.request("POST", TENANTS).body(NEW);
        let request = match declared {
            Some(declared) => request.header("content-type", declared),
            None => request,
        };
        send(request).await.is(415, "unsupported_media_type");
    }
    assert!(world.store.list_tenants().await.unwrap().is_empty());
}
