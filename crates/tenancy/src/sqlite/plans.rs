//! Tests of how the statements run: through which index, and in how many steps.

mod exports;

use std::collections::BTreeSet;

use rusqlite::{Connection, StatementStatus};
use seedance_model::{Model, TaskId, TaskQuery, TaskStatus};
use tempfile::TempDir;

use super::{
    adoption, aging, asset_groups, assets, audit_log, binding, cancels, claiming, corrections,
    counts, intents, ledger, library_adoption, library_binding, library_intents, limits, listing,
    observing, opening, quarantine, settling, tasks, tenants, tokens, usage, watching,
};
use crate::listing::kinds;
use crate::store::Finished;
use crate::{Claim, TenantId, UnixMillis};

/// Every statement that serves a request or a watcher, but for the pages of [`page_statements`].
const STATEMENTS: &[&str] = &[
    tenants::PAGE,
    tokens::LIST,
    tokens::PAGE,
    tokens::REVOKED,
    tokens::REVOKE,
    tokens::AUTHENTICATE,
    intents::FIND_BY_KEY,
    intents::FIND,
    intents::FIND_ANYONES,
    intents::LIST_OPEN,
    intents::LIST_SEARCHED,
    intents::MARK_UNKNOWN,
    intents::CLOSE,
    limits::USED,
    limits::RESERVATION,
    binding::IS_TAKEN,
    binding::CLOSE_INTENT,
    tasks::FIND,
    tasks::BURY,
    listing::BY_ID,
    listing::ROW,
    counts::COUNTED,
    counts::OVERDUE,
    counts::OVERDUE_OF_KIND,
    claiming::ASKED,
    claiming::NEXT_TENANT,
    claiming::LONGEST_DUE,
    claiming::CLAIM,
    claiming::RELEASE,
    watching::LIVE,
    watching::MARK_MISSING,
    watching::RECORD_LOST,
    observing::FIND,
    observing::TOUCH,
    observing::MOVE,
    observing::END,
    cancels::NOTE,
    cancels::BURY,
    cancels::END,
    settling::CHARGE,
    settling::QUARANTINE,
    ledger::OF_TASK,
    ledger::ALL_OF_TASK,
    ledger::PAGE,
    ledger::PAGE_OF_TENANT,
    ledger::OF_NUMBER,
    corrections::CORRECT,
    quarantine::FIND,
    quarantine::LET_OUT,
    quarantine::RESOLVE,
    audit_log::PAGE,
    usage::PAGE,
    usage::PAGE_OF_TENANT,
    usage::TOTALS,
    usage::TOTALS_OF_TENANT,
    usage::NUMBER,
    library_intents::FIND_ANYONES,
    library_intents::LIST_OPEN,
    library_intents::MARK_UNKNOWN,
    library_intents::CLOSE,
    library_binding::INSERT_GROUP,
    library_binding::INSERT_ASSET,
    library_binding::FIND_ADOPTED,
    library_binding::REOPEN,
    library_binding::CLOSE_INTENT,
    asset_groups::FIND,
    asset_groups::IDS,
    assets::FIND,
    assets::RECORD_STATUS,
    adoption::ADOPT,
    adoption::OLDEST_UNKNOWN,
    library_adoption::IS_TAKEN,
];

#[test]
fn p16_every_statement_finds_its_rows_through_an_index() {
    let (_folder, connection) = database();
    let aging = [aging::AGE_OUT.to_owned()];
    let others = STATEMENTS.iter().map(|statement| (*statement).to_owned());
    for statement in page_statements().into_iter().chain(others).chain(aging) {
        let plan = plan(&connection, &statement);
        assert!(plan.contains("SEARCH"), "{statement}\n{plan}");
        assert!(!plan.contains("SCAN"), "{statement}\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{statement}\n{plan}");
    }
}

