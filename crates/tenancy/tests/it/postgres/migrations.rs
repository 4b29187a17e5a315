//! The schema: made whole, once, by whoever comes first; never half, never of the future.

use std::error::Error;

use tenancy::Store;

use super::proxy::{Cut, Proxy};
use crate::child::steps;
use crate::cluster::{connect, database, migrated_database, port_of};
use crate::support::{NOW, TARIFF, tenant_of};

/// More messages than a first start sends.
const ENOUGH: usize = 300;

/// Everything that the schema consists of.
async fn schema(url: &str) -> Vec<String> {
    let client = connect(url).await;
    let parts = "
        SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type
            || ' ' || is_nullable || ' ' || coalesce(collation_name, '')
        FROM information_schema.columns WHERE table_schema = current_schema()
        UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()
        UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid > 0
        UNION ALL SELECT 'policy ' || tablename || ' ' || qual FROM pg_policies
        UNION ALL SELECT 'version ' || version FROM refinery_schema_history
        ORDER BY 1";
    client.query(parts, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn p58_a_first_start_that_is_cut_at_any_message_leaves_no_half_schema() {
    let Some(whole) = migrated_database().await else { return };
    let whole = schema(&whole).await;
    for messages in (1..ENOUGH).step_by(steps(1, 4)) {
        let url = database().await.unwrap();
        let proxy = Proxy::before(port_of(&url)).await;
        proxy.cut(Cut::AfterMessages(messages));
        let opened = Store::open(&proxy.through(&url)).await;
        let was_cut = proxy.cuts() > 0;
        assert!(opened.is_err() || !was_cut);
        let store = Store::open(&url).await.unwrap();
        store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
        store.create_tenant(tenant_of("acme"), NOW).await.unwrap().unwrap();
        assert!(store.audit().await.unwrap().is_clean());
        store.close().await.unwrap();
        assert_eq!(schema(&url).await, whole, "cut at message {messages}");
        if !was_cut {
            println!("a first start was cut at some of its {messages} messages");
            return;
        }
    }
    panic!("a first start sent more than {ENOUGH} messages");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p58_servers_that_start_at_once_share_one_schema() {
    let Some(url) = database().await else { return };
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Store::open(&url).await.unwrap() })
        })
        .collect();
    for start in starts {
        start.await.unwrap().close().await.unwrap();
    }
    let whole = migrated_database().await.unwrap();
    assert_eq!(schema(&url).await, schema(&whole).await);
}

#[tokio::test]
async fn a_database_of_a_newer_build_is_refused_and_left_alone() {
    let Some(url) = migrated_database().await else { return };
    let client = connect(&url).await;
    let newer = "INSERT INTO refinery_schema_history
                 SELECT 99, 'future', applied_on, checksum FROM refinery_schema_history
                 WHERE version = 1";
    client.batch_execute(newer).await.unwrap();
    let refusal = Store::open(&url).await.unwrap_err();
    assert!(refusal.is_newer_schema());
    let reason = refusal.source().unwrap().to_string();
    assert!(reason.contains("version 99") && reason.contains("use the newer build"), "{reason}");
}

#[tokio::test]
async fn p58_a_migration_that_fails_leaves_nothing_behind() {
    let Some(url) = database().await else { return };
    let client = connect(&url).await;
    // The last migration's table is taken.
    client.batch_execute("CREATE TABLE receipts (a int)").await.unwrap();
    assert!(Store::open(&url).await.is_err());
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()
                  AND tablename NOT IN ('receipts', 'refinery_schema_history')";
    assert_eq!(client.query_one(tables, &[]).await.unwrap().get::<_, i64>(0), 0);
    client.batch_execute("DROP TABLE receipts").await.unwrap();
    Store::open(&url).await.unwrap().close().await.unwrap();
}
