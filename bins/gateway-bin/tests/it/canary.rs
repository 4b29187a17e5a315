//! Canaries: the words of the platform that every gateway under test is configured with, and that
//! its upstream echoes wherever it can.
//!
//! Everything that comes out of a gateway is searched for them: answers of both listeners, log
//! lines, texts of panics, what commands print, and what is left in the folder of the store. What
//! the search can see is in `canary/scanner.rs`, where it listens in `canary/ears.rs`, and the words
//! are in `canary/account.rs`. The durability benches have the same words and the same search.

mod account;
mod ears;
mod hostile;
mod planting;
mod scanner;

pub(crate) use account::{
    ACCESS, DATABASE_PASSWORD, HOST, KEY, PLATFORM, PROJECT, PROMPT, SECRET, SHARED, account,
    by_host, echo, endpoint, lines, task_lines,
};
pub(crate) use ears::{Afterwards, answered, listen, logged, output};
pub(crate) use scanner::spellings;

use crate::support::workspace;

/// What a test hears of a gateway it hears by functions that search it.
#[test]
fn p19_every_simulator_has_canaries_and_every_answer_is_searched() {
    let tests = workspace().join("bins/gateway-bin/tests");
    let (mut folders, mut simulators) = (vec![tests], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let place = path.display();
            if path.ends_with("it/canary.rs") {
                continue;
            }
            for line in text.lines().filter(|line| line.contains("Sim::start(")) {
                assert!(line.contains("canary::account("), "{place}: {line}");
                simulators += 1;
            }
            // Elsewhere than in these, an answer is read by `send`; they look at statuses alone.
            let asks = [
                "support.rs",
                "caps.rs",
                "reconciling.rs",
                "tenant_client.rs",
                "signals.rs",
                "flood.rs",
            ];
            let may = asks.iter().any(|name| path.ends_with(name));
            assert!(may || !text.contains(".send()"), "{place} reads an answer by itself");
        }
    }
    assert!(simulators > 3, "only {simulators} simulators were found");
}
