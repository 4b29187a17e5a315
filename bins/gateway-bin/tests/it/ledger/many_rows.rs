//! Fifty thousand rows: exported beside writers, verified page by page, and started from.

use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::books::{Books, SALE, Sale, sell, text};
use super::starting::Serving;

const ROWS: u64 = 50_000;
/// Sales that go on at the same time.
const SELLERS: usize = 1000;
/// Fewest exports while they go on.
const EXPORTS: usize = 5;
/// Longest start of a server on so many tasks.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// Starts to sell everything, each video a token longer than the one before.
async fn start_selling(books: &Books) -> JoinSet<()> {
    let mut sellers = JoinSet::new();
    let scope = books.tenant("acme").await;
    for seller in 0..SELLERS as u64 {
        let (store, scope) = (books.store.clone(), scope.clone());
        sellers.spawn(async move {
            for number in (seller..ROWS).step_by(SELLERS) {
                let sale = Sale { tokens: 100_000 + number, ..SALE };
                sell(&store, &scope, sale, &format!("cgt-{number}")).await;
            }
        });
    }
    sellers
}

/// Each export beside the sellers is of one moment, and adds up.
fn export_beside(books: &Books) {
    let mut rows = 0;
    let mut exports = 0;
    while exports < EXPORTS || rows == 0 {
        let output = books.phanedge(&["ledger", "export"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let exported = text(&output.stdout).lines().count() - 1;
        assert!(exported >= rows, "{exported} rows after {rows}");
        rows = exported;
        exports += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p62_many_rows_are_exported_verified_and_started_from() {
    let books = Books::open().await;
    let mut sellers = start_selling(&books).await;
    export_beside(&books);
    while let Some(sold) = sellers.join_next().await {
        sold.unwrap();
    }

    let output = books.phanedge(&["ledger", "export"]);
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let column = |name: &str| {
        let row = text(&output.stdout);
        row.lines().next().unwrap().split(',').position(|column| column == name).unwrap()
    };
    let (entry_id, tokens) = (column("entry_id"), column("tokens"));
    let rows: Vec<(u64, u64)> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[entry_id].parse().unwrap(), row[tokens].parse().unwrap()))
        .collect();
    assert!(rows.iter().map(|row| row.0).eq(1..=ROWS), "every row once, in order");
    let sold: u64 = (0..ROWS).map(|number| 100_000 + number).sum();
    assert_eq!(rows.iter().map(|row| row.1).sum::<u64>(), sold);
    assert!(text(&output.stderr).starts_with(&format!("total: {ROWS} rows, {sold} tokens, ")));

    let verified = books.phanedge(&["ledger", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    a_reader_that_goes_away_ends_an_export_quietly(&books);
    a_server_is_ready_soon(&books);
}

fn a_reader_that_goes_away_ends_an_export_quietly(books: &Books) {
    for format in ["csv", "json"] {
        let mut command = books.command(&["ledger", "export", "--format", format]);
        let mut export = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        export.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let output = export.wait_with_output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
    }
}

fn a_server_is_ready_soon(books: &Books) {
    let started = Instant::now();
    let mut server = Serving::start(books);
    server.log_until("serving");
    let took = started.elapsed();
    assert!(took < READY_WITHIN, "{took:?}");
}
