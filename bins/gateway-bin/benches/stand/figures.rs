//! What a bench found: named figures in columns, as a table for people and a line for programs.

use serde_json::{Map, Value, json};

/// The figures of one column, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    figures: Vec<(String, Value)>,
}

impl Column {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), figures: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.push((name.to_owned(), value.into()));
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.figures.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

/// Prints the table, and after it the same in one line of JSON.
pub(crate) fn print(bench: &str, columns: &[Column]) {
    let names = columns.iter().map(|column| column.name.as_str());
    println!("\n| {bench} | {} |", names.collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---:|".repeat(columns.len()));
    let mut rows: Vec<&str> = Vec::new();
    for (name, _) in columns.iter().flat_map(|column| &column.figures) {
        if !rows.contains(&name.as_str()) {
            rows.push(name);
        }
    }
    for row in rows {
        let cells = columns.iter().map(|column| column.get(row).map_or(String::new(), cell));
        println!("| {row} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    let columns: Map<String, Value> = columns
        .iter()
        .map(|column| (column.name.clone(), column.figures.iter().cloned().collect()))
        .collect();
    println!("\n{}", json!({ "bench": bench, "columns": columns }));
}

/// A cell for people: long numbers in groups of three.
fn cell(value: &Value) -> String {
    match (value.is_null(), value.as_str()) {
        (true, _) => "–".to_owned(),
        (_, Some(text)) => text.to_owned(),
        (_, None) => grouped(&value.to_string()),
    }
}

fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text + rest
}
