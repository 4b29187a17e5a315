//! `phanedge tenant limits`, on a store that nobody serves.

use serde_json::{Value, json};

use crate::ledger::books::Books;

fn shown(books: &Books, arguments: &[&str]) -> Value {
    let output = books.phanedge(&[arguments, &["--format", "json"]].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    rows[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_set_shown_and_lifted() {
    let books = Books::open().await;
    books.tenant("acme").await;
    let mut row = shown(&books, &["tenant", "limits", "acme"]);
    let month = row["month"].take();
    assert_eq!(month.as_str().unwrap().len(), "2026-11".len());
    let nothing = json!({
        "tenant": "acme", "requests_per_second": "none", "live_tasks": "none",
        "live_tasks_used": "0", "monthly_usd": "none", "month": null, "charged_usd": "0",
        "reserved_usd": "0", "left_usd": "none",
    });
    assert_eq!(row, nothing);
    let set = "--requests-per-second 50 --live-tasks 20 --monthly-usd 500.25 --actor ann";
    let set: Vec<&str> = set.split(' ').collect();
    let row = shown(&books, &[&["tenant", "limits", "acme"], set.as_slice()].concat());
    let limits = |row: &Value| {
        let columns = ["requests_per_second", "live_tasks", "monthly_usd"];
        columns.map(|column| row[column].as_str().unwrap().to_owned())
    };
    assert_eq!(limits(&row), ["50", "20", "500.25"]);
    assert_eq!(row["left_usd"], "500.25");
    let row = shown(&books, &["tenant", "limits", "acme", "--live-tasks", "none"]);
    assert_eq!(limits(&row), ["50", "none", "500.25"]);
    assert_eq!(limits(&shown(&books, &["tenant", "show", "acme"])), ["50", "none", "500.25"]);
    let log = books.store.audit_page(None, 10).await.unwrap();
    let told: Vec<_> = log.iter().map(|record| record.detail.split("after: ").nth(1)).collect();
    let both = "monthly-usd 500.250000";
    let first = format!("requests-per-second 50, live-tasks 20, {both}");
    let second = format!("requests-per-second 50, live-tasks none, {both}");
    assert_eq!(told, [Some(first.as_str()), Some(second.as_str())]);
    assert_eq!(log[0].actor, "operator:ann");
    assert!(log[1].actor.starts_with("operator"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_limit_is_refused_and_changes_nothing() {
    let books = Books::open().await;
    books.tenant("acme").await;
    let ends_with = |arguments: &[&str], code: i32, told: &str| {
        let output = books.phanedge(&[&["tenant", "limits"], arguments].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(errors.contains(told), "{arguments:?}: {errors}");
    };
    let number = "up to 4294967295, or `none`";
    ends_with(&["acme", "--requests-per-second", "0"], 64, "use a whole number from 1 up to");
    ends_with(&["acme", "--requests-per-second", "1.5"], 64, number);
    ends_with(&["acme", "--live-tasks=-1"], 64, number);
    ends_with(&["acme", "--live-tasks", "4294967296"], 64, number);
    ends_with(&["acme", "--monthly-usd", "1,000"], 64, "or `none`");
    ends_with(&["acme", "--monthly-usd", "0.0000001"], 64, "at most 6 decimals");
    ends_with(&["acme", "--live-tasks", "3", "--monthly-usd", "x"], 64, "or `none`");
    ends_with(&["nobody", "--live-tasks", "3"], 1, "there is no tenant `nobody`");
    assert!(books.store.audit_page(None, 10).await.unwrap().is_empty());
}
