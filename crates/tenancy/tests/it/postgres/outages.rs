//! A server that stops, stands still or is held up: what was acknowledged is there when it is
//! back, and the store works again without being opened anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use seedance_model::{TaskId, TaskStatus};
use tenancy::{Binding, Store, TenantScope};
use tokio::sync::watch;

use crate::cluster::{Cluster, connect_as_platform, create_database, migrated_database};
use crate::support::{NOW, TARIFF, asked, at, intent, new_task, opened, seen, tenant_of};

/// How many outages there are; `TENANCY_OUTAGES` says otherwise.
fn outages() -> usize {
    asked("TENANCY_OUTAGES").unwrap_or(3)
}

/// A tenant with a tariff.
async fn acme(store: &Store) -> TenantScope {
    store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
    store.scope(&store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap())
}

/// Buys and settles tasks until it is told to stop; answers those that it was told are there.
async fn buy(
    store: Store,
    scope: TenantScope,
    buyer: usize,
    stop: watch::Receiver<bool>,
    done: Arc<AtomicUsize>,
) -> Vec<TaskId> {
    let mut bought = Vec::new();
    for number in 0.. {
        if *stop.borrow() {
            break;
        }
        let id = format!("cgt-{buyer}-{number}");
        match buy_one(&store, &scope, &id).await {
            Ok(task) => {
                bought.push(task);
                done.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => {
                let told = error.is_unreachable() || error.is_busy() || error.is_in_doubt();
                assert!(told, "{error:?} {:?}", std::error::Error::source(&error));
            }
        }
    }
    bought
}

async fn buy_one(store: &Store, scope: &TenantScope, id: &str) -> Result<TaskId, tenancy::Error> {
    let intent = opened(scope.open_intent(intent(), NOW).await?);
    assert_eq!(store.bind_intent(intent, new_task(id), NOW).await?, Binding::Bound);
    let task = TaskId::parse(id).unwrap();
    // Whether this is heard or not, the task is bought.
    drop(store.record_observation(seen(&task, TaskStatus::Succeeded, at(1))).await);
    Ok(task)
}

/// Asks until the store answers, and how long that took.
async fn recovered(store: &Store) -> Duration {
    let start = Instant::now();
    while store.check_writable().await.is_err() {
        tokio::task::yield_now().await;
    }
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_p56_what_was_acknowledged_survives_the_death_of_the_server() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let store = Store::open(&create_database(&cluster.url("postgres")).await).await.unwrap();
    let _serving = store.lock_for_serving().await.unwrap();
    let scope = acme(&store).await;
    let (stop, stopped) = watch::channel(false);
    let done = Arc::new(AtomicUsize::new(0));
    let buyers: Vec<_> = (0..4)
        .map(|buyer| {
            let (stopped, done) = (stopped.clone(), Arc::clone(&done));
            tokio::spawn(buy(store.clone(), scope.clone(), buyer, stopped, done))
        })
        .collect();
    let mut longest = Duration::ZERO;
    for _ in 0..outages() {
        // In the middle of their work.
        let before = done.load(Ordering::SeqCst);
        while done.load(Ordering::SeqCst) < before + 20 {
            tokio::task::yield_now().await;
        }
        cluster.down();
        assert!(store.now().await.unwrap_err().is_unreachable());
        cluster.up();
        longest = longest.max(recovered(&store).await);
    }
    stop.send_replace(true);
    let mut bought = 0;
    for buyer in buyers {
        for task in buyer.await.unwrap() {
            assert!(scope.find_task(&task).await.unwrap().is_some(), "{task} was lost");
            store.record_observation(seen(&task, TaskStatus::Succeeded, at(2))).await.unwrap();
            assert!(scope.ledger_entry(&task).await.unwrap().is_some());
            bought += 1;
        }
    }
    assert!(bought > 0 && store.audit().await.unwrap().is_clean());
    println!("{} outages: {bought} bought, 0 lost, back within {longest:?}", outages());
}

#[tokio::test]
async fn p56_a_server_process_that_stands_still_is_given_up() {
    let Some(url) = migrated_database().await else { return };
    let store = Store::open(&url).await.unwrap();
    let scope = acme(&store).await;
    let outsider = connect_as_platform(&url).await;
    let of_the_store = "SELECT pid FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let stopped: Vec<i32> =
        outsider.query(of_the_store, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert!(!stopped.is_empty());
    for process in &stopped {
        signal("STOP", *process);
    }
    // Another process of the server answers, and nobody hears of those that do not.
    let id = TaskId::parse("cgt-1").unwrap();
    assert_eq!(scope.find_task(&id).await.unwrap(), None);
    buy_one(&store, &scope, "cgt-1").await.unwrap();
    for process in &stopped {
        signal("CONT", *process);
    }
    assert!(scope.find_task(&id).await.unwrap().is_some());
    store.close().await.unwrap();
}

#[tokio::test]
async fn p56_a_row_that_somebody_holds_is_waited_for_only_so_long() {
    let Some(url) = migrated_database().await else { return };
    let store = Store::open(&url).await.unwrap();
    let scope = acme(&store).await;
    let task = buy_one(&store, &scope, "cgt-1").await.unwrap();
    let outsider = connect_as_platform(&url).await;
    outsider.batch_execute("BEGIN; SELECT 1 FROM tasks FOR UPDATE").await.unwrap();
    let refusal = scope.bury_task(&task, at(3)).await.unwrap_err();
    assert!(refusal.is_busy() && !refusal.is_unreachable(), "{refusal:?}");
    // Reading goes on meanwhile.
    assert!(scope.find_task(&task).await.unwrap().is_some());
    outsider.batch_execute("COMMIT").await.unwrap();
    assert!(scope.bury_task(&task, at(3)).await.unwrap());
    store.close().await.unwrap();
}

fn signal(signal: &str, process: i32) {
    let mut kill = std::process::Command::new("kill");
    assert!(kill.args(["-s", signal, &process.to_string()]).status().unwrap().success());
}
