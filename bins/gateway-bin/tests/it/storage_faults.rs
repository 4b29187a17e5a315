//! The gateway on a store that fails: a full disk, a busy database, a second server, a crash while
//! a bought task waits for room.

mod disk;
mod serving;

use std::time::Duration;

use ark_sim::{Fault, Pace, Quotas, SimSettings, Verb};
use seedance_model::TaskId;
use tenancy::{Store, UnixMillis};
use tokio::time::{interval, timeout};

use crate::canary;
use crate::support::{GOOD, Reply, World, eventually, http_client, send};
use disk::SmallDisk;
use serving::Serving;

/// How long a create is held upstream: longer than it takes to fill a small disk.
const HELD_BACK: Duration = Duration::from_secs(3);

fn held() -> SimSettings {
    SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() }
}

async fn readiness(world: &World) -> Reply {
    send(http_client().get(format!("http://{}/readyz", world.server.admin_address()))).await
}

/// Takes the room on the disk, and then what is left of it in the database's own files.
async fn exhaust(disk: &SmallDisk, store: &Store) {
    disk.fill();
    for detail in ["x".repeat(1000), String::new()] {
        while let Ok(()) = store.record_audit("test", "fill", "", &detail, UnixMillis(0)).await {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p50_a_full_disk_refuses_creates_unsent_serves_reads_and_heals() {
    let Some(disk) = SmallDisk::mount("p50_a_full_disk", "4m") else { return };
    let folder = tempfile::tempdir_in(disk.path()).unwrap();
    let world = World::in_folder(folder, held(), "").await;
    let acme = world.tenant("acme").await;
    let first = acme.creates(GOOD).await;
    assert_eq!(readiness(&world).await.status, 200);
    exhaust(&disk, &world.store).await;
    for _ in 0..10 {
        let refused = acme.create(GOOD).await;
        refused.is(503, "service_unavailable");
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
    assert_eq!(world.sim.count(Verb::Create), 1, "a refused create was sent");
    let unready = readiness(&world).await;
    assert_eq!((unready.status, unready.text.as_str()), (503, "the store cannot keep records\n"));
    assert_eq!(acme.get(&first).await.status, 200);
    assert_eq!(acme.list("").await.json["total"], 1);

    disk.free();
    assert_eq!(readiness(&world).await.status, 200);
    let second = acme.creates(GOOD).await;
    assert_eq!(world.sim.tasks().len(), 2);
    for id in [first, second] {
        world.sim.succeed(&id).unwrap();
        acme.sees(&id, "succeeded").await;
    }
    assert!(world.store.audit().await.unwrap().is_clean());
    drop(world.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn p50_a_task_that_was_bought_while_the_disk_filled_is_held_and_bound() {
    let Some(disk) = SmallDisk::mount("p50_a_task_that_was_bought", "4m") else { return };
    let folder = tempfile::tempdir_in(disk.path()).unwrap();
    let world = World::in_folder(folder, held(), "").await;
    let acme = world.tenant("acme").await;
    // Without lists, nobody but the purchase itself knows of the task.
    world.sim.faults().always(Verb::List, Fault::status(503));
    world.sim.faults().next(Verb::Create, Fault::Delay(HELD_BACK));
    let create = tokio::spawn(acme.create(GOOD));
    world.sim.wait_for_calls(Verb::Create, 1).await;
    exhaust(&disk, &world.store).await;
    let unclear = create.await.unwrap();
    unclear.is(502, "service_error");
    assert_eq!(unclear.header("x-should-retry"), Some("false"));
    let bought = world.sim.tasks()[0].id.clone();
    assert_eq!(acme.get(&bought).await.status, 404);
    assert_eq!(readiness(&world).await.status, 503);

    disk.free();
    eventually(async || (acme.get(&bought).await.status == 200).then_some(())).await;
    assert_eq!(acme.list("").await.json["items"][0]["id"], bought.as_str());
    assert!(world.store.open_intents("default", None, 10).await.unwrap().is_empty());
    world.sim.faults().clear();
    world.sim.succeed(&bought).unwrap();
    acme.sees(&bought, "succeeded").await;
    let task = TaskId::parse(&bought).unwrap();
    assert!(world.store.scope(&acme.tenant).ledger_entry(&task).await.unwrap().is_some());
    assert_eq!(world.sim.count(Verb::Create), 1);
    drop(world.stop().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn p50_a_crash_while_a_bought_task_is_held_loses_nothing() {
    let Some(disk) = SmallDisk::mount("p50_a_crash", "4m") else { return };
    let sim = ark_sim::Sim::start(canary::account(held())).await.unwrap();
    let mut server = Serving::start(disk.path(), &sim).await;
    let token = server.tenant("acme");
    sim.faults().next(Verb::Create, Fault::Delay(HELD_BACK));
    let create = tokio::spawn(server.create(&token));
    sim.wait_for_calls(Verb::Create, 1).await;
    let store = Store::open(&Serving::store_url(disk.path())).await.unwrap();
    exhaust(&disk, &store).await;
    create.await.unwrap().is(502, "service_error");
    let bought = sim.tasks()[0].id.clone();
    let told = server.log_line("a bought task is not bound yet").await;
    assert_eq!(
        (&told["level"], &told["fields"]["task"]),
        (&"ERROR".into(), &bought.clone().into())
    );
    server.kill().await;
    store.close().await.ok();

    disk.free();
    let server = Serving::start(disk.path(), &sim).await;
    let mut looks = interval(Duration::from_millis(50));
    let found = async {
        while server.list(&token).await.json["items"][0]["id"] != bought.as_str() {
            looks.tick().await;
        }
    };
    timeout(Duration::from_secs(30), found).await.expect("the reconciler did not find the task");
    assert_eq!(sim.count(Verb::Create), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p53_a_tenant_never_hears_that_the_database_is_busy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    let world = World::in_folder(folder, held(), "").await;
    let acme = world.tenant("acme").await;
    let first = acme.creates(GOOD).await;
    let outsider = rusqlite::Connection::open(path).unwrap();
    outsider.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut creates: Vec<_> = (0..20).map(|_| tokio::spawn(acme.create(GOOD))).collect();
    let early = timeout(Duration::from_secs(3), &mut creates[0]).await;
    assert!(early.is_err(), "the create did not wait: {early:?}");
    assert_eq!(acme.get(&first).await.status, 200);
    outsider.execute_batch("COMMIT").unwrap();
    for create in creates {
        assert_eq!(create.await.unwrap().status, 200);
    }
    assert_eq!(world.sim.count(Verb::Create), 21);
}

#[tokio::test(flavor = "multi_thread")]
async fn p54_a_second_server_says_who_is_in_the_way_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let sim = ark_sim::Sim::start(canary::account(held())).await.unwrap();
    let server = Serving::start(folder.path(), &sim).await;
    let second = server.runs(&["serve"]);
    assert_eq!(second.status.code(), Some(1));
    let told = String::from_utf8(second.stderr).unwrap();
    let reason = "phanedge: cannot lock the store for serving: another server holds `";
    assert!(told.contains(reason) && told.contains("gateway.db.lock`; stop it first"), "{told}");
    // The first one goes on.
    let token = server.tenant("acme");
    assert_eq!(server.create(&token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn p55_a_damaged_task_is_not_served_and_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.db");
    let world = World::in_folder(folder, held(), "").await;
    let (acme, zen) = (world.tenant("acme").await, world.tenant("zen").await);
    let (damaged, foreign) = (acme.creates(GOOD).await, zen.creates(GOOD).await);
    let outsider = rusqlite::Connection::open(path).unwrap();
    // As if an index led to another row: the body of one tenant under the id of another.
    let mix = "UPDATE tasks SET body = (SELECT body FROM tasks WHERE task_id = ?2)
               WHERE task_id = ?1";
    outsider.execute(mix, [&damaged, &foreign]).unwrap();
    acme.get(&damaged).await.is(503, "service_unavailable");
    acme.list("").await.is(503, "service_unavailable");
    // The watcher meets it first, and goes on.
    world.sim.succeed(&damaged).unwrap();
    world.sim.succeed(&foreign).unwrap();
    zen.sees(&foreign, "succeeded").await;
    assert_eq!(world.store.ledger_totals().await.unwrap().entries, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p55_a_damaged_file_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let sim = ark_sim::Sim::start(canary::account(held())).await.unwrap();
    let mut server = Serving::start(folder.path(), &sim).await;
    let token = server.tenant("acme");
    assert_eq!(server.create(&token).await.status, 200);
    server.kill().await;
    let outsider = rusqlite::Connection::open(folder.path().join("gateway.db")).unwrap();
    outsider.execute("UPDATE tasks SET has_video = 1", []).unwrap();
    drop(outsider);
    let refused = server.runs(&["serve"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("phanedge: cannot trust the store: the file is damaged"), "{told}");
    assert!(told.contains("restore a backup"), "{told}");
}
