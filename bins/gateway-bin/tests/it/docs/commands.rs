//! What the documentation says about the command line.

use std::process::Command;

use gateway::LEDGER_COLUMNS;
use seedance_pricing::Decimal;

use super::{blocks, code, section, table};
use crate::support::workspace_file;

/// The arguments of each `phanedge` line in the shell examples of a document, without comments
/// and files for the output.
fn command_lines(document: &str) -> Vec<Vec<String>> {
    let examples = blocks(&workspace_file(document), "sh").join("\n");
    let lines = examples.lines().filter_map(|line| line.strip_prefix("phanedge "));
    let lines = lines.map(|line| line.split(" #").next().unwrap().split(" > ").next().unwrap());
    let words = lines.map(|line| line.trim_end_matches(" &"));
    words.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
}

#[test]
fn every_command_of_the_examples_can_be_said() {
    let mut said = 0;
    for document in ["README.md", "docs/OPERATIONS.md"] {
        for arguments in command_lines(document) {
            // What stands before `--help` is read first, and refused if nobody knows it.
            let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
            let output = command.args(&arguments).arg("--help").output().unwrap();
            assert!(output.status.success(), "{document}: {arguments:?}");
            said += 1;
        }
    }
    assert!(said > 10, "only {said} commands were found");
}

#[test]
fn the_column_table_has_every_column_of_the_ledger() {
    let row = |(name, meaning): (&str, &str)| vec![code(name), meaning.to_owned()];
    assert_eq!(table("docs/OPERATIONS.md", "### Export it"), LEDGER_COLUMNS.map(row));
}

#[test]
fn the_totals_in_the_documentation_are_those_of_the_fixture() {
    let totals = blocks(&section("docs/OPERATIONS.md", "### Export it"), "text").remove(0);
    let fixture = workspace_file("fixtures/ledger/export.csv");
    let mut rows = csv::Reader::from_reader(fixture.as_bytes());
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    let sum = |column: usize| -> Decimal {
        rows.iter().map(|row| row[column].parse::<Decimal>().unwrap()).sum()
    };
    let (count, tokens, cny, usd) = (rows.len(), sum(9), sum(13), sum(14));
    assert_eq!(totals, format!("total: {count} rows, {tokens} tokens, {cny} CNY, {usd} USD"));
}

#[test]
fn the_demonstration_in_the_readme_has_the_steps_of_the_play() {
    let play = workspace_file("bins/gateway-bin/src/commands/demo/play.rs");
    let steps = play.split("step(").skip(1).map(|rest| rest.split_once(", \"").unwrap());
    let steps = steps.map(|(number, rest)| (number, rest.split("\")").next().unwrap()));
    let steps: Vec<_> = steps.map(|(number, text)| format!("{number}. {text}")).collect();
    let shown = blocks(&workspace_file("README.md"), "text").remove(0);
    let shown: Vec<_> =
        shown.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert!(steps.len() > 5, "the steps were not found");
    assert_eq!(shown, steps);
}