#[test]
fn p16_a_page_is_found_in_an_index_alone() {
    let (_folder, connection) = database();
    let others = [counts::OVERDUE, counts::OVERDUE_OF_KIND, asset_groups::IDS].map(str::to_owned);
    for statement in page_statements().into_iter().chain(others) {
        let plan = plan(&connection, &statement);
        assert!(plan.contains("COVERING INDEX"), "{statement}\n{plan}");
        assert!(!plan.contains("USING INDEX"), "{statement}\n{plan}");
    }
}

#[test]
fn p16_the_steps_of_a_request_do_not_grow_with_the_stored_tasks() {
    let (_folder, connection) = database();
    for tenant in [1, 2] {
        fill(&connection, tenant, 0..1_998);
    }
    let before = steps_of_requests(&connection);
    for tenant in [1, 2] {
        fill(&connection, tenant, 1_998..51_996);
    }
    assert_eq!(steps_of_requests(&connection), before);
}

#[test]
fn no_write_of_a_task_builds_a_table_for_itself() {
    let (_folder, connection) = database();
    let creates = [intents::OPEN, binding::INSERT_TASK, binding::CLOSE_INTENT];
    for statement in creates.into_iter().chain([observing::TOUCH, observing::MOVE, observing::END])
    {
        let steps = explained(&connection, &format!("EXPLAIN {statement}"), 1);
        assert!(
            steps.contains("Insert") && !steps.contains("OpenEphemeral"),
            "{statement}\n{steps}"
        );
    }
}

#[test]
fn p15_a_foreign_task_costs_the_same_steps_as_a_missing_one() {
    let (_folder, connection) = database();
    for tenant in [1, 2] {
        fill(&connection, tenant, 0..600);
    }
    let steps = |id: &str| {
        let id = TaskId::parse(id).unwrap();
        let found = tasks::find(&connection, TenantId(1), &id).unwrap();
        let statement = connection.prepare_cached(tasks::FIND).unwrap();
        (found.is_some(), statement.reset_status(StatementStatus::VmStep))
    };
    let (mine, foreign, missing) = (steps("t-1-7"), steps("t-2-7"), steps("t-3-7"));
    assert!(mine.0 && !foreign.0);
    assert_eq!(foreign, missing);
}

#[test]
fn p15_a_foreign_asset_or_group_costs_the_same_steps_as_a_missing_one() {
    let (_folder, connection) = database();
    for tenant in [1, 2] {
        fill_library(&connection, tenant);
    }
    let steps = |id: &str| {
        let ids = BTreeSet::from([id.to_owned()]);
        let assets = assets::find(&connection, TenantId(1), &ids).unwrap();
        let groups = asset_groups::find(&connection, TenantId(1), &ids).unwrap();
        let steps = [assets::FIND, asset_groups::FIND].map(|statement| {
            let statement = connection.prepare_cached(statement).unwrap();
            statement.reset_status(StatementStatus::VmStep)
        });
        (assets.len() + groups.len(), steps)
    };
    let (mine, foreign, missing) = (steps("i-1-7"), steps("i-2-7"), steps("i-3-7"));
    assert_eq!((mine.0, foreign.0), (2, 0));
    assert_eq!(foreign, missing);
}

fn database() -> (TempDir, Connection) {
    let folder = tempfile::tempdir().unwrap();
    let connection =
        opening::for_writing(&folder.path().join("store.db"), Finished::Required).unwrap();
    connection
        .execute_batch(
            "INSERT INTO tariffs VALUES ('t', '{}', 0);
             INSERT INTO tenants (tenant_id, name, upstream, tasks_enabled, assets_enabled, created_at)
             VALUES (1, 'a', 'u', 1, 1, 0), (2, 'b', 'u', 1, 1, 0);
             INSERT INTO intents VALUES (1, 1, 'u', 'm', 0, 't', '', NULL, NULL, 'sent', NULL, 0, 0, 0)",
        )
        .unwrap();
    (folder, connection)
}

/// Every page statement there is: without a filter, and for each filter by model and status.
fn page_statements() -> Vec<String> {
    let models = Model::ALL.map(Some).into_iter().chain([None]);
    models
        .flat_map(|model| {
            let statuses = TaskStatus::ALL.map(Some).into_iter().chain([None]);
            statuses.map(move |status| query(model, status))
        })
        .map(|query| listing::page_statement(&kinds(&query)))
        .collect()
}

