//! What a person decides on charges: quarantine that ends, and corrections.

use serde_json::Value;
use tenancy::{AuditRecord, LedgerKind};

use super::books::{Books, task_id};

/// A task that waits for a person.
const WAITING: &str = "cgt-20261101120000-fffff";
/// A charged task of 785,700 tokens, 85,700 of which were given back.
const CORRECTED: &str = "cgt-20261101080000-aaaaa";
const REASON: [&str; 4] = ["--reason", "the invoice", "--actor", "ann"];

impl Books {
    /// The exit code of a command with a reason and an actor.
    fn exit_code(&self, arguments: &[&str]) -> Option<i32> {
        self.phanedge(&[arguments, &REASON].concat()).status.code()
    }

    /// What such a command prints when it is done.
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.phanedge(&[arguments, &REASON].concat());
        let printed = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{printed}{errors}");
        printed
    }

    /// What it complains about.
    fn complains(&self, arguments: &[&str]) -> String {
        let output = self.phanedge(&[arguments, &REASON].concat());
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    async fn last_audit(&self) -> AuditRecord {
        self.store.audit_page(None, 100).await.unwrap().pop().unwrap()
    }

    fn verifies(&self) {
        assert_eq!(self.phanedge(&["ledger", "verify"]).status.code(), Some(0));
    }
}

#[tokio::test]
async fn p06_a_quarantine_is_charged_with_the_tariff_of_its_task() {
    let books = Books::of_november().await;
    let listed = books.phanedge(&["quarantine", "list", "--format", "json"]).stdout;
    let listed: Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!((&listed[0]["task"], &listed[0]["tenant"]), (&WAITING.into(), &"acme".into()));
    assert_eq!(listed[0]["reason"], "no usage");

    let charge = ["quarantine", "charge", WAITING, "--tokens", "108900"];
    let terms = ["--resolution", "720p", "--format", "json"];
    let asked = [&charge[..], &terms].concat();
    assert_eq!(books.exit_code(&asked), Some(64), "nothing is charged without a yes");
    assert!(books.store.ledger_of_task(&task_id(WAITING)).await.unwrap().is_empty());
    let printed = books.prints(&[&asked[..], &["--yes"]].concat());
    let row: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&row[0]["charge_usd"], &row[0]["tokens"]), (&"0.705549".into(), &"108900".into()));
    let rows = books.store.ledger_of_task(&task_id(WAITING)).await.unwrap();
    assert_eq!((rows.len(), rows[0].charge_usd_micros), (1, 705_549));
    let audit = books.last_audit().await;
    let words = [audit.actor, audit.action, audit.subject, audit.detail];
    assert_eq!(words, ["operator:ann", "resolve-quarantine", WAITING, "charged: the invoice"]);
    assert_eq!(books.exit_code(&[&asked[..], &["--yes"]].concat()), Some(1), "only once");
    books.verifies();
}

#[tokio::test]
async fn p06_a_quarantine_is_let_go_and_stays_free() {
    let books = Books::of_november().await;
    books.prints(&["quarantine", "free", WAITING]);
    assert_eq!(books.last_audit().await.detail, "free: the invoice");
    assert_eq!(books.exit_code(&["quarantine", "free", WAITING]), Some(1));
    assert!(books.store.list_quarantined(10).await.unwrap().is_empty());
    books.verifies();
}

