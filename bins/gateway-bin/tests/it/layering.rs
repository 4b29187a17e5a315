//! The manifests keep the layers: arrows point down, and some dependencies stay out of some crates.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{workspace, workspace_file};

/// Which of our crates each crate may depend on.
const ARROWS: [(&str, &[&str]); 7] = [
    ("seedance-model", &[]),
    ("seedance-pricing", &["seedance-model"]),
    ("ark-client", &["seedance-model"]),
    ("tenancy", &["seedance-model"]),
    ("public-url", &[]),
    ("ark-sim", &[]),
    (
        "gateway-bin",
        &["seedance-model", "seedance-pricing", "ark-client", "tenancy", "public-url", "ark-sim"],
    ),
];

/// Crates that do HTTP or run futures; the vocabulary and the money know nothing of either.
const HTTP_OR_ASYNC: [&str; 13] = [
    "tokio",
    "tokio-util",
    "futures-util",
    "axum",
    "hyper",
    "hyper-util",
    "http",
    "http-body-util",
    "tower",
    "reqwest",
    "hickory-resolver",
    "httparse",
    "rustls",
];

/// Crates for programs, not for libraries.
const PROGRAMS_ONLY: [&str; 4] = ["anyhow", "clap", "tracing", "tracing-subscriber"];

fn manifests() -> BTreeMap<String, toml::Table> {
    ["crates", "bins"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(workspace().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path().join("Cargo.toml"))
        .map(|path| std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap())
        .map(|manifest| (manifest["package"]["name"].as_str().unwrap().to_owned(), manifest))
        .collect()
}

/// Every dependency of a manifest, of whatever kind.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    ["dependencies", "dev-dependencies", "build-dependencies"]
        .iter()
        .filter_map(|kind| manifest.get(*kind)?.as_table())
        .flat_map(|table| table.keys().cloned())
        .collect()
}

#[test]
fn the_workspace_has_exactly_the_seven_members() {
    let members: BTreeSet<String> = manifests().into_keys().collect();
    let expected: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(members, expected);
}

#[test]
fn arrows_point_down_only() {
    let manifests = manifests();
    for (name, allowed) in ARROWS {
        for dependency in dependencies(&manifests[name]) {
            let ours = manifests.contains_key(&dependency);
            let fine = !ours || allowed.contains(&dependency.as_str());
            assert!(fine, "`{name}` must not depend on `{dependency}`");
        }
    }
}

#[test]
fn the_pure_crates_know_no_http_and_no_async() {
    let manifests = manifests();
    for name in ["seedance-model", "seedance-pricing"] {
        for dependency in dependencies(&manifests[name]) {
            assert!(!HTTP_OR_ASYNC.contains(&dependency.as_str()), "`{name}`: `{dependency}`");
        }
    }
}

#[test]
fn libraries_have_no_dependency_that_is_for_programs() {
    for (name, manifest) in manifests() {
        for dependency in dependencies(&manifest) {
            let program = PROGRAMS_ONLY.contains(&dependency.as_str());
            assert!(!program || name == "gateway-bin", "`{name}`: `{dependency}`");
        }
    }
}

#[test]
fn every_manifest_shares_versions_and_lints_with_the_workspace() {
    for (name, manifest) in manifests() {
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name}");
        for kind in ["dependencies", "dev-dependencies"] {
            let Some(table) = manifest.get(kind).and_then(|table| table.as_table()) else {
                continue;
            };
            for (dependency, how) in table {
                let shared = how.get("workspace").and_then(toml::Value::as_bool) == Some(true);
                assert!(shared, "`{name}`: `{dependency}` has a version of its own");
            }
        }
    }
}

#[test]
fn every_shared_dependency_has_a_reason_and_a_user() {
    let root = workspace_file("Cargo.toml");
    let section = root.split("[workspace.dependencies]").nth(1).unwrap();
    let section = section.split("\n[").next().unwrap();
    let manifests = manifests();
    let used: BTreeSet<String> = manifests.values().flat_map(dependencies).collect();
    let lines = section.lines().filter(|line| line.contains(" = ") && !line.starts_with('#'));
    for line in lines.filter(|line| !line.contains("path = ")) {
        let name = line.split(" = ").next().unwrap();
        assert!(line.contains(" # "), "`{name}` has no reason");
        assert!(used.contains(name), "`{name}` is used by nobody");
    }
}
