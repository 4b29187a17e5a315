//! Usage: by tenant, day and SKU, page by page; it adds up with the ledger.

use seedance_model::TaskStatus;
use tenancy::{
    LedgerFilter, LedgerTotals, NewCorrection, NewLedgerEntry, Observation, Settlement, Store,
    TenantName, TenantScope, UnixMillis, Usage, UsageFilter,
};

use crate::support::{NOW, World, charge, seen, task_id};

/// A day, in milliseconds.
const DAY: i64 = 86_400_000;

/// What the days from the first to before the second used.
fn days(from: i64, to: i64, tenant: Option<&str>) -> UsageFilter {
    UsageFilter { tenant: tenant.map(|name| TenantName::parse(name).unwrap()), from, to }
}

/// A success of this SKU, settled at this time.
async fn settle(world: &World, scope: &TenantScope, id: &str, sku: &str, at_ms: i64) {
    let task = world.task(scope, id, NOW).await;
    let settlement = Settlement::Charge(NewLedgerEntry { sku: sku.into(), ..charge() });
    let seen = seen(&task, TaskStatus::Succeeded, UnixMillis(at_ms));
    world.store.record_observation(Observation { settlement, ..seen }).await.unwrap();
}

/// Two tenants, three days, two SKUs, and a correction two days after its charge.
async fn used() -> Option<World> {
    let world = super::start().await?;
    let (zeta, acme) = (world.scope("zeta").await, world.scope("acme").await);
    for (scope, id, sku, at_ms) in [
        (&acme, "a1", "s-1", 0),
        (&acme, "a2", "s-1", DAY - 1),
        (&acme, "a3", "s-2", DAY),
        (&zeta, "z1", "s-1", DAY),
        (&zeta, "z2", "s-1", 2 * DAY + 5),
        (&acme, "a4", "s-1", -1),
    ] {
        settle(&world, scope, id, sku, at_ms).await;
    }
    let correction = NewCorrection {
        task: task_id("a1"),
        number: 1,
        tokens: -8_900,
        charge_cny_micros: -9_400,
        charge_usd_micros: -5_549,
        reason: "wrong".into(),
    };
    world.store.add_correction(correction, "ops", UnixMillis(2 * DAY)).await.unwrap();
    Some(world)
}

/// All usage, `limit` rows at a time.
async fn pages(store: &Store, filter: &UsageFilter, limit: u32) -> Vec<Usage> {
    let mut rows: Vec<Usage> = Vec::new();
    loop {
        let after = rows.last().map(|row| row.key.clone());
        let page = store.usage_page(filter, after.as_ref(), limit).await.unwrap();
        let last = page.len() < limit as usize;
        rows.extend(page);
        if last {
            return rows;
        }
    }
}

fn words(rows: &[Usage]) -> Vec<(i64, &str, &str, u64, i64)> {
    let word = |row: &'_ Usage| (row.sums.entries, row.sums.tokens);
    rows.iter()
        .map(|row| (row.key.day, row.key.tenant.as_str(), row.key.sku.as_str(), word(row)))
        .map(|(day, tenant, sku, (entries, tokens))| (day, tenant, sku, entries, tokens))
        .collect()
}

#[tokio::test]
async fn usage_is_whole_whatever_the_size_of_its_pages() {
    let Some(world) = used().await else { return };
    let all = [
        (-1, "acme", "s-1", 1, 108_900),
        (0, "acme", "s-1", 2, 217_800),
        (1, "zeta", "s-1", 1, 108_900),
        (1, "acme", "s-2", 1, 108_900),
        (2, "zeta", "s-1", 1, 108_900),
        (2, "acme", "s-1", 1, -8_900),
    ];
    for limit in [1, 2, 3, 100] {
        let rows = pages(&world.store, &days(-9, 9, None), limit).await;
        assert_eq!(words(&rows), all);
        let rows = pages(&world.store, &days(0, 2, None), limit).await;
        assert_eq!(words(&rows), all[1..4]);
        let rows = pages(&world.store, &days(0, 9, Some("acme")), limit).await;
        assert_eq!(words(&rows), [all[1], all[3], all[5]]);
    }
    assert!(pages(&world.store, &days(0, 9, Some("nobody")), 5).await.is_empty());
    assert!(pages(&world.store, &days(3, 1, None), 5).await.is_empty());
    world.finish().await;
}

#[tokio::test]
async fn p07_usage_adds_up_with_the_ledger_of_the_same_days() {
    let Some(world) = used().await else { return };
    for (from, to) in [(-9, 9), (0, 1), (1, 2), (2, 3), (0, 3), (5, 6)] {
        for tenant in [None, Some("acme"), Some("zeta"), Some("nobody")] {
            let filter = days(from, to, tenant);
            let ledger = LedgerFilter {
                tenant: filter.tenant.clone(),
                from: Some(UnixMillis(from * DAY)),
                to: Some(UnixMillis(to * DAY)),
            };
            let mut expected = LedgerTotals::default();
            for entry in world.store.ledger_page(&ledger, None, 100).await.unwrap() {
                expected.entries += 1;
                expected.tokens += entry.tokens;
                expected.charge_cny_micros += entry.charge_cny_micros;
                expected.charge_usd_micros += entry.charge_usd_micros;
            }
            let totals = world.store.usage_totals(&filter).await.unwrap();
            assert_eq!(totals, expected, "{filter:?}");
        }
    }
    let whole = world.store.usage_totals(&days(-9, 9, None)).await.unwrap();
    assert_eq!(whole, world.store.ledger_totals().await.unwrap());
    world.finish().await;
}
