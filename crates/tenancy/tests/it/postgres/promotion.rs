//! A failover: the primary dies, its synchronous standby is promoted, and stores that know both
//! go on by themselves with everything that was acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tenancy::{Store, TenantName};

use crate::cluster::{Cluster, create_database, name_of};
use crate::support::{NOW, tenant_of};

fn name(number: u64) -> TenantName {
    TenantName::parse(&format!("tenant-{number}")).unwrap()
}

/// Creates tenants until the first one that is not acknowledged, and answers how many were.
async fn write_until_it_breaks(store: Store, acknowledged: Arc<AtomicU64>) {
    loop {
        let number = acknowledged.load(Ordering::SeqCst);
        let created = store.create_tenant(tenant_of(name(number).as_str()), NOW).await;
        match created {
            Ok(_) => acknowledged.store(number + 1, Ordering::SeqCst),
            Err(_) => return,
        }
    }
}

/// Asks until somebody answers: for as long as nobody writes, the call says "unreachable".
async fn until_it_works(store: &Store) -> u32 {
    let mut refused = 0;
    loop {
        match store.create_tenant(tenant_of("after"), NOW).await {
            Ok(_) => return refused,
            Err(error) => {
                assert!(
                    error.is_unreachable() || error.is_busy() || error.is_in_doubt(),
                    "{error:?}"
                );
                refused += 1;
            }
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
    let acknowledged = Arc::new(AtomicU64::new(0));
    let writing = tokio::spawn(write_until_it_breaks(store.clone(), Arc::clone(&acknowledged)));
    while acknowledged.load(Ordering::SeqCst) < 200 {
        tokio::task::yield_now().await;
    }
    primary.down();
    // Nobody takes writes now: the standby is known, and refused.
    let other = Store::open(&both).await.unwrap_err();
    assert!(other.is_unreachable(), "{other:?}");
    standby.promote();
    writing.await.unwrap();
    let refused = until_it_works(&store).await;
    for number in 0..acknowledged.load(Ordering::SeqCst) {
        assert!(store.find_tenant(&name(number)).await.unwrap().is_some(), "tenant {number}");
    }
    assert!(store.audit().await.unwrap().is_clean());
    println!("{refused} calls were refused after the promotion");
    drop(serving);
    store.close().await.unwrap();
}
