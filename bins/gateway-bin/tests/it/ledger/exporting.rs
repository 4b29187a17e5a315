//! The export as finance reads it: columns, figures, filters, refusals.

use std::collections::BTreeMap;

use gateway::LEDGER_COLUMNS;
use seedance_pricing::Decimal;
use serde_json::Value;

use super::books::{Books, SALE, Sale, text};
use crate::support::{workspace, workspace_file};

/// One row by its columns, all as text.
type Row = BTreeMap<String, String>;

/// An export that works: its rows, and the line of totals.
#[track_caller]
fn export(books: &Books, options: &[&str]) -> (Vec<Row>, String) {
    let output = books.phanedge(&[&["ledger", "export"], options].concat());
    let totals = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{totals}");
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    (reader.deserialize().map(Result::unwrap).collect(), totals)
}

/// The same in JSON; numbers and flags as their text.
fn export_json(books: &Books, options: &[&str]) -> (Vec<Row>, String) {
    let output = books.phanedge(&[&["ledger", "export", "--format", "json"], options].concat());
    let rows: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&output.stdout).unwrap();
    let cell = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |row: BTreeMap<_, _>| row.into_iter().map(|(name, value)| (name, cell(value)));
    (rows.into_iter().map(|it| row(it).collect()).collect(), text(&output.stderr))
}

/// What the line of totals has to say of these rows.
fn totals_of(rows: &[Row]) -> String {
    let sum = |column: &str| -> Decimal {
        rows.iter().map(|row| row[column].parse::<Decimal>().unwrap()).sum()
    };
    let (tokens, cny) = (sum("tokens"), sum("charge_cny").normalize());
    let usd = sum("charge_usd").normalize();
    format!("total: {} rows, {tokens} tokens, {cny} CNY, {usd} USD\n", rows.len())
}

fn tasks(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row["task_id"].rsplit('-').next().unwrap()).collect()
}

/// With `UPDATE_FIXTURES=1` the fixtures are written anew, to be read as a diff.
#[tokio::test]
async fn an_export_is_what_the_fixtures_show_byte_for_byte() {
    let books = Books::of_november().await;
    for (format, name) in [("csv", "export.csv"), ("json", "export.json")] {
        let output = books.phanedge(&["ledger", "export", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let fixture = format!("fixtures/ledger/{name}");
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(workspace().join(&fixture), &output.stdout).unwrap();
        }
        assert_eq!(text(&output.stdout), workspace_file(&fixture), "{fixture}");
    }
}

#[tokio::test]
async fn both_formats_have_the_same_rows_and_the_totals_of_the_store() {
    let books = Books::of_november().await;
    let (rows, totals) = export(&books, &[]);
    assert_eq!(export_json(&books, &[]), (rows.clone(), totals.clone()));
    assert_eq!(totals, totals_of(&rows));
    let kept = books.store.ledger_totals().await.unwrap();
    let usd = Decimal::new(kept.charge_usd_micros, 6).normalize();
    assert!(totals.starts_with(&format!("total: {} rows, {} tokens", kept.entries, kept.tokens)));
    assert!(totals.ends_with(&format!(", {usd} USD\n")), "{totals}");
    let kinds: Vec<&str> = rows.iter().map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["charge", "charge", "charge", "charge", "correction", "charge"]);
    let columns = LEDGER_COLUMNS.map(|(name, _)| name.to_owned());
    let header = text(&books.phanedge(&["ledger", "export"]).stdout);
    assert_eq!(header.split("\r\n").next().unwrap(), columns.join(","));
}

