//! Who leads among gateways on one PostgreSQL, when one of them stops.

use ark_sim::{Damage, Fault, Pace, Quotas, SimSettings, Verb};
use gateway::Server;

use crate::cluster::Cluster;
use crate::support::{GOOD, TenantClient, World, eventually, http_client};

const LEAD: &str = "reconcile:default";

/// Whether a gateway leads. Who asks leads for no time at all, so that it changes nothing.
async fn is_led(world: &World) -> bool {
    let now = world.clock.now();
    !world.store.lease(LEAD, "nobody", now, now).await.unwrap()
}

/// The tenant in front of another gateway.
fn before(client: &TenantClient, server: &Server) -> TenantClient {
    let (tenant, clock) = (client.tenant.clone(), client.clock.clone());
    let url = format!("http://{}", server.address());
    TenantClient { http: http_client(), url, token: client.token.clone(), tenant, clock }
}

/// The clock stands still throughout, so no lead ever ends by itself.
#[tokio::test(flavor = "multi_thread")]
async fn p61_a_gateway_that_is_told_to_stop_gives_its_lead_to_another_at_once() {
    let Some(cluster) = Cluster::start() else { return };
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let (mut world, config) = World::on(&cluster.url(), settings).await;
    world.sim.spare_models();
    let acme = world.tenant("acme").await;
    eventually(async || is_led(&world).await.then_some(())).await;

    let other = Server::start(config, world.clock.clone()).await.unwrap();
    let acme = before(&acme, &other);
    let first = std::mem::replace(&mut world.server, other);
    // What SIGTERM has it do, after a while of serving as ever.
    first.stop().await.unwrap();

    // Whose task this is only the one that leads finds out.
    world.sim.faults().next(Verb::Create, Fault::CommitThen(Damage::CloseBeforeHeaders));
    acme.create(GOOD).await.is(502, "service_error");
    let bought = world.sim.tasks().last().unwrap().id.clone();
    eventually(async || (acme.get(&bought).await.status == 200).then_some(())).await;
    assert!(is_led(&world).await);
    world.stop().await;
}
