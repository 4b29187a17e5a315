//! A failover: the primary dies, its synchronous standby is promoted, and stores that know both
//! go on by themselves with everything that was acknowledged.

use tenancy::{Store, TenantName};
use tokio::sync::watch;

use crate::cluster::{Cluster, create_database, name_of};
use crate::support::{NOW, tenant_of};

/// So many tenants are created before the primary dies, and after the promotion.
const ENOUGH: usize = 200;

/// Creates tenants until nobody looks any more. What could not be written is not tried again: of a
/// commit without an answer nobody knows yet whether it is kept.
async fn write(store: Store, acknowledged: watch::Sender<Vec<TenantName>>) {
    for number in 0_u64.. {
        if acknowledged.is_closed() {
            return;
        }
        let name = format!("tenant-{number}");
        match store.create_tenant(tenant_of(&name), NOW).await {
            Ok(tenant) => acknowledged.send_modify(|names| names.push(tenant.unwrap().name)),
            Err(error) => assert!(
                error.is_unreachable() || error.is_busy() || error.is_in_doubt(),
                "{error:?}"
            ),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p56_a_promoted_synchronous_standby_has_all_that_was_acknowledged() {
    let Some(primary) = Cluster::start(&["max_wal_senders = 4", "wal_level = replica"]) else {
        return;
    };
    let database = create_database(&primary.url("postgres")).await;
    let standby = primary.start_standby();
    primary.set("synchronous_standby_names", "standby").await;
    let both = format!(
        "postgres://tester@127.0.0.1:{},127.0.0.1:{}/{}",
        primary.port(),
        standby.port(),
        name_of(&database)
    );
    let store = Store::open(&both).await.unwrap();
    let serving = store.lock_for_serving().await.unwrap();
    let (sender, mut acknowledged) = watch::channel(Vec::new());
    let writing = tokio::spawn(write(store.clone(), sender));
    acknowledged.wait_for(|names| names.len() >= ENOUGH).await.unwrap();
    primary.down();
    // Nobody takes writes now: the standby is known, and refused.
    let other = Store::open(&both).await.unwrap_err();
    assert!(other.is_unreachable(), "{other:?}");
    standby.promote();
    // With luck the writer saw no error at all: its call waited for the one that writes.
    let before = acknowledged.borrow().len();
    acknowledged.wait_for(|names| names.len() >= before + ENOUGH).await.unwrap();
    let names = acknowledged.borrow().clone();
    drop(acknowledged);
    writing.await.unwrap();
    for name in names {
        assert!(store.find_tenant(&name).await.unwrap().is_some(), "{name:?}");
    }
    assert!(store.audit().await.unwrap().is_clean());
    drop(serving);
    store.close().await.unwrap();
}
