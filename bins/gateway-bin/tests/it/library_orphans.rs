//! Unclear creates of the asset library, decided on by a person with the commands.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ark_sim::{Damage, Fault, SimSettings, Verb};
use serde_json::{Value, json};

use crate::canary;
use crate::support::{TenantClient, World};

/// A configuration for commands that names the world's store and simulator.
fn config(world: &World, folder: &Path) -> PathBuf {
    let text = format!(
        "store.url = 'sqlite:{database}'\npricing.cny_per_usd = '7.10'\n\
         {account}",
        database = folder.join("gateway.db").display(),
        account = canary::lines(&world.sim),
    );
    let path = folder.join("commands.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn orphans(config: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
    command.arg("orphans").args(arguments).arg("--config").arg(config).stdin(Stdio::null());
    canary::output(&mut command)
}

fn listed(config: &Path) -> Vec<Value> {
    let output = orphans(config, &["list", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A create of which nobody hears what came.
async fn unheard(world: &World, tenant: &TenantClient, action: &str, body: &Value, damage: Fault) {
    world.sim.faults().next(Verb::AssetAction, damage);
    tenant.act(action, body).await.is_asset_refusal(502, "service_error");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_decides_on_unclear_creates_of_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let world = World::in_folder(folder, SimSettings::default(), "").await;
    let config = config(&world, &place);
    let acme = world.tenant("acme").await;
    world.names.set("example.com", &["93.184.215.14".parse().unwrap()]);
    let group = acme.acts("CreateAssetGroup", &json!({"Name": "shots"})).await["Id"].clone();
    let other = acme.acts("CreateAssetGroup", &json!({"Name": "others"})).await["Id"].clone();
    let asset = |group: &Value| json!({"GroupId": group, "URL": "https://example.com/a.png", "AssetType": "Image"});
    let made = Fault::CommitThen(Damage::CloseBeforeHeaders);
    let not_made = Fault::WithoutCommit(Damage::CloseBeforeHeaders);
    unheard(&world, &acme, "CreateAsset", &asset(&group), made.clone()).await;
    unheard(&world, &acme, "CreateAsset", &asset(&other), not_made).await;

    let open = listed(&config);
    let words = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    assert_eq!((open.len(), words(&open[0], "creates")), (2, "image".to_owned()));
    assert_eq!(
        (words(&open[0], "tenant"), words(&open[0], "state")),
        ("acme".to_owned(), "unknown".to_owned())
    );
    let (first, second) = (words(&open[0], "intent"), words(&open[1], "intent"));
    assert!(first.starts_with("library-"), "{first}");

    let id = world.sim.assets().last().unwrap().id.clone();
    let wrong = orphans(&config, &["adopt", &second, &id]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("is not in group"));
    assert_eq!(orphans(&config, &["adopt", &first, "asset-nowhere"]).status.code(), Some(1));
    assert_eq!(orphans(&config, &["adopt", "library-x", &id]).status.code(), Some(64));
    assert!(orphans(&config, &["adopt", &first, &id, "--actor", "ann"]).status.success());
    assert!(orphans(&config, &["abandon", &second]).status.success());
    assert_eq!(orphans(&config, &["abandon", &second]).status.code(), Some(1));
    assert!(listed(&config).is_empty());
    assert_eq!(acme.acts("GetAsset", &json!({"Id": id})).await["Id"], id);
    let log = world.store.audit_page(None, 10).await.unwrap();
    assert_eq!((log[0].actor.as_str(), log[0].detail.as_str()), ("operator:ann", id.as_str()));
    assert_eq!(log[1].action, "abandon-library-intent");
}