#[tokio::test]
async fn a_decision_that_cannot_be_meant_names_what_is_wrong() {
    let books = Books::of_november().await;
    let charge = |more: &[&'static str]| [&["quarantine", "charge", WAITING][..], more].concat();
    let correct = |more: &[&'static str]| [&["ledger", "correct", CORRECTED][..], more].concat();
    for (arguments, named) in [
        (charge(&["--tokens", "0"]), "`--tokens`"),
        (charge(&["--tokens", "5", "--resolution", "8k"]), "`--resolution`: `8k`"),
        (charge(&["--tokens", "5"]), "`--resolution`: the last report"),
        (correct(&["--tokens", "0"]), "`--tokens`: `0`"),
        (correct(&["--tokens", "-700001"]), "`--tokens`: `-700001` would make -1 tokens of 700000"),
        (correct(&["--usd", "0.0000001"]), "`--usd`: `0.0000001`"),
        (correct(&["--usd", "0"]), "`--usd`: `0`"),
        (correct(&["--usd", "much"]), "`--usd`: `much`"),
        (correct(&["--usd", "-2.6"]), "more than the 2.56338 USD"),
        (correct(&["--usd", "1", "--tokens", "1"]), "--usd"),
        (correct(&[]), "--usd"),
        (vec!["quarantine", "free", "no id"], "`no id`"),
    ] {
        let complaint = books.complains(&arguments);
        assert!(complaint.contains(named), "{arguments:?}: {complaint}");
        assert_eq!(books.exit_code(&arguments), Some(64), "{arguments:?}");
    }
    for unknown in ["cgt-nowhere", WAITING] {
        let correct = ["ledger", "correct", unknown, "--tokens", "1", "--yes"];
        assert!(books.complains(&correct).contains("has no charge"));
        assert_eq!(books.exit_code(&correct), Some(1));
    }
    let nobody = ["quarantine", "free", WAITING, "--reason", "x", "--actor", ""];
    assert_eq!(books.phanedge(&nobody).status.code(), Some(64));
}

#[tokio::test]
async fn p07_corrected_tokens_cost_what_the_right_number_costs() {
    let books = Books::of_november().await;
    let correct = ["ledger", "correct", CORRECTED, "--tokens", "85700", "--format", "csv"];
    assert_eq!(books.exit_code(&correct), Some(64), "nothing is added without a yes");
    let printed = books.prints(&[&correct[..], &["--yes"]].concat());
    assert!(printed.contains(",85700,26,7.1,3.661972,2.2282,0.313831,"), "{printed}");
    let rows = books.store.ledger_of_task(&task_id(CORRECTED)).await.unwrap();
    assert_eq!(rows.len(), 3);
    let sum: i64 = rows.iter().map(|row| row.charge_usd_micros).sum();
    assert_eq!(sum, rows[0].charge_usd_micros, "what was given back is charged again");
    let audit = books.last_audit().await;
    assert_eq!((audit.action.as_str(), audit.detail.as_str()), ("correct-charge", "the invoice"));
    books.prints(&["ledger", "correct", CORRECTED, "--tokens", "-785700", "--yes"]);
    let rows = books.store.ledger_of_task(&task_id(CORRECTED)).await.unwrap();
    let left = |amount: fn(&tenancy::LedgerEntry) -> i64| rows.iter().map(amount).sum::<i64>();
    let sums = [left(|row| row.tokens), left(|row| row.charge_usd_micros)];
    assert_eq!((sums, left(|row| row.charge_cny_micros)), ([0, 0], 0));
    books.verifies();
}

#[tokio::test]
async fn p07_an_amount_is_added_in_both_currencies() {
    let books = Books::of_november().await;
    books.prints(&["ledger", "correct", CORRECTED, "--usd", "-0.25", "--yes"]);
    let rows = books.store.ledger_of_task(&task_id(CORRECTED)).await.unwrap();
    let last = rows.last().unwrap();
    assert_eq!((last.kind, last.tokens), (LedgerKind::Correction, 0));
    assert_eq!((last.charge_usd_micros, last.charge_cny_micros), (-250_000, -1_775_000));
    books.verifies();
}

#[tokio::test]
async fn the_user_of_the_operating_system_is_the_actor_if_none_is_named() {
    let books = Books::of_november().await;
    let mut command = books.command(&["quarantine", "free", WAITING, "--reason", "goodwill"]);
    command.env_remove("SUDO_USER").env("USER", "bob");
    assert!(command.status().unwrap().success());
    assert_eq!(books.last_audit().await.actor, "operator:bob");
}
