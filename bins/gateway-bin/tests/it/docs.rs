//! The documentation says what the code says: its tables, examples, links and file names are read
//! back here.

mod admin;
mod assets;
mod commands;
mod edge;
mod lifecycle;
mod metrics;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gateway::{Config, ERRORS, KEYS, Key, Origin, Presence, ROUTES};
use seedance_model::{MediaPolicy, Model, Ratio, Resolution, TaskRequest, TaskStatus};
use seedance_pricing::{CnyPerUsd, PriceBook, Sku, Tariff, TokenCount};

use crate::served::write_secret;
use crate::support::{workspace, workspace_file};

/// The part of a document from a heading to the next one of the same level.
fn section(path: &str, heading: &str) -> String {
    let text = workspace_file(path);
    let (level, start) = (heading.split(' ').next().unwrap(), format!("\n{heading}\n"));
    let rest = text.split_once(&start).map(|(_, rest)| rest);
    let rest = rest.unwrap_or_else(|| panic!("{path} has no `{heading}`"));
    rest.split(&format!("\n{level} ")).next().unwrap().to_owned()
}

/// The rows of the first table below a heading, without its head.
fn table(path: &str, heading: &str) -> Vec<Vec<String>> {
    let section = section(path, heading);
    let lines = section.lines().skip_while(|line| !line.starts_with('|'));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        let row = row.trim_matches('|').split('|');
        row.map(|cell| cell.trim().to_owned()).collect()
    };
    rows.map(cells).collect()
}

/// What stands in back-ticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The code blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("\n```{language}\n");
    let parts = text.split(&opening).skip(1);
    parts.map(|part| part.split("\n```").next().unwrap().to_owned()).collect()
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn yes_or(no: &str, is: bool) -> String {
    if is { "yes" } else { no }.to_owned()
}

/// The files of a folder and its folders, by how their names end.
fn files_below(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|is| is == extension) {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 10, "too few files were found");
    found
}

#[test]
fn the_configuration_table_has_every_key_with_its_default_and_meaning() {
    let row = |key: &Key| {
        let default = match key.presence {
            Presence::Required => "required".to_owned(),
            Presence::Optional => "none".to_owned(),
            Presence::Default("") => "empty".to_owned(),
            Presence::Default(text) => code(text),
        };
        let (path, meaning) = (code(key.path), key.meaning.to_owned());
        vec![path, default, yes_or("", key.secret), meaning]
    };
    let expected: Vec<_> = KEYS.iter().map(row).collect();
    assert_eq!(table("docs/CONFIGURATION.md", "## All keys"), expected);
}

/// Parses an example; the file with a secret that it may name is a real one.
fn parsed(example: &str, environment: &[(String, String)]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("key.txt");
    write_secret(&secret, "from-a-file\n");
    let example = example.replace("ark-api-key.txt", secret.to_str().unwrap());
    Config::parse(&example, environment.iter().cloned())
        .unwrap_or_else(|p| panic!("{p}\n{example}"))
}

fn complete_example() -> String {
    let section = section("docs/CONFIGURATION.md", "## A complete example");
    blocks(&section, "toml").remove(0)
}

#[test]
fn the_complete_example_is_accepted_and_sets_every_key() {
    let config = parsed(&complete_example(), &[]);
    for key in KEYS {
        let mut values = config.effective.iter();
        let given = values.any(|value| key.matches(&value.path) && value.origin == Origin::File);
        assert!(given, "`{}` is not in the example", key.path);
    }
}

#[test]
fn every_other_example_of_a_configuration_is_accepted() {
    for example in blocks(&workspace_file("docs/CONFIGURATION.md"), "toml") {
        parsed(&example, &[]);
    }
    let readme = workspace_file("README.md");
    let (_, rest) = readme.split_once("<<'EOF'\n").unwrap();
    parsed(rest.split_once("\nEOF\n").unwrap().0, &[]);
}

#[test]
fn every_variable_of_the_examples_sets_its_key() {
    let section = section("docs/CONFIGURATION.md", "## The environment");
    let lines = blocks(&section, "sh").join("\n");
    let pairs = lines.lines().map(|line| line.split_once('=').unwrap());
    let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let config = parsed(&complete_example(), &pairs);
    for (name, _) in &pairs {
        let origin = Origin::Environment(name.clone());
        assert!(config.effective.iter().any(|v| v.origin == origin), "{name}");
    }
}

#[test]
fn the_error_table_has_every_public_error() {
    let documented = table("docs/ERRORS.md", "## The table");
    let expected: Vec<Vec<String>> = ERRORS
        .iter()
        .map(|row| {
            let status = row.status.to_string();
            let name = if row.code.starts_with('(') { row.code.to_owned() } else { code(row.code) };
            vec![status, name, code(row.type_name), row.when.to_owned()]
        })
        .collect();
    let first_four: Vec<Vec<String>> = documented.iter().map(|row| row[..4].to_vec()).collect();
    assert_eq!(first_four, expected);
    let advice = documented.iter().all(|row| !row[4].is_empty());
    assert!(advice, "each error says what a client should do");
}

#[test]
fn the_route_table_has_every_route() {
    let documented = table("docs/API.md", "## Routes");
    let documented: BTreeSet<_> =
        documented.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let served = ROUTES.iter().map(|(method, path)| (code(method), code(path)));
    assert_eq!(documented, served.collect());
}

