//! The counters behind the limits: kept by the database itself, and held against the rows.

use tenancy::{Store, TenantName};

use crate::migrations::older_database;
use crate::support::{NOW, at, charge};

/// Two tenants with a charge, a live task, a lost one and an open intent each, written before
/// there were limits.
const BEFORE: &str = "
    INSERT INTO tariffs VALUES ('t', '{}', 0);
    INSERT INTO tenants (name, upstream, tasks_enabled, assets_enabled, created_at)
    VALUES ('acme', 'default', 1, 1, 0), ('zeta', 'default', 1, 1, 0), ('idle', 'default', 1, 1, 0);
    WITH kinds (number, state, task_seq) AS (
        VALUES (1, 'bound', 1), (2, 'bound', 2), (3, 'bound', 3), (4, 'unknown', NULL)
    )
    INSERT INTO intents
    SELECT 10 * tenant_id + number, tenant_id, 'default', 'doubao-seedance-2-0', 0, 't', '{}', NULL,
           NULL, state, 10 * tenant_id + task_seq, 1780000000000, 1780000000000
    FROM kinds, tenants WHERE name <> 'idle';
    INSERT INTO tasks
    SELECT intent_id, 'cgt-' || intent_id, tenant_id, intent_id, upstream, model,
           iif(intent_id % 10 = 1, 'succeeded', 'running'), 0, 't', opened_at, 0, 0, NULL, NULL, 1,
           intent_id % 10 = 2,
           CASE intent_id % 10 WHEN 1 THEN 'charged' WHEN 2 THEN 'open' ELSE 'lost' END, x'7b7d',
           NULL, NULL
    FROM intents WHERE task_seq IS NOT NULL;
    INSERT INTO ledger
    SELECT NULL, task_id, 0, tenant_id, upstream, model, 's', '720p', 0, 1, 1, 1, 1, 1, 705549, 't',
           created_at, created_at
    FROM tasks WHERE settlement = 'charged';";

#[tokio::test]
async fn p58_what_was_there_before_the_limits_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    older_database(&path, 8);
    rusqlite::Connection::open(&path).unwrap().execute_batch(BEFORE).unwrap();
    let store = Store::open(&format!("sqlite:{}", path.display())).await.unwrap();
    for (name, live, charged) in
        [("acme", 2, charge().charge_usd_micros), ("zeta", 2, 705_549), ("idle", 0, 0)]
    {
        let tenant = store.find_tenant(&TenantName::parse(name).unwrap()).await.unwrap().unwrap();
        let used = store.limit_use(tenant.id, NOW).await.unwrap();
        let found = (used.live_tasks, used.charged_usd_micros, used.reserved_usd_micros);
        assert_eq!(found, (live, charged, 0), "{name}");
        // The lost task is heard of, and the open intent given up: both are counted right.
        let task = crate::support::task_id(&format!("cgt-{}3", tenant.id));
        let seen = crate::support::seen(&task, seedance_model::TaskStatus::Running, at(1));
        store.record_observation(seen).await.unwrap();
    }
    for intent in store.open_intents("default", None, 10).await.unwrap() {
        assert!(store.abandon_intent(intent.id, "ops", at(2)).await.unwrap());
    }
    let audit = store.audit().await.unwrap();
    assert!(audit.is_clean(), "{audit:?}");
    store.close().await.unwrap();
}
