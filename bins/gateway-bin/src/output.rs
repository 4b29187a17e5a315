//! What commands print: lines, and rows as a table, as JSON or as CSV.

use std::io::{self, Write as _};

use clap::ValueEnum;
use comfy_table::Table;
use comfy_table::presets::UTF8_BORDERS_ONLY;
use serde_json::{Map, Value};
use tenancy::UnixMillis;

/// How rows are printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// One JSON array of objects.
    Json,
    /// CSV with a header line (RFC 4180).
    Csv,
}

/// Prints one line to standard output.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints rows of text under the given column names.
pub(crate) fn rows(format: Format, columns: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    match format {
        Format::Table => line(&table(columns, rows))?,
        Format::Json => line(&serde_json::to_string_pretty(&json(columns, rows))?)?,
        Format::Csv => csv(columns, rows)?,
    }
    Ok(())
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_BORDERS_ONLY).set_header(columns.to_vec());
    for row in rows {
        table.add_row(row);
    }
    table.to_string()
}

fn json(columns: &[&str], rows: &[Vec<String>]) -> Value {
    let object = |row: &Vec<String>| {
        let pairs = columns.iter().zip(row);
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), Value::String(text.clone())));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    Value::Array(rows.iter().map(object).collect())
}

fn csv(columns: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(io::stdout().lock());
    writer.write_record(columns)?;
    for row in rows {
        writer.write_record(row.iter().map(|text| without_formula(text)))?;
    }
    writer.flush()?;
    Ok(())
}

/// A spreadsheet runs a cell that starts like a formula; a leading quote keeps it text.
pub(crate) fn without_formula(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<i64>().is_err() {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A time as RFC 3339 in UTC, to the second.
pub(crate) fn time(time: UnixMillis) -> String {
    let seconds = jiff::Timestamp::from_second(time.0.div_euclid(1000));
    seconds.map_or_else(|_| time.0.to_string(), |time| time.to_string())
}