#[tokio::test]
async fn numbers_and_flags_of_json_are_no_text_and_money_is() {
    let books = Books::of_november().await;
    let output = books.phanedge(&["ledger", "export", "--format", "json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).unwrap();
    for row in rows.as_array().unwrap() {
        for (column, value) in row.as_object().unwrap() {
            let fits = match column.as_str() {
                "entry_id" | "tokens" => value.is_i64(),
                "has_video" => value.is_boolean(),
                _ => value.is_string(),
            };
            assert!(fits, "{column}: {value}");
        }
    }
    assert_eq!(rows[4]["charge_usd"], "-0.313831");
}

#[tokio::test]
async fn an_export_can_be_narrowed_to_a_tenant_and_a_time() {
    let books = Books::of_november().await;
    let all = ["aaaaa", "bbbbb", "ccccc", "ddddd", "aaaaa", "cgt_20261102"];
    for (options, expected) in [
        (&["--from", "2026-11-01"][..], &all[..]),
        (&["--to", "2026-11-02"], &all[..2]),
        (&["--from", "2026-11-02", "--to", "2026-11-03"], &all[2..4]),
        (&["--from", "2026-11-02T00:00:00.0001Z"], &all[3..]),
        (&["--to", "2026-11-02T00:00:00.0001Z"], &all[..3]),
        (
            &["--from", "2026-11-01T16:03:20+08:00", "--to", "2026-11-01T16:03:20.001+08:00"],
            &all[..1],
        ),
        (&["--tenant", "zen-studio"], &["bbbbb", "ddddd"]),
        (&["--tenant", "acme", "--from", "2026-11-03"], &all[4..]),
        (&["--from", "2027-01-01"], &[]),
    ] {
        let (rows, totals) = export(&books, options);
        assert_eq!(tasks(&rows), expected, "{options:?}");
        assert_eq!(totals, totals_of(&rows), "{options:?}");
        assert_eq!(export_json(&books, options), (rows, totals), "{options:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_what_is_accepted() {
    let books = Books::open().await;
    for date in [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "20261101",
        "2026-11-1",
        "2026-11-01T08:00:00",
        "01/11/2026",
        "9999-12-31",
        "",
    ] {
        for option in ["--from", "--to"] {
            let output = books.phanedge(&["ledger", "export", option, date]);
            assert_eq!(output.status.code(), Some(64), "{option} {date}");
            let error = text(&output.stderr);
            assert!(error.contains(option) && error.contains("`2026-11-01T08:30:00Z`"), "{error}");
            assert!(output.stdout.is_empty());
        }
    }
    for (options, code) in [
        (&["--from", "2026-11-02", "--to", "2026-11-02"][..], 64),
        (&["--format", "table"], 64),
        (&["--tenant", "Bad Name"], 64),
        (&["--tenant", "nobody"], 1),
    ] {
        let output = books.phanedge(&[&["ledger", "export"], options].concat());
        assert_eq!(output.status.code(), Some(code), "{options:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{options:?}");
    }
}

#[tokio::test]
async fn an_empty_ledger_is_a_header_or_an_empty_array() {
    let books = Books::open().await;
    let (rows, totals) = export(&books, &[]);
    assert_eq!((rows.len(), totals.as_str()), (0, "total: 0 rows, 0 tokens, 0 CNY, 0 USD\n"));
    assert_eq!(export_json(&books, &[]), (rows, totals));
}

#[tokio::test]
async fn a_spreadsheet_runs_no_cell_and_json_is_left_alone() {
    let books = Books::open().await;
    let scope = books.tenant("acme").await;
    let upstream = "=cmd|' /C calc'!A0, \"twice\"";
    books.sell(&scope, Sale { upstream, task: "-1", ..SALE }).await;
    let (rows, _) = export(&books, &[]);
    assert_eq!(rows[0]["upstream"], format!("'{upstream}"));
    assert_eq!(rows[0]["task_id"], "-1");
    let (rows, _) = export_json(&books, &[]);
    assert_eq!(rows[0]["upstream"], upstream);
}

#[tokio::test]
async fn an_export_whose_rows_are_not_the_kept_totals_fails() {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    file.execute("UPDATE ledger_sums SET charge_usd_micros = charge_usd_micros + 1", []).unwrap();
    let output = books.phanedge(&["ledger", "export"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("see `phanedge ledger verify`"));
    let (rows, _) = export(&books, &["--tenant", "acme"]);
    assert_eq!(rows.len(), 4, "a part of the ledger has no kept totals");
}
