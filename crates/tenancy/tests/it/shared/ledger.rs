//! The ledger as it is read: pages for exports, one tenant or all, and sums.

use seedance_model::TaskStatus;
use tenancy::{LedgerEntry, LedgerFilter, LedgerKind, LedgerTotals, Store, TenantName};

use crate::support::{NOW, World, at, charge};

/// Settles one task for each second, in this order; the first letter says whose it is.
async fn settle(world: &World, tasks: &[(&str, u64)]) {
    let scopes = [world.scope("acme").await, world.scope("zeta").await];
    for (id, second) in tasks {
        let scope = &scopes[usize::from(id.starts_with('z'))];
        let task = world.task(scope, id, NOW).await;
        world.observe(&task, TaskStatus::Succeeded, at(*second)).await;
    }
}

/// Reads a whole export, `limit` rows at a time.
async fn export(store: &Store, filter: &LedgerFilter, limit: u32) -> Vec<LedgerEntry> {
    let mut entries: Vec<LedgerEntry> = Vec::new();
    loop {
        let after = entries.last().map(|entry| entry.entry_id);
        let page = store.ledger_page(filter, after, limit).await.unwrap();
        let last = page.len() < limit as usize;
        entries.extend(page);
        if last {
            return entries;
        }
    }
}

fn ids(entries: &[LedgerEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.task_id.as_str()).collect()
}

#[tokio::test]
async fn an_export_is_whole_whatever_the_size_of_its_pages() {
    let Some(world) = super::start().await else { return };
    // Settled out of order, and two in the same millisecond.
    settle(&world, &[("a1", 5), ("z1", 1), ("a2", 3), ("a3", 3), ("z2", 9), ("a4", 4)]).await;
    let zeta = Some(TenantName::parse("zeta").unwrap());
    let of_zeta = LedgerFilter { tenant: zeta, ..LedgerFilter::default() };
    for limit in [1, 2, 3, 100] {
        let all = export(&world.store, &LedgerFilter::default(), limit).await;
        assert_eq!(ids(&all), ["z1", "a2", "a3", "a4", "a1", "z2"]);
        assert!(all.iter().all(|entry| entry.kind == LedgerKind::Charge));
        let zetas = export(&world.store, &of_zeta, limit).await;
        assert_eq!(ids(&zetas), ["z1", "z2"]);
        assert!(zetas.iter().all(|entry| entry.tenant.as_str() == "zeta"));
    }
    world.finish().await;
}

#[tokio::test]
async fn an_export_of_one_full_millisecond_is_whole_and_in_order() {
    let Some(world) = super::start().await else { return };
    // Every third is zeta's, and one entry is older and one younger.
    let names: Vec<String> =
        (0..300).map(|number| format!("{}{number}", ["a", "a", "z"][number % 3])).collect();
    let at_once = names.iter().map(|name| (name.as_str(), 3));
    let tasks: Vec<(&str, u64)> = at_once.chain([("a-old", 2), ("z-young", 4)]).collect();
    settle(&world, &tasks).await;
    let expected = |tenants: &[char]| {
        let of = |name: &&str| name.starts_with(tenants);
        let middle = names.iter().map(String::as_str);
        [vec!["a-old"], middle.collect(), vec!["z-young"]]
            .concat()
            .into_iter()
            .filter(of)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let zeta = Some(TenantName::parse("zeta").unwrap());
    for limit in [1, 7, 100, 302] {
        let all = export(&world.store, &LedgerFilter::default(), limit).await;
        assert_eq!(ids(&all), expected(&['a', 'z']));
        let of_zeta = LedgerFilter { tenant: zeta.clone(), from: Some(at(3)), to: None };
        assert_eq!(ids(&export(&world.store, &of_zeta, limit).await), expected(&['z']));
        let this_one = LedgerFilter { tenant: None, from: Some(at(3)), to: Some(at(4)) };
        assert_eq!(ids(&export(&world.store, &this_one, limit).await), names);
    }
    world.finish().await;
}

#[tokio::test]
async fn an_export_begins_with_from_and_ends_before_to() {
    let Some(world) = super::start().await else { return };
    settle(&world, &[("a1", 1), ("a2", 2), ("z3", 3), ("a4", 4)]).await;
    let acme = TenantName::parse("acme").unwrap();
    for (from, to, all, acmes) in [
        (Some(2), Some(4), vec!["a2", "z3"], vec!["a2"]),
        (Some(3), None, vec!["z3", "a4"], vec!["a4"]),
        (None, Some(2), vec!["a1"], vec!["a1"]),
        (Some(5), Some(1), vec![], vec![]),
    ] {
        let (from, to) = (from.map(at), to.map(at));
        let filter = LedgerFilter { tenant: None, from, to };
        assert_eq!(ids(&export(&world.store, &filter, 1).await), all);
        let filter = LedgerFilter { tenant: Some(acme.clone()), ..filter };
        assert_eq!(ids(&export(&world.store, &filter, 1).await), acmes);
    }
    let nobody = Some(TenantName::parse("nobody").unwrap());
    let filter = LedgerFilter { tenant: nobody, ..LedgerFilter::default() };
    assert!(export(&world.store, &filter, 10).await.is_empty());
    world.finish().await;
}

#[tokio::test]
async fn the_newest_rows_are_those_that_were_added_last() {
    let Some(world) = super::start().await else { return };
    settle(&world, &[("a1", 5), ("z1", 1), ("a2", 3)]).await;
    for (limit, expected) in [(0, vec![]), (2, vec!["a2", "z1"]), (9, vec!["a2", "z1", "a1"])] {
        let newest = world.store.newest_ledger_entries(limit).await.unwrap();
        assert_eq!(ids(&newest), expected);
    }
    world.finish().await;
}

#[tokio::test]
async fn the_sums_are_those_of_the_rows() {
    let Some(world) = super::start().await else { return };
    let none = world.store.ledger_totals().await.unwrap();
    assert_eq!(none, LedgerTotals::default());
    settle(&world, &[("a1", 1), ("z2", 2), ("a3", 3)]).await;
    let expected = LedgerTotals {
        entries: 3,
        tokens: 3 * 108_900,
        charge_cny_micros: 3 * charge().charge_cny_micros,
        charge_usd_micros: 3 * charge().charge_usd_micros,
    };
    assert_eq!(world.store.ledger_totals().await.unwrap(), expected);
    world.finish().await;
}

#[test]
fn each_kind_of_entry_has_its_name() {
    let names = [LedgerKind::Charge, LedgerKind::Correction].map(LedgerKind::name);
    assert_eq!(names, ["charge", "correction"]);
}
