//! Canaries in a log and in a panic, to see that they are heard. A panic in this file stands for one
//! of the gateway.

use std::process::Command;

use super::{KEY, listen};

/// Set in the process that plants.
const PLANTING: &str = "PLANT_A_CANARY";

#[test]
fn p19_a_canary_in_a_log_or_in_a_panic_ends_the_run() {
    // In a process of its own, because it ends.
    for test in ["plants_in_a_log", "plants_in_a_panic"] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let name = format!("canary::planting::{test}");
        let output = command.args(["--exact", &name]).env(PLANTING, "1").output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(101), "{told}");
        assert!(told.contains("a log line holds"), "{told}");
    }
}

fn is_planting() -> bool {
    listen();
    std::env::var_os(PLANTING).is_some()
}

#[test]
fn plants_in_a_log() {
    if is_planting() {
        tracing::debug!(key = KEY, "planted");
        std::process::exit(0);
    }
}

#[test]
fn plants_in_a_panic() {
    assert!(!is_planting(), "planted: {KEY}");
}