fn query(model: Option<Model>, status: Option<TaskStatus>) -> TaskQuery {
    TaskQuery {
        page_num: 3,
        page_size: 20,
        status,
        task_ids: Vec::new(),
        model,
        service_tier: None,
    }
}

fn plan(connection: &Connection, statement: &str) -> String {
    explained(connection, &format!("EXPLAIN QUERY PLAN {statement}"), 3)
}

/// One column of an explanation, a row a line.
fn explained(connection: &Connection, explain: &str, column: usize) -> String {
    let mut explain = connection.prepare(explain).unwrap();
    let mut rows = explain.raw_query();
    let mut lines = String::new();
    while let Some(row) = rows.next().unwrap() {
        lines += &row.get::<_, String>(column).unwrap();
        lines.push('\n');
    }
    lines
}

/// Tasks of three models and two statuses in turn, one for each number.
fn fill(connection: &Connection, tenant: i64, numbers: std::ops::Range<i64>) {
    let fill = "
        WITH RECURSIVE n (n) AS (SELECT ?2 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < ?3)
        INSERT INTO tasks
        SELECT NULL, 't-' || ?1 || '-' || n, ?1, 1, 'u',
               CASE n % 3 WHEN 0 THEN 'doubao-seedance-2-0' WHEN 1 THEN 'doubao-seedance-2-0-fast'
                          ELSE 'doubao-seedance-2-0-mini' END,
               iif(n % 2, 'failed', 'expired'), 0, 't', n, n, n, NULL, NULL, 1, 0, 'free', x'7b7d',
               NULL, NULL
        FROM n";
    connection.execute(fill, [tenant, numbers.start, numbers.end]).unwrap();
}

/// 600 groups with one asset each, both called by the same id.
fn fill_library(connection: &Connection, tenant: i64) {
    let fill = "
        WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 599)
        INSERT INTO asset_groups SELECT NULL, 'i-' || ?1 || '-' || n, ?1, 'u', n FROM n";
    connection.execute(fill, [tenant]).unwrap();
    let fill = "
        INSERT INTO assets
        SELECT NULL, group_id, tenant_id, group_id, upstream, 'Image', NULL, 0, NULL
        FROM asset_groups WHERE tenant_id = ?1";
    connection.execute(fill, [tenant]).unwrap();
}

/// What each kind of request costs, in steps of SQLite's virtual machine.
fn steps_of_requests(connection: &Connection) -> Vec<i32> {
    let tenant = TenantId(1);
    let cutoff = UnixMillis(0);
    let mut steps = Vec::new();
    let mut count = |statement: &str| {
        let statement = connection.prepare_cached(statement).unwrap();
        assert_eq!(statement.reset_status(StatementStatus::FullscanStep), 0);
        assert_eq!(statement.reset_status(StatementStatus::Sort), 0);
        steps.push(statement.reset_status(StatementStatus::VmStep));
    };
    let failed = Some(TaskStatus::Failed);
    for (model, status) in [(None, None), (Some(Model::Fast), None), (None, failed)] {
        let query = query(model, status);
        let page = listing::page(connection, tenant, &query, cutoff).unwrap();
        assert_eq!(page.items.len(), 20);
        count(&listing::page_statement(&kinds(&query)));
        count(listing::ROW);
        count(counts::COUNTED);
    }
    for id in ["t-1-7", "t-2-7", "absent"] {
        tasks::find(connection, tenant, &TaskId::parse(id).unwrap()).unwrap();
        count(tasks::FIND);
    }
    let (upstream, now) = ("u".to_owned(), UnixMillis(9));
    let asked = vec![TaskId::parse("t-1-7").unwrap()];
    let claim = Claim { upstream, asked, after: None, limit: 10, until: UnixMillis(10) };
    claiming::claim(connection, &claim, now).unwrap();
    count(claiming::ASKED);
    count(claiming::NEXT_TENANT);
    steps
}
