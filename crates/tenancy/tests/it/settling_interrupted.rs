//! A settlement that the disk, or death, interrupts: it happened wholly, or not at all.

use std::path::Path;

use seedance_model::TaskStatus;
use tenancy::{Recorded, SettlementState, Store};

use crate::child::{self, Ended, copy_store, store_in};
use crate::support::{NOW, TARIFF, at, intent, new_task, opened, run, seen, task_id, tenant_of};

/// More calls than a settlement makes.
const ENOUGH: usize = 500;

/// A closed store with one task that is queued.
fn prepare(folder: &Path) {
    run(async {
        let store = Store::open(&store_in(folder)).await.unwrap();
        store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
        let tenant = store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
        let intent = opened(store.scope(&tenant).open_intent(intent(), NOW).await.unwrap());
        store.bind_intent(intent, new_task("cgt-1"), NOW).await.unwrap();
        store.close().await.unwrap();
    });
}

/// The child: settles the task once, and says whether it was told that this is kept.
fn settle(folder: &Path) {
    run(async {
        let Ok(store) = Store::open(&store_in(folder)).await else { return };
        let success = seen(&task_id("cgt-1"), TaskStatus::Succeeded, at(1));
        if let Ok(Recorded::Changed) = store.record_observation(success).await {
            println!("settled");
        }
        drop(store.close().await);
    });
}

/// What the next start finds, whatever happened to the child.
fn is_whole_or_nothing(folder: &Path, ended: &Ended, fault: &str) {
    run(async {
        let store = Store::open(&store_in(folder)).await.unwrap();
        let audit = store.audit().await.unwrap();
        assert!(audit.is_clean(), "{fault}: {audit:?}");
        let scope = store.scope(&store.list_tenants().await.unwrap()[0]);
        let task = scope.find_task(&task_id("cgt-1")).await.unwrap().unwrap();
        let charge = scope.ledger_entry(&task.id).await.unwrap();
        let whole = (TaskStatus::Succeeded, SettlementState::Charged, true);
        let nothing = (TaskStatus::Queued, SettlementState::Open, false);
        let found = (task.status, task.settlement, charge.is_some());
        let was_told = ended.said.contains("settled");
        assert!(found == whole || (found == nothing && !was_told), "{fault}: {found:?}");
        // And the next look settles it, once.
        let success = seen(&task.id, TaskStatus::Succeeded, at(2));
        store.record_observation(success).await.unwrap();
        assert_eq!(store.ledger_totals().await.unwrap().entries, 1, "{fault}");
        assert!(store.audit().await.unwrap().is_clean());
    });
}

/// Lets the 1st, 2nd, 3rd … such call fail, until there are no more.
fn fail_each(test: &str, calls: &str, how: &str, step: usize) {
    let prepared = tempfile::tempdir().unwrap();
    prepare(prepared.path());
    for when in (1..ENOUGH).step_by(step) {
        let folder = tempfile::tempdir().unwrap();
        copy_store(prepared.path(), folder.path());
        let fault = format!("{calls}:{how}:when={when}");
        let ended = child::run(test, folder.path(), &fault);
        is_whole_or_nothing(folder.path(), &ended, &fault);
        if !ended.was_hit() {
            assert!(when > 4 && ended.said.contains("settled"), "{fault}: {}", ended.said);
            return;
        }
    }
    panic!("a settlement made more than {ENOUGH} calls of {calls}");
}

#[test]
fn p13_a_settlement_that_the_disk_interrupts_is_whole_or_nothing() {
    let test =
        "settling_interrupted::p13_a_settlement_that_the_disk_interrupts_is_whole_or_nothing";
    if let Some(folder) = child::child_folder() {
        return settle(&folder);
    }
    if child::can_watch(test) {
        fail_each(test, "pwrite64", "error=EIO", 1);
        fail_each(test, "fsync", "error=EIO", 1);
        fail_each(test, "pwrite64", "error=ENOSPC", 1);
    }
}

#[test]
fn p13_a_settlement_that_death_interrupts_is_whole_or_nothing() {
    let test = "settling_interrupted::p13_a_settlement_that_death_interrupts_is_whole_or_nothing";
    if let Some(folder) = child::child_folder() {
        return settle(&folder);
    }
    if child::can_watch(test) {
        fail_each(test, "pwrite64", "signal=SIGKILL", 1);
        fail_each(test, "fsync", "signal=SIGKILL", 1);
    }
}
