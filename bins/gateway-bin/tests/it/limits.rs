//! The limits of a tenant, over HTTP and by command. Whether a create has room is proved for every
//! walk of its states in the store's own tests; here it is that nothing goes upstream without.

mod cap;
mod commands;
mod live_tasks;
mod neighbours;
mod request_rate;
mod room;
mod seats;

use ark_sim::{Pace, Quotas, SimSettings};
use tenancy::{LimitChange, LimitUse, NewTask};

use crate::support::{Reply, TenantClient, World};

/// What `GOOD` may cost at most, which is what it does cost: 4 s of 720p, 87,300 tokens, ¥46 a
/// million at 7.10 to the dollar.
const PRICE: i64 = 565_606;

/// A world in which tasks wait until the test moves them.
async fn held() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, "").await
}

async fn limit(world: &World, client: &TenantClient, change: LimitChange) {
    let name = &client.tenant.name;
    let now = world.clock.now();
    let changed = world.store.change_limits(name, vec![change], "test", now).await.unwrap();
    assert!(changed.is_some());
}

async fn cap(world: &World, client: &TenantClient, micros: i64) {
    limit(world, client, LimitChange::MonthlyUsdMicros(Some(micros))).await;
}

/// Live tasks; charged and reserved this month.
async fn used(world: &World, client: &TenantClient) -> (u64, i64, i64) {
    let now = world.clock.now();
    let LimitUse { live_tasks, charged_usd_micros, reserved_usd_micros } =
        world.store.limit_use(client.tenant.id, now).await.unwrap();
    (live_tasks, charged_usd_micros, reserved_usd_micros)
}

/// Many creates at a time, each with its own answer.
async fn create_at_once(client: &TenantClient, times: usize, body: &str) -> Vec<Reply> {
    let creates: Vec<_> = (0..times).map(|_| tokio::spawn(client.create(body))).collect();
    let mut replies = Vec::new();
    for create in creates {
        replies.push(create.await.unwrap());
    }
    replies
}

fn with_status(replies: &[Reply], status: u16) -> usize {
    replies.iter().filter(|reply| reply.status == status).count()
}

/// The books are in order, whatever the test did.
async fn finish(world: World) {
    let audit = world.store.audit().await.unwrap();
    assert!(audit.is_clean(), "{audit:?}");
    world.stop().await;
}

fn task(id: &str, world: &World) -> NewTask {
    let body = format!(r#"{{"id":"{id}","status":"queued"}}"#).into_bytes();
    let id = seedance_model::TaskId::parse(id).unwrap();
    NewTask { id, body, next_check_at: world.clock.now() }
}
