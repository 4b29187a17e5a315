//! Two gateways on one PostgreSQL: one store, one quota, one effect.

use std::time::Duration;

use ark_sim::{Pace, Quotas, SimSettings, Verb};
use tenancy::LedgerFilter;

use crate::cluster::Cluster;
use crate::support::{GOOD, TenantClient, World, eventually, send};

/// Two gateways in front of one simulator, and a tenant that may ask either.
struct Pair {
    world: World,
    other: gateway::Server,
    _cluster: Cluster,
}

impl Pair {
    /// `None`: there is no PostgreSQL here.
    async fn start(settings: SimSettings) -> Option<Self> {
        let cluster = Cluster::start()?;
        let (world, config) = World::on(&cluster.url(), settings).await;
        let other = gateway::Server::start(config, world.clock.clone()).await.unwrap();
        Some(Self { world, other, _cluster: cluster })
    }

    async fn tenant(&self, name: &str) -> [TenantClient; 2] {
        let one = self.world.tenant(name).await;
        let url = format!("http://{}", self.other.address());
        let other = TenantClient {
            http: one.http.clone(),
            url,
            token: one.token.clone(),
            tenant: one.tenant.clone(),
            clock: one.clock.clone(),
        };
        [one, other]
    }

    /// The other one has to be gone before its database is.
    async fn stop(self) {
        self.other.stop().await.unwrap();
        self.world.stop().await;
    }
}

fn held() -> SimSettings {
    SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn p59_what_one_gateway_bought_the_other_shows_and_it_is_settled_once() {
    let Some(pair) = Pair::start(held()).await else { return };
    let [one, other] = pair.tenant("acme").await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(one.creates(GOOD).await);
        ids.push(other.creates(GOOD).await);
    }
    for id in &ids {
        pair.world.sim.succeed(id).unwrap();
    }
    for (index, id) in ids.iter().enumerate() {
        let asked = if index % 2 == 0 { &other } else { &one };
        asked.sees(id, "succeeded").await;
    }
    let entries = pair.world.store.ledger_page(&LedgerFilter::default(), None, 500).await.unwrap();
    assert_eq!(entries.len(), ids.len());
    assert_eq!(one.delete(&ids[0]).await.status, 200);
    other.get(&ids[0]).await.is(404, "task_not_found");
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p10_twins_at_two_gateways_buy_one_task() {
    let Some(pair) = Pair::start(held()).await else { return };
    let clients = pair.tenant("acme").await;
    for round in 0..10 {
        let key = format!("order-{round}");
        let twins: Vec<_> = (0..8)
            .map(|twin| {
                let request = clients[twin % 2].request("POST", "").header("idempotency-key", &key);
                tokio::spawn(send(request.header("content-type", "application/json").body(GOOD)))
            })
            .collect();
        let mut ids = std::collections::BTreeSet::new();
        for twin in twins {
            let reply = twin.await.unwrap();
            assert_eq!(reply.status, 200, "{}", reply.text);
            ids.insert(reply.json["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(ids.len(), 1);
    }
    assert_eq!(pair.world.sim.count(Verb::Create), 10);
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p18_a_token_that_was_revoked_is_refused_by_both() {
    let Some(pair) = Pair::start(held()).await else { return };
    let [one, other] = pair.tenant("acme").await;
    for client in [&one, &other] {
        assert_eq!(client.list("").await.status, 200);
    }
    let tokens = pair.world.store.list_tokens(one.tenant.id).await.unwrap();
    pair.world.store.revoke_token(tokens[0].id, pair.world.clock.now()).await.unwrap();
    pair.world.clock.advance(Duration::from_millis(250));
    for client in [&one, &other] {
        client.list("").await.is(401, "unauthorized");
    }
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p47_two_gateways_keep_one_quota_together() {
    let settings = SimSettings { pace: Pace::HELD, ..SimSettings::default() };
    let Some(pair) = Pair::start(settings).await else { return };
    let clients = pair.tenant("acme").await;
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        for _ in 0..10 {
            ids.push(clients[0].creates(GOOD).await);
        }
        ids
    };
    eventually(async || {
        pair.world.clock.advance(Duration::from_millis(5));
        for (index, id) in ids.iter().enumerate() {
            assert_eq!(clients[index % 2].get(id).await.status, 200);
        }
        // Both have made calls, for long enough to use up more than a second's quota.
        (pair.world.sim.count(Verb::Get) > 25 && pair.world.sim.count(Verb::List) > 2).then_some(())
    })
    .await;
    let calls = pair.world.sim.calls();
    let throttled = calls.iter().filter(|call| call.status == Some(429)).count();
    assert_eq!(throttled, 0, "of {} calls", calls.len());
    pair.stop().await;
}
