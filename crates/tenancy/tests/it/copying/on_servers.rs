//! What is special about a side on PostgreSQL: its walls hold afterwards, and it is refused for
//! reasons of its own.

use tenancy::{Store, StoreCopy};

use super::filling::fill;
use super::{copy, reason, url_of};
use crate::cluster::{self, Cluster};
use crate::support::NOW;

async fn filled(url: &str) {
    let store = Store::open(url).await.unwrap();
    fill(&store, 11, 30).await;
    store.close().await.unwrap();
}

/// Everything that a database has beside its rows.
const SCHEMA: &str = "
    SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname::text,
        pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes
        WHERE schemaname = 'public'
    UNION ALL SELECT 'policy', tablename::text, policyname::text, qual FROM pg_policies
    UNION ALL SELECT 'table', relname::text, relkind::text,
        relrowsecurity::text || relforcerowsecurity::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3, 4";

async fn schema(url: &str) -> Vec<String> {
    let rows = cluster::connect(url).await.query(SCHEMA, &[]).await.unwrap();
    let text =
        |row: &tokio_postgres::Row| (0..4).map(|n| row.get::<_, String>(n)).collect::<Vec<_>>();
    rows.iter().map(|row| text(row).join(" | ")).collect()
}

#[tokio::test]
async fn p14_the_walls_of_a_copied_database_are_those_of_a_new_one() {
    let Some(from) = cluster::database().await else { return };
    let (to, new) = (cluster::create_database(&from).await, cluster::create_database(&from).await);
    filled(&from).await;
    Store::open(&new).await.unwrap().close().await.unwrap();
    copy(&from, &to, 13).await.unwrap();
    assert_eq!(schema(&to).await, schema(&new).await);
    let outsider = cluster::connect_as_platform(&to).await;
    for change in [
        "UPDATE ledger SET tokens = 0",
        "DELETE FROM audit_log",
        "DELETE FROM tasks",
        "UPDATE tariffs SET document = ''",
        "UPDATE intents SET task_seq = 999999 WHERE task_seq IS NOT NULL",
    ] {
        assert!(outsider.batch_execute(change).await.is_err(), "{change}");
    }
    let nobody = cluster::connect(&to).await;
    assert!(nobody.query("SELECT FROM tasks", &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_database_is_not_copied_into_itself_by_whatever_name() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let url = cluster::create_database(&cluster.url("postgres")).await;
    filled(&url).await;
    let socket = cluster.socket_url(cluster::name_of(&url));
    for to in [&url, &socket, &format!("{url}&application_name=other")] {
        let refused = StoreCopy::open(&url, to, 10).await.unwrap_err();
        assert_eq!(reason(&refused), "source and target are the same store; name two");
    }
}

#[tokio::test]
async fn a_source_that_a_server_still_leads_is_refused() {
    let Some(from) = cluster::database().await else { return };
    let to = cluster::create_database(&from).await;
    let store = Store::open(&from).await.unwrap();
    fill(&store, 12, 15).await;
    let now = store.now().await.unwrap().unwrap();
    let soon = now.plus(std::time::Duration::from_secs(30));
    assert!(store.lease("reconciler", "gateway-7", now, soon).await.unwrap());
    let refused = StoreCopy::open(&from, &to, 10).await.unwrap_err();
    let said = reason(&refused);
    assert!(said.starts_with("the server `gateway-7` holds the lead `reconciler`"), "{said}");
    assert!(store.release_lease("reconciler", "gateway-7").await.unwrap());
    copy(&from, &to, 100).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_text_with_a_nul_is_refused_by_name_before_a_database_is_begun() {
    let Some(to) = cluster::database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    filled(&url_of(&path)).await;
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute("UPDATE tokens SET label = 'a' || char(0) WHERE token_id = 2", []).unwrap();
    let refused = copy(&url_of(&path), &to, 10).await.unwrap_err();
    let said = reason(&refused);
    assert!(said.starts_with("`tokens.label` holds a NUL character in the row 2"), "{said}");
    file.execute("UPDATE tokens SET label = CAST(x'ff' AS TEXT) WHERE token_id = 2", []).unwrap();
    let refused = copy(&url_of(&path), &to, 10).await.unwrap_err();
    assert!(reason(&refused).contains("`tokens.label` holds text that is no UTF-8"), "{refused:?}");
    let tables = "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'";
    let there: String = cluster::connect(&to).await.query_one(tables, &[]).await.unwrap().get(0);
    assert_eq!(there, "0");
}

#[tokio::test]
async fn a_database_with_anything_else_is_refused_and_left_alone() {
    let Some(to) = cluster::database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let from = url_of(&folder.path().join("a.db"));
    filled(&from).await;
    cluster::run_sql(&to, "CREATE TABLE notes (a INT)").await;
    let said = reason(&copy(&from, &to, 10).await.unwrap_err());
    assert!(said.starts_with("the target has a table `notes`"), "{said}");
    cluster::run_sql(&to, "DROP TABLE notes").await;
    let store = Store::open(&to).await.unwrap();
    store.record_tariff("t", "{}", NOW).await.unwrap();
    store.close().await.unwrap();
    let said = reason(&copy(&from, &to, 10).await.unwrap_err());
    assert!(said.starts_with("the target holds rows in `tariffs`"), "{said}");
    let latin = format!("{}_latin", cluster::name_of(&to));
    let (server, _) = to.rsplit_once(cluster::name_of(&to)).unwrap();
    let create =
        format!("CREATE DATABASE {latin} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
    cluster::run_sql(&format!("{server}postgres"), &create).await;
    let said = reason(&copy(&from, &format!("{server}{latin}"), 10).await.unwrap_err());
    assert!(said.starts_with("the target's encoding is `SQL_ASCII`"), "{said}");
}
