//! What the command refuses, with which exit code, and without a word of a URL.

use super::{configured, copies, phanedge, text, url_of};
use crate::ledger::books::Books;
use crate::ledger::starting::Serving;

const SECRET: &str = "hunter2hunter2";

#[test]
fn a_copy_that_cannot_be_meant_ends_with_64_and_repeats_no_url() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing").display().to_string();
    let secret = format!("mysql://user:{SECRET}@db/store");
    let held = folder.path().join("url");
    std::fs::write(&held, &secret).unwrap();
    let held = held.display().to_string();
    let cases: [(&[&str], &str); 6] = [
        (&["--from", "sqlite:a.db"], "--to"),
        (&["--to", "sqlite:a.db"], "--from"),
        (&["--from", "sqlite:a.db", "--from-file", "x", "--to", "sqlite:b.db"], "--from-file"),
        (&["--from", "sqlite:a.db", "--to", &secret], "`--to`: the URL is not accepted; use"),
        (&["--from-file", &held, "--to", "sqlite:b.db"], "`--from`: the URL is not accepted; use"),
        (&["--from", "sqlite:a.db", "--to-file", &missing], "`--to-file`: `"),
    ];
    for (arguments, named) in cases {
        let output = phanedge(&[&["store", "copy"], arguments].concat());
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{told}");
        assert!(told.contains(named) && !told.contains(SECRET), "{told}");
    }
}

#[test]
fn p19_a_server_that_cannot_be_reached_is_not_named_with_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("a.db");
    let held = folder.path().join("url");
    std::fs::write(&held, format!("postgres://user:{SECRET}@127.0.0.1:1/db\n")).unwrap();
    let held = held.to_str().unwrap();
    let output = phanedge(&["store", "copy", "--from-file", held, "--to", &url_of(&from)]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.starts_with("phanedge: cannot copy the store: "), "{told}");
    assert!(!told.contains(SECRET) && !from.exists(), "{told}");
}

#[tokio::test]
async fn a_store_that_is_served_is_not_copied() {
    let books = Books::of_november().await;
    let mut server = Serving::start(&books);
    server.log_until("serving");
    let to = books.file().with_extension("copy");
    let (from, to) = (url_of(&books.file()), url_of(&to));
    let output = phanedge(&["store", "copy", "--from", &from, "--to", &to]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("a server runs on the source"), "{told}");
    drop(server);
    let said = copies(&from, &to);
    assert!(said.contains("ledger_sums") && said.contains("and verified"), "{said}");
}

#[tokio::test]
async fn p62_books_that_do_not_add_up_are_not_copied() {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    file.execute("UPDATE ledger SET charge_usd_micros = 1 WHERE entry_id = 1", []).unwrap();
    books.store.close().await.unwrap();
    let to = books.file().with_extension("copy");
    let output =
        phanedge(&["store", "copy", "--from", &url_of(&books.file()), "--to", &url_of(&to)]);
    assert_eq!(output.status.code(), Some(1));
    let (said, told) = (text(&output.stdout), text(&output.stderr));
    assert!(said.contains("source: charges: entry 1 of task"), "{said}");
    assert!(told.contains("the ledger of the source does not add up: "), "{told}");
    assert!(!to.exists());
}

#[test]
fn a_database_on_a_server_is_backed_up_by_other_means() {
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), &format!("postgres://user:{SECRET}@127.0.0.1:1/db"));
    let to = folder.path().join("backup.db");
    let to_text = to.to_str().unwrap();
    let output = phanedge(&["store", "backup", "--to", to_text, "--config", &config]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(64), "{told}");
    assert!(told.contains("`pg_basebackup`") && !told.contains(SECRET), "{told}");
    assert!(!to.exists());
}
