//! How an export of the ledger goes on in the middle of a millisecond that many entries share.

use rusqlite::{Connection, StatementStatus};

use super::{database, fill, plan};
use crate::sqlite::ledger::{self, PAGE, PAGE_OF_TENANT};
use crate::{LedgerFilter, TenantName};

/// Entries of one millisecond.
const ENTRIES: i64 = 2_000;

/// Charges the first tenant's tasks, all of them at the same time. They are numbered from 1.
fn charge_at_once(connection: &Connection) {
    let charge = "
        INSERT INTO ledger
        SELECT NULL, task_id, 0, tenant_id, upstream, model, 's', '720p', 0, 1, 1, 1, 1, 1, 1, tariff,
               created_at, 7
        FROM tasks";
    connection.execute(charge, []).unwrap();
}

/// The numbers of a page of ten, and what it cost in steps of SQLite's virtual machine.
fn page(connection: &Connection, tenant: Option<&str>, after: i64) -> (Vec<i64>, i32) {
    let tenant = tenant.map(|name| TenantName::parse(name).unwrap());
    let statement = if tenant.is_some() { PAGE_OF_TENANT } else { PAGE };
    let filter = LedgerFilter { tenant, ..LedgerFilter::default() };
    let entries = ledger::page(connection, &filter, Some(after), 10).unwrap();
    let statement = connection.prepare_cached(statement).unwrap();
    let numbers = entries.iter().map(|entry| entry.entry_id).collect();
    (numbers, statement.reset_status(StatementStatus::VmStep))
}

#[test]
fn p16_an_export_goes_on_behind_an_entry_without_reading_its_millisecond_again() {
    let (_folder, connection) = database();
    for statement in [PAGE, PAGE_OF_TENANT] {
        let plan = plan(&connection, statement);
        assert!(plan.contains("settled_at=? AND rowid>?"), "{statement}\n{plan}");
        assert!(plan.contains("settled_at>? AND settled_at<?"), "{statement}\n{plan}");
    }
}

#[test]
fn p16_the_steps_of_an_export_do_not_grow_with_the_entries_of_a_millisecond() {
    let (_folder, connection) = database();
    fill(&connection, 1, 0..ENTRIES);
    charge_at_once(&connection);
    for tenant in [None, Some("a")] {
        let (numbers, first) = page(&connection, tenant, 1);
        assert_eq!(numbers, (2..=11).collect::<Vec<_>>());
        let (numbers, late) = page(&connection, tenant, 1_900);
        assert_eq!(numbers, (1_901..=1_910).collect::<Vec<_>>());
        assert_eq!(late, first);
        let (numbers, _) = page(&connection, tenant, ENTRIES);
        assert!(numbers.is_empty());
    }
}