#[test]
fn the_model_table_has_every_name_and_what_each_model_can_do() {
    let documented = table("docs/API.md", "## Models");
    assert_eq!(documented.len(), Model::ALL.len());
    for (row, model) in documented.iter().zip(Model::ALL) {
        let aliases = Model::accepted_names()
            .filter(|name| Model::parse(name) == Ok(model) && *name != model.name());
        let resolutions = model.resolutions().iter().map(|tier| tier.name());
        assert_eq!(row[0], code(model.name()));
        assert_eq!(quoted(&row[1]), aliases.collect::<Vec<_>>(), "{model}");
        assert_eq!(quoted(&row[2]), resolutions.collect::<Vec<_>>(), "{model}");
        assert_eq!(row[3], yes_or("no", model.accepts_audio_input()), "{model}");
    }
}

#[test]
fn the_size_table_has_every_size() {
    let row = |ratio: Ratio| {
        let sizes = Resolution::ALL.map(|tier| tier.frame_size(ratio));
        let sizes: Option<Vec<_>> = sizes.into_iter().collect();
        let sizes = sizes?.into_iter().map(|size| size.to_string());
        let row = std::iter::once(code(ratio.name())).chain(sizes);
        Some(row.collect::<Vec<_>>())
    };
    let expected: Vec<_> = Ratio::ALL.into_iter().filter_map(row).collect();
    let documented = table("docs/API.md", "## Resolutions and frame sizes");
    assert_eq!(documented, expected);
}

#[test]
fn the_state_table_has_every_state_in_order() {
    let state = |status: TaskStatus| {
        let is_final = yes_or("no", status.is_terminal());
        vec![code(status.name()), is_final]
    };
    let documented = table("docs/API.md", "## States");
    let documented: Vec<_> = documented.iter().map(|row| row[..2].to_vec()).collect();
    assert_eq!(documented, TaskStatus::ALL.map(state));
}

#[test]
fn the_price_table_has_the_official_prices_and_its_example_adds_up() {
    let book = PriceBook::official();
    let row = |sku: Sku| vec![code(sku.name()), book.price(sku).to_string()];
    assert_eq!(table("docs/API.md", "## Prices"), Sku::ALL.map(row));

    let tariff = Tariff::new(book.clone(), CnyPerUsd::parse("7.10").unwrap());
    let charge = tariff.charge(Sku::Standard4kNoVideo, TokenCount::new(785_700).unwrap());
    let (rate, usd, cny) = (charge.rate, charge.charge_usd, charge.charge_cny);
    let example = format!("the Rate is ${rate}, the charge ${usd}, or ¥{cny}.");
    assert!(section("docs/API.md", "## Prices").contains(&example), "{example}");
}

#[test]
fn the_create_examples_are_accepted() {
    let examples = blocks(&section("docs/API.md", "## Create a task"), "json");
    let mut bodies: Vec<String> =
        examples.into_iter().filter(|example| example.contains("\"content\"")).collect();
    let readme = workspace_file("README.md");
    let (_, rest) = readme.split_once("-d '").unwrap();
    bodies.push(rest.split_once('\'').unwrap().0.to_owned());
    assert_eq!(bodies.len(), 2);
    for body in bodies {
        TaskRequest::parse(body.as_bytes(), MediaPolicy::AssetOnly).unwrap();
    }
}

#[test]
fn the_readme_names_the_two_commands() {
    let commands = blocks(&workspace_file("README.md"), "sh");
    for command in ["cargo run --release --locked -- demo", "cargo test --workspace --locked"] {
        assert!(commands.iter().any(|block| block == command), "{command}");
    }
}

/// The names that links to headings use: lower case, blanks as hyphens, no punctuation.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .map(|title| title.chars().filter(kept).collect::<String>())
        .map(|title| title.replace(' ', "-"))
        .collect()
}

fn check_link(document: &Path, link: &str) {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => document.to_owned(),
        file => document.parent().unwrap().join(file),
    };
    let from = document.display();
    assert!(target.exists(), "{from}: `{link}` leads nowhere");
    if !anchor.is_empty() {
        let text = std::fs::read_to_string(&target).unwrap();
        assert!(anchors(&text).contains(anchor), "{from}: `{link}` has no heading");
    }
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut checked = 0;
    let documents = files_below("docs", "md");
    for document in documents.iter().chain(&[workspace().join("README.md")]) {
        let text = std::fs::read_to_string(document).unwrap();
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap();
            if !link.contains("://") {
                check_link(document, link);
                checked += 1;
            }
        }
    }
    assert!(checked > 50, "only {checked} links were found");
}

#[test]
fn the_index_of_decisions_lists_every_record() {
    let index = workspace_file("docs/adr/README.md");
    for entry in std::fs::read_dir(workspace().join("docs/adr")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let listed = index.contains(&format!("]({name})"));
        assert!(listed || name == "README.md", "{name}");
    }
}

#[test]
fn the_map_names_every_file_of_the_gateway_and_stays_short() {
    let map = workspace_file("docs/ARCHITECTURE.md");
    assert!(map.lines().count() <= 250);
    let named: BTreeSet<String> = quoted(&map).into_iter().collect();
    for entry in std::fs::read_dir(workspace().join("bins/gateway-bin/src")).unwrap() {
        let entry = entry.unwrap();
        let mut name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            name.push('/');
        }
        let is_root = name == "lib.rs";
        let part = named.iter().any(|word| word.starts_with(&name));
        assert!(is_root || part, "`{name}` is not on the map");
    }
}

#[test]
fn every_log_line_that_operators_are_told_about_exists() {
    let sources = files_below("bins/gateway-bin/src", "rs");
    let sources = sources.iter().map(|path| std::fs::read_to_string(path).unwrap());
    let sources: String = sources.collect();
    let lines = table("docs/OPERATIONS.md", "### Lines that ask for somebody");
    assert!(lines.len() >= 10);
    for line in lines.iter().flat_map(|row| quoted(&row[0])) {
        assert!(sources.contains(&format!("\"{line}")), "`{line}` is never logged");
    }
}
