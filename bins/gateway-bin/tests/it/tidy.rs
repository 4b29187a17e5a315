//! Rules of the house that a compiler does not check: module docs, file sizes, names.

use std::path::{Path, PathBuf};

use crate::support::workspace;

/// Longest source file, in lines, tests included.
const LONGEST_FILE: usize = 400;
/// Longest `main.rs`, in lines.
const LONGEST_MAIN: usize = 60;
/// A field of the public API, whatever its words.
const API_FIELD: &str = "service_tier";
/// Words that say nothing, and so name nothing.
const EMPTY_WORDS: [&str; 8] =
    ["util", "helper", "common", "misc", "manager", "service", "processor", "base"];

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "bins"] {
        collect(&workspace().join(folder), &mut found);
    }
    assert!(found.len() > 100, "the sources were not found");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().unwrap() != "target" {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources() {
        let documented = text.starts_with("//!") || text.starts_with("#![doc = include_str!(");
        assert!(documented || text.starts_with("#![no_main]\n//!"), "{}", path.display());
    }
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in sources() {
        let is_main = path.ends_with("src/main.rs");
        let limit = if is_main { LONGEST_MAIN } else { LONGEST_FILE };
        let lines = text.lines().count();
        assert!(lines <= limit, "{} has {lines} lines", path.display());
    }
}

#[test]
fn no_file_is_named_after_nothing() {
    for (path, _) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert_ne!(name, "mod", "{}", path.display());
        let empty = name.split('_').any(|word| {
            EMPTY_WORDS.iter().any(|empty| word == *empty || word.strip_suffix('s') == Some(empty))
        });
        assert!(!empty || name == API_FIELD, "{}", path.display());
    }
}

#[test]
fn no_test_is_switched_off_and_nothing_is_left_to_do() {
    // Spelled in two halves, so that this file does not find itself.
    let forbidden =
        ["#[ign".to_owned() + "ore", "todo".to_owned() + "!(", "unimpl".to_owned() + "emented!("];
    for (path, text) in sources() {
        for word in &forbidden {
            assert!(!text.contains(word.as_str()), "{} has `{word}`", path.display());
        }
    }
}
