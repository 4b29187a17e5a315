//! A backup that is made beside a busy server, restored, and served from.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use ark_sim::{Pace, Quotas, SimSettings};
use gateway::{Config, Server};

use super::{command, configured, phanedge, text, url_of};
use crate::ledger::books::{Books, SALE, sell};
use crate::support::{GOOD, TenantClient, World};

/// The files in this folder that have to do with a backup.
fn names_in(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("backup")).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn p01_a_backup_beside_a_busy_server_is_served_from_and_misses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let from = url_of(&folder.path().join("a.db"));
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    let (world, config) = World::on(&from, settings).await;
    let acme = world.tenant("acme").await;
    let mut before = Vec::new();
    for _ in 0..20 {
        before.push(acme.creates(GOOD).await);
    }
    let backup = folder.path().join("backup.db");
    let commands = configured(folder.path(), &from);
    let arguments = ["store", "backup", "--to", backup.to_str().unwrap(), "--config", &commands];
    let mut backing_up = command(&arguments).spawn().unwrap();
    let mut meanwhile = 0;
    while backing_up.try_wait().unwrap().is_none() {
        acme.creates(GOOD).await;
        meanwhile += 1;
    }
    let output = backing_up.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("bytes, and is verified\n") && meanwhile > 0);
    assert_eq!(backup.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(names_in(folder.path()), ["backup.db"]);

    // The server is gone, and so is its file.
    let World { sim, names: _names, server, clock, store, .. } = world;
    store.close().await.unwrap();
    server.stop().await.unwrap();
    let restored = folder.path().join("restored.db");
    std::fs::rename(&backup, &restored).unwrap();
    let config = Config { store_url: url_of(&restored), ..config };
    let server = Server::start(config, clock).await.unwrap();
    let acme = TenantClient { url: format!("http://{}", server.address()), ..acme };
    for id in &before {
        sim.succeed(id).unwrap();
        acme.sees(id, "succeeded").await;
    }
    server.stop().await.unwrap();
    sim.shutdown().await;
}

#[tokio::test]
async fn a_backup_takes_no_name_that_is_taken_and_leaves_nothing_behind() {
    let books = Books::of_november().await;
    let folder = books.file().parent().unwrap().to_owned();
    let to = folder.join("backup.db");
    std::fs::write(&to, "mine").unwrap();
    let arguments = ["store", "backup", "--to", to.to_str().unwrap()];
    let output = books.phanedge(&arguments);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains("backup.db` exists already; name a new file"), "{told}");
    assert_eq!(std::fs::read(&to).unwrap(), b"mine");
    let nowhere = folder.join("nowhere/backup.db");
    let output = books.phanedge(&["store", "backup", "--to", nowhere.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("writing into `"), "{}", text(&output.stderr));
    assert_eq!(names_in(&folder), ["backup.db"]);
}

#[tokio::test]
async fn p62_a_backup_of_books_that_do_not_add_up_gets_no_name() {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    file.execute("UPDATE ledger SET charge_usd_micros = 1 WHERE entry_id = 1", []).unwrap();
    let folder = books.file().parent().unwrap().to_owned();
    let to = folder.join("backup.db");
    let output = books.phanedge(&["store", "backup", "--to", to.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("backup: charges: entry 1"), "{}", text(&output.stdout));
    assert!(names_in(&folder).is_empty(), "{:?}", names_in(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_killed_has_no_name_or_is_whole() {
    let books = Books::open().await;
    let scope = books.tenant("acme").await;
    for number in 0..200 {
        sell(&books.store, &scope, SALE, &format!("cgt-{number}")).await;
    }
    let folder = books.file().parent().unwrap().to_owned();
    let started = Instant::now();
    let whole = folder.join("backup-whole.db");
    assert!(books.phanedge(&["store", "backup", "--to", whole.to_str().unwrap()]).status.success());
    let all = started.elapsed();
    for kill in 1..=15 {
        let to = folder.join(format!("backup-{kill}.db"));
        let arguments = ["store", "backup", "--to", to.to_str().unwrap()];
        let mut backing_up =
            books.command(&arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
        let moment: Duration = all * kill / 15;
        let started = Instant::now();
        while started.elapsed() < moment && backing_up.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        backing_up.kill().unwrap();
        backing_up.wait().unwrap();
        if to.exists() {
            let config = configured(&folder.join("."), &url_of(&to));
            let verified = phanedge(&["ledger", "verify", "--config", &config]);
            assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
        }
    }
}
