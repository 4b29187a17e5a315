//! What the documentation says about reloads and the log, and the examples in `docs/deploy/`.

use std::process::Command;
use std::time::Duration;

use gateway::{Config, KEYS, REASONS, RELOADED};

use super::{code, files_below, quoted, section, table};
use crate::served::write_secret;
use crate::support::workspace_file;

#[test]
fn the_table_of_reloaded_keys_has_every_key() {
    let documented = table("docs/CONFIGURATION.md", "## What a reload takes over");
    assert_eq!(documented, RELOADED.map(|key| vec![code(key)]));
    for key in RELOADED {
        assert!(KEYS.iter().any(|known| known.path == key), "{key}");
    }
}

#[test]
fn p66_the_table_of_security_records_has_every_reason() {
    let documented = table("docs/OPERATIONS.md", "### Security records");
    assert_eq!(documented, REASONS.map(|(reason, meaning)| vec![code(reason), meaning.to_owned()]));
}

#[test]
fn the_threat_model_has_six_actors_and_names_tests_that_exist() {
    let model = section("docs/SECURITY.md", "## Threat model");
    assert_eq!(model.matches("\n### ").count(), 6);
    assert_eq!(model.matches("*What is left:*").count(), 6);
    let sources = ["crates", "bins"].map(|folder| files_below(folder, "rs"));
    let sources = sources.iter().flatten().map(|path| std::fs::read_to_string(path).unwrap());
    let sources: String = sources.collect();
    let rows = model.lines().filter(|line| line.starts_with("| to "));
    let mut named = 0;
    for row in rows {
        for test in quoted(row.trim_end_matches('|').rsplit('|').next().unwrap()) {
            assert!(sources.contains(&format!("fn {test}(")), "there is no test `{test}`");
            named += 1;
        }
    }
    assert!(named > 30, "only {named} tests were found");
}

const FILES: [&str; 5] = [
    "phanedge.service",
    "Containerfile",
    "compose.yaml",
    "kubernetes-sqlite.yaml",
    "kubernetes-postgres.yaml",
];

fn deploy(file: &str) -> String {
    workspace_file(&format!("docs/deploy/{file}"))
}

/// The first word behind each `marker`, without quotes.
fn behind<'a>(text: &'a str, marker: &str) -> Vec<&'a str> {
    let rests = text.split(marker).skip(1);
    let words = rests.filter_map(|rest| rest.split_whitespace().next());
    words.map(|word| word.trim_matches(['"', ',', '\'', '}'])).collect()
}

/// The variables that the file sets, with the value that stands for a secret file.
fn variables(text: &str, secret: &str) -> Vec<(String, String)> {
    let names = text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
    let names = names.filter(|name| name.starts_with("PHANEDGE__"));
    names.map(|name| (name.to_owned(), secret.to_owned())).collect()
}

/// The configuration that a file has in it, or the one beside it.
fn configuration(text: &str) -> String {
    let Some((_, inside)) = text.split_once("phanedge.toml: |\n") else {
        return deploy("phanedge.toml");
    };
    let lines = inside.lines().map_while(|line| line.strip_prefix("    "));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_examples_of_deployments_have_a_configuration_that_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    write_secret(&secret, "postgres://phanedge:x@db/phanedge");
    for file in FILES {
        let text = deploy(file);
        let variables = variables(&text, secret.to_str().unwrap());
        assert_eq!(variables.is_empty(), file == "Containerfile", "{file}");
        if !variables.is_empty() {
            let config = Config::parse(&configuration(&text), variables.into_iter());
            let config = config.unwrap_or_else(|problems| panic!("{file}: {problems}"));
            assert_eq!(config.store_url.starts_with("postgres"), file.contains("postgres"));
        }
    }
}

#[test]
fn the_commands_of_the_deployments_can_be_said() {
    let mut said = 0;
    for file in FILES {
        for line in deploy(file).lines() {
            let words = line.replace(['[', ']', '"', ','], " ");
            let words: Vec<&str> = words.split_whitespace().collect();
            let start = words.iter().position(|word| ["serve", "health"].contains(word));
            let Some(start) = start.filter(|_| words.contains(&"--config")) else { continue };
            let command = Command::new(env!("CARGO_BIN_EXE_phanedge"))
                .args(&words[start..])
                .arg("--help")
                .output();
            assert!(command.unwrap().status.success(), "{file}: {line}");
            said += 1;
        }
    }
    assert_eq!(said, 5);
}

#[test]
fn the_deployments_wait_longer_than_a_drain_and_run_as_nobody_in_particular() {
    let text = "pricing.cny_per_usd = \"7\"\nupstreams.default.api_key = \"k\"";
    let drain = Config::parse(text, std::iter::empty()).unwrap().server.drain_timeout;
    let seconds = |text: &str| Duration::from_secs(text.trim_end_matches('s').parse().unwrap());
    for (file, marker) in [
        ("phanedge.service", "TimeoutStopSec="),
        ("compose.yaml", "stop_grace_period:"),
        ("kubernetes-sqlite.yaml", "terminationGracePeriodSeconds:"),
        ("kubernetes-postgres.yaml", "terminationGracePeriodSeconds:"),
    ] {
        let text = deploy(file);
        let waits = behind(&text, marker);
        assert_eq!(waits.len(), 1, "{file}");
        assert!(seconds(waits[0]) > drain + Duration::from_secs(1), "{file}: {}", waits[0]);
    }
    for (file, marker) in [
        ("Containerfile", "USER "),
        ("compose.yaml", "user: "),
        ("kubernetes-sqlite.yaml", "runAsUser: "),
        ("kubernetes-postgres.yaml", "runAsUser: "),
    ] {
        let text = deploy(file);
        let user = behind(&text, marker)[0].split(':').next().unwrap();
        assert!(user.parse::<u32>().unwrap() > 10_000, "{file}: {user}");
    }
}

#[test]
fn the_deployments_keep_the_gateway_in() {
    for (file, rules) in [
        (
            "phanedge.service",
            &[
                "ExecReload=/bin/kill -HUP $MAINPID",
                "RestartPreventExitStatus=64",
                "LoadCredential=",
                "LimitNOFILE=65536",
                "LimitCORE=0",
                "NoNewPrivileges=yes",
                "CapabilityBoundingSet=\n",
                "ProtectSystem=strict",
                "PrivateTmp=yes",
                "MemoryDenyWriteExecute=yes",
                "SystemCallFilter=@system-service",
                "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n",
            ][..],
        ),
        ("compose.yaml", &["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"]),
        (
            "kubernetes-sqlite.yaml",
            &[
                "pod-security.kubernetes.io/enforce: restricted",
                "automountServiceAccountToken: false",
                "replicas: 1\n",
                "type: Recreate",
                "readOnlyRootFilesystem: true",
                "kind: NetworkPolicy",
                "169.254.0.0/16",
                "defaultMode: 0400",
            ],
        ),
        (
            "kubernetes-postgres.yaml",
            &[
                "pod-security.kubernetes.io/enforce: restricted",
                "automountServiceAccountToken: false",
                "kind: PodDisruptionBudget",
                "readOnlyRootFilesystem: true",
                "kind: NetworkPolicy",
                "169.254.0.0/16",
            ],
        ),
    ] {
        let text = deploy(file);
        for rule in rules {
            assert!(text.contains(rule), "{file} has no `{rule}`");
        }
    }
}
