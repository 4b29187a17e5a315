//! What the documentation says about the asset library.

use std::collections::BTreeSet;

use seedance_model::{AssetAction, AssetRequest, AssetStatus};

use super::{blocks, code, quoted, section, table, yes_or};
use crate::support::workspace_file;

#[test]
fn the_table_of_actions_has_every_action_in_order() {
    let documented = table("docs/API.md", "### The six actions");
    let documented: Vec<_> = documented.iter().map(|row| row[..2].to_vec()).collect();
    let row = |action: AssetAction| vec![code(action.name()), yes_or("no", action.creates())];
    assert_eq!(documented, AssetAction::ALL.map(row));
}

#[test]
fn the_walk_of_the_operations_has_every_action_in_order() {
    let documented = table("docs/ARCHITECTURE.md", "## The operations");
    let documented: Vec<_> = documented.iter().flat_map(|row| quoted(&row[0])).collect();
    assert_eq!(documented, AssetAction::ALL.map(AssetAction::name));
}

#[test]
fn the_table_of_states_of_an_asset_has_every_state() {
    let documented = table("docs/API.md", "### States of an asset");
    let documented: Vec<_> = documented.iter().map(|row| row[0].clone()).collect();
    assert_eq!(documented, AssetStatus::ALL.map(|status| code(status.name())));
}

/// The keys that an action knows: whoever sends another one is told all of them.
fn known_keys(action: AssetAction) -> BTreeSet<String> {
    let told = |body: &str| {
        let refusal = AssetRequest::parse(action, body.as_bytes()).unwrap_err().to_string();
        assert!(refusal.contains("zzz` is not known"), "{refusal}");
        quoted(refusal.split_once("; use ").unwrap().1)
    };
    let mut keys: BTreeSet<_> = told(r#"{"zzz": 1}"#).into_iter().collect();
    if keys.contains("Filter") {
        let inner = told(r#"{"Filter": {"zzz": 1}}"#);
        keys.extend(inner.into_iter().map(|key| format!("Filter.{key}")));
    }
    keys
}

#[test]
fn the_table_of_fields_has_every_key_of_every_action() {
    let documented = table("docs/API.md", "### Fields of the actions");
    for action in AssetAction::ALL {
        let is_of =
            |of: &str| of == "all six" || quoted(of).iter().any(|name| name == action.name());
        let rows = documented.iter().filter(|row| is_of(&row[1]));
        let keys: BTreeSet<_> = rows.flat_map(|row| quoted(&row[0])).collect();
        assert_eq!(keys, known_keys(action), "{action}");
    }
}

#[test]
fn the_examples_of_actions_are_accepted() {
    let section = section("docs/API.md", "### Fields of the actions");
    let mut examples: Vec<(String, String)> = Vec::new();
    for example in blocks(&section, "http") {
        let (line, body) = example.split_once("\n\n").unwrap();
        let (_, query) = line.split_once("?Action=").unwrap();
        examples.push((query.split('&').next().unwrap().to_owned(), body.to_owned()));
    }
    for line in workspace_file("README.md").lines().filter_map(|line| line.strip_prefix("act ")) {
        let (action, body) = line.split_once(" '").unwrap();
        let body = body.split('\'').next().unwrap().replace(['<', '>'], "");
        examples.push((action.to_owned(), body));
    }
    assert_eq!(examples.len(), 8);
    for (action, body) in examples {
        let action = AssetAction::parse(&action).unwrap_or_else(|| panic!("{action}"));
        AssetRequest::parse(action, body.as_bytes()).unwrap_or_else(|e| panic!("{body}: {e}"));
    }
}
