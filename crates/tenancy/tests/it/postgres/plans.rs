//! How the statements run: each finds its rows through an index, and pages need no sorting.

use crate::cluster::{connect_as_platform, migrated_database};
use crate::source::{sources, statements};

/// They read whole tables, for an operator who asked for that; or tables that have few rows.
const READ_EVERYTHING: [&str; 10] = [
    "audit::COUNTS_AGREE",
    "audit::LIVE_COUNTS_AGREE",
    "audit::SPENDING_AGREES",
    "audit::SUMS_AGREE",
    "audit::UNFOUNDED",
    "audit::UNSETTLED",
    "audit::USAGE_AGREES",
    "ledger::TOTALS",
    "tenants::LIST",
    // One step for each task in quarantine, which are few.
    "quarantine::LIST",
];

/// They sort what they answer, which is no more than was asked for by id or claimed.
const SORT_FEW: [&str; 6] = [
    "aging::LOCK_COUNTS",
    "asset_groups::FIND",
    "assets::FIND",
    "claiming::CLAIM",
    "listing::BY_IDS",
    "listing::ROWS",
];

/// They walk an index from its end, as far as they are asked to.
const WALK: [&str; 1] = ["ledger::NEWEST"];

/// The text of a statement, as the database gets it.
fn sql_of(name: &str, constant: &str) -> String {
    let literal = |text: &str| {
        let (_, text) = text.split_once('"').unwrap();
        text.rsplit_once('"').unwrap().0.to_owned()
    };
    if !constant.contains("select_entries!") {
        return literal(constant).replace("$model", "m").replace("$status", "queued");
    }
    assert!(name.starts_with("ledger::"));
    let source = sources("postgres").into_iter().find(|(module, _)| module == "ledger").unwrap().1;
    let (_, columns) = source.split_once("concat!(").unwrap();
    let (columns, _) = columns.split_once("$from").unwrap();
    literal(columns) + &literal(constant)
}

/// A page by several kinds is a merge of ranges; see `listing::page_statement`.
fn page_of_kinds(range: &str) -> String {
    let ranges = [range, range, range].join(" UNION ALL ");
    format!("SELECT seq FROM ({ranges}) AS r ORDER BY created_at DESC, seq DESC LIMIT $3 OFFSET $4")
}

/// The plan that the database would use whatever the values are.
async fn plan(client: &tokio_postgres::Client, sql: &str) -> String {
    let values = (1..=20).rev().find(|number| sql.contains(&format!("${number}"))).unwrap_or(0);
    client.batch_execute(&format!("PREPARE looked_at AS {sql}")).await.unwrap();
    let nulls = vec!["NULL"; values].join(", ");
    let nulls = if values == 0 { String::new() } else { format!("({nulls})") };
    let explain = format!("EXPLAIN (COSTS OFF) EXECUTE looked_at{nulls}");
    let rows = client.query(&explain, &[]).await.unwrap();
    client.batch_execute("DEALLOCATE looked_at").await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect()
}

/// A database whose planner takes an index wherever one can be taken.
async fn database() -> Option<tokio_postgres::Client> {
    let client = connect_as_platform(&migrated_database().await?).await;
    client
        .batch_execute(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
             SET enable_sort = off; SET enable_bitmapscan = off; SET enable_hashjoin = off;
             SET enable_mergejoin = off; SET enable_incremental_sort = off",
        )
        .await
        .unwrap();
    Some(client)
}

#[tokio::test]
async fn p16_every_statement_finds_its_rows_through_an_index() {
    let Some(client) = database().await else { return };
    let mut looked_at = 0;
    for statement in statements("postgres") {
        let name = statement.name.as_str();
        let is_sql = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]
            .iter()
            .any(|verb| statement.text.contains(&format!("{verb} ")));
        if !is_sql || READ_EVERYTHING.contains(&name) || name == "connecting::CHECKED" {
            continue;
        }
        let plan = plan(&client, &sql_of(name, &statement.text)).await;
        looked_at += 1;
        assert!(!plan.contains("Seq Scan"), "{name}\n{plan}");
        let lines: Vec<&str> = plan.lines().collect();
        for (line, next) in lines.iter().zip(lines.iter().skip(1).chain(&[""])) {
            let scans = line.contains("Index Scan") || line.contains("Index Only Scan");
            let searched = next.contains("Index Cond") || WALK.contains(&name);
            assert!(!scans || searched, "{name}\n{plan}");
        }
        let sorts = plan.contains("Sort") && !SORT_FEW.contains(&name);
        assert!(!sorts, "{name}\n{plan}");
    }
    assert!(looked_at > 60, "only {looked_at} statements were looked at");
}

#[tokio::test]
async fn p16_a_page_by_model_or_status_merges_ranges_of_an_index() {
    let Some(client) = database().await else { return };
    let all = statements("postgres");
    let range = all.iter().find(|statement| statement.name == "listing::PAGE_OF_KIND").unwrap();
    let plan = plan(&client, &page_of_kinds(&sql_of(&range.name, &range.text))).await;
    assert!(plan.contains("Merge Append"), "{plan}");
    assert!(!plan.contains("->  Sort") && !plan.contains("Seq Scan"), "{plan}");
    assert_eq!(plan.matches("using tasks_listed_by_kind").count(), 3, "{plan}");
}

#[tokio::test]
async fn p16_an_export_goes_on_behind_an_entry_without_reading_its_millisecond_again() {
    let Some(client) = database().await else { return };
    let all = statements("postgres");
    let pages = ["ledger::PAGE", "ledger::PAGE_OF_TENANT"];
    let pages: Vec<_> = all.iter().filter(|one| pages.contains(&one.name.as_str())).collect();
    assert_eq!(pages.len(), 2);
    for page in pages {
        let plan = plan(&client, &sql_of(&page.name, &page.text)).await;
        let mut conditions = plan.lines().filter(|line| line.contains("Index Cond"));
        let seek = "(ROW(settled_at, entry_id) > ROW($1, $2))";
        assert!(conditions.any(|line| line.contains(seek)), "{plan}");
    }
}
