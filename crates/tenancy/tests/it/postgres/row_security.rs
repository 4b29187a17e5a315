//! The second wall around tenants: the database hides other tenants' rows, even from a statement
//! that forgot to ask for one tenant's.

use seedance_model::TaskStatus;

use crate::cluster::connect;
use crate::support::{NOW, World, at};

/// Every table with rows of tenants.
const TENANT_TABLES: [&str; 15] = [
    "tenants",
    "tokens",
    "usage_days",
    "intents",
    "tasks",
    "listed_counts",
    "live_counts",
    "spending",
    "cancels",
    "quarantine",
    "ledger",
    "ledger_sums",
    "asset_groups",
    "assets",
    "library_intents",
];

/// A store in which each of two tenants has the same number of rows in each table.
async fn two_tenants() -> Option<World> {
    let world = World::start_on_postgres().await?;
    for name in ["acme", "zeta"] {
        let tenant = world.tenant(name).await;
        let token = tenancy::Token::generate().unwrap();
        world.store.issue_token(tenant.id, &token, None, None, NOW).await.unwrap();
        let scope = world.store.scope(&tenant);
        let task = world.task(&scope, &format!("cgt-{name}"), NOW).await;
        assert!(scope.note_cancel(&task, NOW).await.unwrap());
        world.observe(&task, TaskStatus::Succeeded, at(1)).await;
        world.quarantined(&scope, &format!("cgt-{name}-odd")).await;
        let group = world.group(&scope, &format!("group-{name}")).await;
        world.asset(&scope, &group, &format!("asset-{name}")).await;
    }
    Some(world)
}

#[tokio::test]
async fn p14_a_statement_without_its_where_clause_sees_one_tenants_rows() {
    let Some(world) = two_tenants().await else { return };
    let client = connect(&world.url()).await;
    for table in TENANT_TABLES {
        let mut seen = Vec::new();
        for whose in ["", "1", "2", "77", "*"] {
            client.batch_execute(&format!("SET phanedge.tenant = '{whose}'")).await.unwrap();
            let rows = client.query(&format!("SELECT tenant_id FROM {table}"), &[]).await.unwrap();
            let tenants: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
            if let Ok(tenant) = whose.parse::<i64>() {
                assert!(tenants.iter().all(|owner| *owner == tenant), "{table}: {tenants:?}");
            }
            seen.push(tenants.len());
        }
        let own = seen[1];
        assert!(own > 0, "{table} has no rows");
        assert_eq!(seen, [0, own, own, 0, 2 * own], "{table}");
    }
    world.finish().await;
}

#[tokio::test]
async fn p14_a_statement_without_its_where_clause_changes_one_tenants_rows() {
    let Some(world) = two_tenants().await else { return };
    let client = connect(&world.url()).await;
    client.batch_execute("SET phanedge.tenant = '1'").await.unwrap();
    assert_eq!(client.execute("UPDATE tokens SET label = 'x'", &[]).await.unwrap(), 1);
    assert_eq!(client.execute("UPDATE tasks SET refreshed_at = 7", &[]).await.unwrap(), 2);
    // Nor can a row be given to another tenant.
    let given_away = "UPDATE tokens SET tenant_id = 2";
    let refusal = client.execute(given_away, &[]).await.unwrap_err();
    let refusal = refusal.as_db_error().unwrap().message();
    assert!(refusal.contains("violates row-level security policy"), "{refusal}");
    world.finish().await;
}

#[tokio::test]
async fn p14_every_table_with_a_tenant_is_behind_the_wall() {
    let Some(world) = World::start_on_postgres().await else { return };
    let client = connect(&world.url()).await;
    let walled = "SELECT c.relname::text, relrowsecurity AND relforcerowsecurity
                  FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
                  WHERE relkind = 'r' AND attname = 'tenant_id'
                    AND relnamespace = current_schema()::regnamespace
                  ORDER BY 1";
    let rows = client.query(walled, &[]).await.unwrap();
    let tables: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
    let mut expected = TENANT_TABLES;
    expected.sort_unstable();
    assert_eq!(tables, expected);
    assert!(rows.iter().all(|row| row.get(1)), "{tables:?}");
    world.finish().await;
}
