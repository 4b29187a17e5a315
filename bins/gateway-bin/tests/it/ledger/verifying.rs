//! Verification notices whatever is changed behind the store's back, and says what it should be.

use super::books::{Books, text};

/// A world that adds up.
async fn books() -> (Books, rusqlite::Connection) {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    (books, file)
}

/// The rows of the table: check, looked at, differences.
fn table(printed: &str) -> Vec<(String, String, u64)> {
    let rows = printed.lines().filter_map(|line| line.strip_prefix('│')).skip(1);
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_end_matches('│').split_whitespace().collect();
        let (counts, name) = (&cells[cells.len() - 2..], &cells[..cells.len() - 2]);
        (name.join(" "), counts[0].to_owned(), counts[1].parse().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn p07_books_that_add_up_are_clean() {
    let (books, _file) = books().await;
    let output = books.phanedge(&["ledger", "verify"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}{}", text(&output.stderr));
    let expected = [
        ("tariff documents", "2"),
        ("SKUs", "6"),
        ("prices and rates", "6"),
        ("charges", "5"),
        ("kept totals", "6"),
        ("one charge per success", "6"),
        ("counters of tasks", "all"),
        ("spending by month", "all"),
        ("database file", "all"),
    ];
    let expected = expected.map(|(check, rows)| (check.to_owned(), rows.to_owned(), 0));
    assert_eq!(table(&printed), expected, "{printed}");
    assert!(printed.ends_with("the ledger adds up\n"), "{printed}");
}

/// What is changed in entry 1, the check that notices, and what it says of the entry.
const CHANGED_CHARGES: [(&str, &str, &str); 9] = [
    ("charge_usd_micros = 1", "charges", "charge_usd is 0.000001, expected 2.877211"),
    ("charge_cny_micros = -7", "charges", "charge_cny is -0.000007, expected 20.4282"),
    ("tokens = 785701", "charges", "charge_cny is 20.4282, expected 20.428226"),
    ("tokens = -1", "charges", "tokens is -1, expected 1 to 9007199254740991"),
    (
        "price_cny_micros_per_million = 25000000",
        "prices and rates",
        "price_cny_per_million is 25, expected 26",
    ),
    ("cny_per_usd_micros = 7200000", "prices and rates", "cny_per_usd is 7.2, expected 7.1"),
    (
        "rate_usd_micros_per_million = 0",
        "prices and rates",
        "rate_usd_per_million is 0, expected 3.661972",
    ),
    (
        "sku = 'doubao-seedance-2-0-4k-video'",
        "SKUs",
        "sku is doubao-seedance-2-0-4k-video, expected doubao-seedance-2-0-4k-novideo",
    ),
    ("resolution = '8k'", "SKUs", "resolution is 8k, expected 480p or 720p or 1080p or 4k"),
];

#[tokio::test]
async fn p07_a_changed_charge_is_told_with_its_entry_and_what_was_expected() {
    for (change, check, expected) in CHANGED_CHARGES {
        let (books, file) = books().await;
        file.execute(&format!("UPDATE ledger SET {change} WHERE entry_id = 1"), []).unwrap();
        let entry = "entry 1 of task `cgt-20261101080000-aaaaa`";
        notices(&books, change, check, &format!("{entry}: {expected}"));
    }
}

/// Changes elsewhere, the check that notices, and a part of what it says.
const CHANGED_ELSEWHERE: [(&str, &str, &str); 12] = [
    (
        "UPDATE ledger SET rate_usd_micros_per_million = 5 WHERE correction = 1",
        "prices and rates",
        "entry 5 of task `cgt-20261101080000-aaaaa`: rate_usd_per_million is 0.000005, expected 3.6",
    ),
    ("UPDATE tariffs SET document = 'x'", "tariff documents", "is not readable"),
    (
        "UPDATE tariffs SET document = (SELECT document FROM tariffs ORDER BY version LIMIT 1)",
        "tariff documents",
        "` holds the document of `tariff-",
    ),
    ("PRAGMA foreign_keys = OFF; DELETE FROM tariffs", "tariff documents", "is not stored"),
    ("UPDATE ledger_sums SET tokens = tokens - 1", "kept totals", "kept totals are 6 rows"),
    (
        "UPDATE ledger SET tenant_id = 2 WHERE entry_id = 1",
        "kept totals",
        "the totals kept by tenant",
    ),
    (
        "DELETE FROM ledger WHERE entry_id = 2",
        "one charge per success",
        "task `cgt-20261101235959-bbbbb` succeeded and has neither its one charge",
    ),
    (
        "UPDATE tasks SET settlement = 'quarantined' WHERE task_id LIKE '%aaaaa'",
        "one charge per success",
        "task `cgt-20261101080000-aaaaa` has a row, expected a charged success",
    ),
    (
        "UPDATE tasks SET settlement = 'free' WHERE task_id LIKE '%fffff'",
        "one charge per success",
        "task `cgt-20261101120000-fffff` succeeded and has neither",
    ),
    ("UPDATE listed_counts SET tasks = tasks + 1", "counters of tasks", "what counting gives"),
    ("UPDATE live_counts SET live_tasks = 9", "counters of tasks", "what counting gives"),
    ("UPDATE spending SET month = 190001", "spending by month", "is not what the rows add up to"),
];

#[tokio::test]
async fn p07_every_other_change_is_told_too() {
    for (change, check, expected) in CHANGED_ELSEWHERE {
        let (books, file) = books().await;
        file.execute_batch(change).unwrap();
        notices(&books, change, check, expected);
    }
}

/// The verification fails, says what is wrong under the name of the check, and counts it there.
#[track_caller]
fn notices(books: &Books, change: &str, check: &str, expected: &str) {
    let output = books.phanedge(&["ledger", "verify"]);
    let printed = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{change}\n{printed}");
    assert!(text(&output.stderr).contains("the ledger does not add up"), "{change}");
    let prefix = format!("{check}: ");
    let told: Vec<_> = printed.lines().filter(|line| line.starts_with(&prefix)).collect();
    assert!(told.iter().any(|line| line.contains(expected)), "{change}\n{printed}");
    let table = table(&printed);
    let counted = table.iter().find(|(name, ..)| name == check).unwrap().2;
    assert_eq!(counted, told.len() as u64, "{change}\n{printed}");
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_a_failure() {
    let (books, file) = books().await;
    file.execute("UPDATE ledger SET model = 'x' WHERE entry_id = 1", []).unwrap();
    for command in ["verify", "export"] {
        let output = books.phanedge(&["ledger", command]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("model `x` is not known"), "{command}");
    }
}
