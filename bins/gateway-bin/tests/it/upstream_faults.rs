//! Whatever the upstream does, a create ends in a bounded, typed answer and in one POST at most.

use ark_sim::{Damage, Fault, Verb};

use crate::support::{GOOD, Reply, World};

/// The answer of a create that meets `fault`, in a world of its own.
async fn meets(fault: Fault) -> (World, Reply) {
    let more = "upstreams.default.create_timeout = \"700ms\"\n\
                upstreams.default.connect_timeout = \"500ms\"\n";
    let settings = ark_sim::SimSettings { quotas: ark_sim::Quotas::OFF, ..Default::default() };
    let world = World::with(settings, more).await;
    let acme = world.tenant("acme").await;
    // Without a list nothing is adopted, so that what stays open can be counted.
    world.sim.faults().always(Verb::List, Fault::status(503));
    world.sim.faults().next(Verb::Create, fault);
    let reply = acme.create(GOOD).await;
    assert!(world.sim.count(Verb::Create) <= 1, "a POST was repeated");
    (world, reply)
}

#[tokio::test(flavor = "multi_thread")]
async fn p08_an_unclear_outcome_is_502_and_must_not_be_repeated() {
    let damages = [
        Damage::CloseBeforeHeaders,
        Damage::CloseMidHeader,
        Damage::CloseMidBody,
        Damage::Reset,
        Damage::Status500,
        Damage::GarbageJson,
        Damage::WrongTypes,
        Damage::TruncateByOne,
        Damage::ContentLengthTooLong,
    ];
    let mut faults = vec![Fault::NeverAnswer, Fault::ResetBeforeRead, Fault::CloseAfterHalfBody];
    faults.extend(damages.iter().cloned().map(Fault::CommitThen));
    faults.extend(damages.into_iter().map(Fault::WithoutCommit));
    faults.push(Fault::status(503));
    for fault in faults {
        let named = format!("{fault:?}");
        let (world, reply) = meets(fault).await;
        assert_eq!(reply.status, 502, "{named}: {}", reply.text);
        reply.is(502, "service_error");
        assert_eq!(reply.header("x-should-retry"), Some("false"), "{named}");
        let open = world.store.open_intents("default", None, 10).await.unwrap();
        assert_eq!(open.len(), 1, "{named}: the intent stays open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platforms_own_troubles_are_not_the_tenants() {
    let cases = [
        (401, "AuthenticationError", 502, "service_error"),
        (403, "AccessDenied", 502, "service_error"),
        (404, "InvalidEndpointOrModel.NotFound", 502, "service_error"),
        (400, "InvalidEndpoint.ClosedEndpoint", 502, "service_error"),
        (404, "ModelNotOpen", 503, "service_unavailable"),
        (403, "AccountOverdueError", 503, "service_unavailable"),
        (403, "OperationDenied.ServiceNotOpen", 503, "service_unavailable"),
        (403, "SubscriptionRequired", 503, "service_unavailable"),
        (429, "QuotaExceeded", 429, "rate_limit_exceeded"),
    ];
    for (status, code, expected, public) in cases {
        let (world, reply) =
            meets(Fault::refusal(status, code, "for ep-20260101-abcde only")).await;
        reply.is(expected, public);
        assert!(!reply.text.contains("ep-2026"), "{}", reply.text);
        let open = world.store.open_intents("default", None, 10).await.unwrap();
        assert!(open.is_empty(), "{code}: nothing was bought");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_429_says_when_to_come_back() {
    let body = ark_sim::ErrorBody::Json { code: "QuotaExceeded".into(), message: "slow".into() };
    let fault = Fault::Status { status: 429, body, retry_after: Some("7".to_owned()) };
    let (_world, reply) = meets(fault).await;
    assert_eq!(reply.header("retry-after"), Some("7"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_native_refusal_keeps_its_code_and_loses_its_secrets() {
    let message = "The parameter `content[1].image_url.url` specified in the request is not valid for \
                   model doubao-seedance-2-0-fast of ep-20260611-x9y8z in account 2100123456 at \
                   ark.cn-beijing.volces.com. Request id: 0217902300389568808fc7e9ca3b6569f6";
    let fault = Fault::refusal(400, "InvalidParameter", message);
    let (_world, reply) = meets(fault).await;
    reply.is(400, "InvalidParameter");
    assert_eq!(
        reply.json["error"]["message"],
        "The parameter `content[1].image_url.url` specified in the request is not valid for \
         model doubao-seedance-2-0-fast of … in account … at …."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn p46_a_redirect_is_not_followed() {
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", elsewhere.local_addr().unwrap());
    let (_world, reply) = meets(Fault::Redirect(url)).await;
    reply.is(502, "service_error");
    let visit = elsewhere.accept();
    tokio::select! {
        biased;
        _ = visit => panic!("the redirect was followed"),
        () = std::future::ready(()) => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_that_is_not_there_is_502_and_may_be_tried_again() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let World { sim, server, clock, store, .. } = world;
    sim.shutdown().await;
    let reply = acme.create(GOOD).await;
    reply.is(502, "service_error");
    assert_eq!(reply.header("x-should-retry"), None);
    assert!(store.open_intents("default", None, 10).await.unwrap().is_empty());
    drop((server, clock));
}

#[tokio::test(flavor = "multi_thread")]
async fn p44_a_get_is_answered_from_the_store_while_the_upstream_fails() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    for fault in
        [Fault::status(500), Fault::status(429), Fault::refusal(401, "AuthenticationError", "x")]
    {
        world.sim.faults().always(Verb::Get, fault.clone());
        world.sim.faults().always(Verb::List, fault);
        let task = acme.get(&id).await;
        assert_eq!(task.status, 200);
        world.sim.faults().clear();
    }
}
