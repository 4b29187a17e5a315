//! A server verifies its ledger when it starts, and serves in any case.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;

use super::books::Books;

/// A server whose log is read; it goes away with this.
pub(crate) struct Serving {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Serving {
    pub(crate) fn start(books: &Books) -> Self {
        let mut command = books.command(&["serve"]);
        command.env("PHANEDGE_LOG", "gateway=debug").stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The log from here to the first line with this message, which is the last of them.
    pub(crate) fn log_until(&mut self, message: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &Value| line["fields"]["message"] != message) {
            let line = self.lines.next().unwrap_or_else(|| panic!("{message}: {seen:?}"));
            seen.push(serde_json::from_str(&line.unwrap()).unwrap());
        }
        seen
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

const WRONG: &str = "the ledger does not add up";
const RIGHT: &str = "the ledger adds up";

/// The lines with this message.
fn lines<'a>(log: &'a [Value], message: &str) -> Vec<&'a Value> {
    let fields = log.iter().map(|line| &line["fields"]);
    fields.filter(|fields| fields["message"] == message).collect()
}

#[tokio::test]
async fn a_start_with_books_that_add_up_says_so_before_it_serves_and_after() {
    let books = Books::of_november().await;
    let mut server = Serving::start(&books);
    let before = server.log_until("serving");
    assert!(!lines(&before, RIGHT).is_empty());
    assert!(lines(&before, WRONG).is_empty());
}

#[tokio::test]
async fn p62_a_start_with_a_changed_charge_says_so_and_serves() {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    file.execute("UPDATE ledger SET charge_usd_micros = 1 WHERE entry_id = 1", []).unwrap();
    let mut server = Serving::start(&books);
    let log = server.log_until("serving");
    let wrong = lines(&log, WRONG);
    let checks: Vec<_> = wrong.iter().map(|fields| fields["check"].as_str().unwrap()).collect();
    assert_eq!(checks[..2], ["charges", "kept totals"], "{log:?}");
    assert_eq!(wrong[0]["differences"], 1);
    let first = wrong[0]["first"].as_str().unwrap();
    assert!(first.ends_with("charge_usd is 0.000001, expected 2.877211"), "{first}");
}

#[tokio::test]
async fn p62_what_only_the_whole_verification_finds_is_said_after_the_start() {
    let books = Books::of_november().await;
    let file = books.without_triggers();
    file.execute("UPDATE listed_counts SET tasks = tasks + 1", []).unwrap();
    let mut server = Serving::start(&books);
    let log = server.log_until(WRONG);
    assert_eq!(lines(&log, WRONG)[0]["check"], "counters of tasks");
    assert!(!lines(&log, RIGHT).is_empty(), "the newest rows are right: {log:?}");
}
