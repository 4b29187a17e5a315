//! A gateway that moves: the same answers from the copied store, and its live tasks go on.

use ark_sim::{Pace, Quotas, SimSettings};
use gateway::{Config, Server};
use seedance_model::TaskId;
use tenancy::Store;

use super::{copies, url_of};
use crate::cluster::Cluster;
use crate::support::{GOOD, TenantClient, World, eventually};

/// What a tenant sees of its tasks, as text.
async fn sights(client: &TenantClient, ids: &[String]) -> Vec<(u16, String)> {
    let mut seen = Vec::new();
    for id in ids {
        let reply = client.get(id).await;
        seen.push((reply.status, reply.text));
    }
    for query in ["", "filter.status=succeeded", "page_num=2&page_size=3"] {
        let reply = client.list(query).await;
        seen.push((reply.status, reply.text));
    }
    seen
}

/// Lets a gateway work on `from`, copies that, and goes on from `to`. `half_a_minute_later` is when
/// what a stopped gateway led is nobody's.
async fn moves(from: &str, to: &str, half_a_minute_later: impl FnOnce()) {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let (world, config) = World::on(from, settings).await;
    let clients = [world.tenant("acme").await, world.tenant("zen").await];
    let mut ids = Vec::new();
    for number in 0..10 {
        ids.push(clients[number % 2].creates(GOOD).await);
    }
    for (number, id) in ids.iter().enumerate().take(6) {
        world.sim.succeed(id).unwrap();
        clients[number % 2].sees(id, "succeeded").await;
    }
    assert_eq!(clients[0].delete(&ids[0]).await.status, 200);
    let group = serde_json::json!({ "Name": "shots" });
    clients[0].acts("CreateAssetGroup", &group).await;
    let mut before = Vec::new();
    for client in &clients {
        // Every tenant asks for every id, foreign ones too.
        before.push(sights(client, &ids).await);
    }

    let World { sim, names: _names, server, clock, store, .. } = world;
    store.close().await.unwrap();
    server.stop().await.unwrap();
    half_a_minute_later();
    let said = copies(from, to);
    assert!(said.contains("serve the target from now on"), "{said}");
    let config = Config { store_url: to.to_owned(), ..config };
    let server = Server::start(config, clock).await.unwrap();
    let url = format!("http://{}", server.address());
    let clients = clients.map(|client| TenantClient { url: url.clone(), ..client });
    for (client, before) in clients.iter().zip(before) {
        assert_eq!(sights(client, &ids).await, before);
    }

    // What was live is followed and settled, what is new gets new numbers.
    let new = clients[1].creates(GOOD).await;
    for (number, id) in ids.iter().enumerate().skip(6) {
        sim.succeed(id).unwrap();
        clients[number % 2].sees(id, "succeeded").await;
    }
    sim.succeed(&new).unwrap();
    clients[1].sees(&new, "succeeded").await;
    let store = Store::open(to).await.unwrap();
    for id in ids.iter().chain([&new]) {
        let id = TaskId::parse(id).unwrap();
        assert_eq!(store.ledger_of_task(&id).await.unwrap().len(), 1, "{}", id.as_str());
    }
    assert!(eventually(async || Some(store.audit().await.unwrap().is_clean())).await);
    store.close().await.unwrap();
    server.stop().await.unwrap();
    sim.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_moves_to_another_file_and_nobody_notices() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["a.db", "b.db"].map(|name| url_of(&folder.path().join(name)));
    moves(&from, &to, || ()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_moves_from_sqlite_to_postgresql_and_nobody_notices() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    moves(&url_of(&folder.path().join("a.db")), &cluster.url(), || ()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_moves_from_postgresql_to_sqlite_and_nobody_notices() {
    let Some(cluster) = Cluster::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let later = || cluster.sql("DELETE FROM leases");
    moves(&cluster.url(), &url_of(&folder.path().join("b.db")), later).await;
}
