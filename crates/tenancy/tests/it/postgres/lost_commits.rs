//! Commits whose answer is lost: what the store says is what the database holds.

use seedance_model::{TaskId, TaskStatus};
use tenancy::{IntentId, NewIntent, Recorded, Store};

use super::proxy::{Cut, Proxy};
use crate::cluster::{migrated_database, port_of};
use crate::support::{NOW, TARIFF, asked, at, intent, new_task, opened, seen, tenant_of};

/// How many commits of each kind are cut; `TENANCY_CUTS` says otherwise.
fn cuts() -> usize {
    asked("TENANCY_CUTS").unwrap_or(100)
}

/// A store behind a wire that can be cut, and another way to the same database.
async fn behind_a_wire() -> Option<(Store, Proxy, Store)> {
    let url = migrated_database().await?;
    let proxy = Proxy::before(port_of(&url)).await;
    let beside = Store::open(&url).await.unwrap();
    let store = Store::open(&proxy.through(&url)).await.unwrap();
    store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
    store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
    Some((store, proxy, beside))
}

/// An intent that only this round opens.
async fn open(store: &Store, round: usize) -> Result<IntentId, tenancy::Error> {
    let acme = store.find_tenant(&tenant_of("acme").name).await?.unwrap();
    let upstream = format!("round-{round}");
    let intent = NewIntent { upstream, ..intent() };
    store.scope(&acme).open_intent(intent, NOW).await.map(opened)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p57_a_commit_whose_answer_is_lost_is_read_back() {
    let Some((store, proxy, beside)) = behind_a_wire().await else { return };
    for round in 0..cuts() {
        // Connected before the cut, so that it is the commit's.
        store.now().await.unwrap();
        proxy.cut(Cut::AfterCommit);
        let opened = open(&store, round).await.unwrap();
        let kept = beside.open_intents(&format!("round-{round}"), None, 10).await.unwrap();
        assert_eq!(kept.iter().map(|intent| intent.id).collect::<Vec<_>>(), [opened]);
    }
    assert_eq!(proxy.cuts(), cuts());
    println!("{} commits without an answer: none was lost, none was done twice", cuts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p57_a_commit_that_never_arrived_is_said_not_to_be_kept() {
    let Some((store, proxy, beside)) = behind_a_wire().await else { return };
    for round in 0..cuts() {
        store.now().await.unwrap();
        proxy.cut(Cut::BeforeCommit);
        let refusal = open(&store, round).await.unwrap_err();
        assert!(refusal.is_unreachable() && !refusal.is_in_doubt(), "{refusal:?}");
        let kept = beside.open_intents(&format!("round-{round}"), None, 10).await.unwrap();
        assert!(kept.is_empty());
    }
    assert_eq!(proxy.cuts(), cuts());
    println!("{} commits that did not arrive: all were told, none was kept", cuts());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p03_p57_a_settlement_whose_commit_is_cut_charges_once() {
    let Some((store, proxy, beside)) = behind_a_wire().await else { return };
    let mut tasks = Vec::new();
    for round in 0..cuts() {
        let id = format!("cgt-{round}");
        let intent = open(&store, round).await.unwrap();
        store.bind_intent(intent, new_task(&id), NOW).await.unwrap();
        tasks.push(TaskId::parse(&id).unwrap());
    }
    for (round, task) in tasks.iter().enumerate() {
        let cut = if round % 2 == 0 { Cut::AfterCommit } else { Cut::BeforeCommit };
        proxy.cut(cut);
        let recorded = store.record_observation(seen(task, TaskStatus::Succeeded, at(1))).await;
        assert_eq!(recorded.is_ok(), cut == Cut::AfterCommit, "{recorded:?}");
        let again = store.record_observation(seen(task, TaskStatus::Succeeded, at(2))).await;
        let changed = [recorded.ok(), again.ok()].into_iter().flatten();
        assert_eq!(changed.filter(|recorded| *recorded == Recorded::Changed).count(), 1);
    }
    assert_eq!(beside.ledger_totals().await.unwrap().entries, tasks.len() as u64);
    assert!(beside.audit().await.unwrap().is_clean());
}
