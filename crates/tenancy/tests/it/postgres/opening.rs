//! Which servers, roles and URLs are refused, and what the refusal says.

use std::error::Error;

use tenancy::Store;

use crate::cluster::{Cluster, create_database, migrated_database, name_of};
use crate::support::{NOW, tenant_of};

/// Why a store cannot be opened. Never with the URL in it.
async fn refusal(url: &str) -> String {
    let refusal = Store::open(url).await.unwrap_err();
    assert!(!format!("{refusal:?}").contains("secret"));
    assert_eq!(refusal.to_string(), "cannot open the store");
    refusal.source().unwrap().to_string()
}

#[tokio::test]
async fn p02_a_server_that_forgets_what_it_acknowledged_is_refused() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let url = create_database(&cluster.url("postgres")).await;
    Store::open(&url).await.unwrap().close().await.unwrap();
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        cluster.set(setting, "off").await;
        let refusal = refusal(&url).await;
        assert!(refusal.contains(&format!("keeps `{setting}` off")), "{refusal}");
        cluster.set(setting, "on").await;
    }
    Store::open(&url).await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn p02_a_setting_that_changes_while_the_store_is_open_is_noticed() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let store = Store::open(&create_database(&cluster.url("postgres")).await).await.unwrap();
    cluster.set("fsync", "off").await;
    cluster.down();
    cluster.up();
    let refusal = store.create_tenant(tenant_of("acme"), NOW).await.unwrap_err();
    assert!(refusal.source().unwrap().to_string().contains("keeps `fsync` off"));
    cluster.set("fsync", "on").await;
    assert!(store.create_tenant(tenant_of("acme"), NOW).await.unwrap().is_some());
}

#[tokio::test]
async fn p14_a_role_that_row_security_does_not_bind_is_refused() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let url = create_database(&cluster.url("postgres")).await;
    let superuser = refusal(&cluster.url_of("admin", name_of(&url))).await;
    assert!(superuser.contains("row-level security would not bind it"), "{superuser}");
    assert!(cluster.psql("CREATE ROLE sly LOGIN BYPASSRLS"));
    let bypassing = refusal(&cluster.url_of("sly", name_of(&url))).await;
    assert_eq!(bypassing, superuser);
}

#[tokio::test]
async fn p56_a_read_only_server_is_refused() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let url = create_database(&cluster.url("postgres")).await;
    cluster.set("default_transaction_read_only", "on").await;
    let refusal = Store::open(&url).await.unwrap_err();
    assert!(refusal.is_unreachable(), "{refusal:?}");
    cluster.set("default_transaction_read_only", "off").await;
    Store::open(&url).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    for url in [
        "postgres://user:secret@127.0.0.1:1/db",
        "postgres://user:secret@127.0.0.1:1/db?sslmode=verify-full",
    ] {
        let refusal = Store::open(url).await.unwrap_err();
        assert!(refusal.is_unreachable() && !refusal.is_in_doubt());
        assert!(!format!("{refusal:?}").contains("secret"));
    }
    let url = "postgres://user:secret@127.0.0.1/db?sslmode=prefer";
    assert!(refusal(url).await.contains("`sslmode` that is not accepted"));
}

#[tokio::test]
async fn a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for() {
    let Some(url) = migrated_database().await else { return };
    let (url, _) = url.split_once('?').unwrap();
    let refusal = Store::open(&format!("{url}?sslmode=verify-full")).await.unwrap_err();
    assert!(refusal.is_unreachable(), "{refusal:?}");
}

#[tokio::test]
async fn a_socket_in_the_file_system_is_a_way_to_the_server() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let url = create_database(&cluster.url("postgres")).await;
    let url = cluster.socket_url(name_of(&url));
    let store = Store::open(&url).await.unwrap();
    assert!(store.create_tenant(tenant_of("acme"), NOW).await.unwrap().is_some());
    store.close().await.unwrap();
}
