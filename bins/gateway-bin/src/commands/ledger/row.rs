//! A row of the ledger as it is exported, in CSV and in JSON: the same columns in the same order.
//!
//! Money and rates are decimal text, which no reader rounds. Times are RFC 3339 in UTC.

use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use tenancy::{LedgerEntry, UnixMillis};

use crate::commands::arguments::LedgerFormat;
use crate::ledger::decimal;
use crate::output::without_formula;

/// The columns of `phanedge ledger export`, in their order: name and meaning.
pub const LEDGER_COLUMNS: [(&str, &str); 18] = [
    ("entry_id", "the row's number; rows that are added later have larger ones"),
    ("kind", "`charge`, or the `correction` of one"),
    ("task_id", "the task"),
    ("tenant", "whose task it is"),
    ("upstream", "the account that made the video, by its name in the configuration"),
    ("model", "the stable name of the model"),
    ("sku", "the billing item: it follows from `model`, `resolution` and `has_video`"),
    ("resolution", "the resolution that the video has in the end"),
    ("has_video", "`true` if the request had a reference video, else `false`"),
    ("tokens", "the tokens that the model service counted; of a correction, those that it adds"),
    ("price_cny_per_million", "the price of a million tokens in CNY"),
    ("cny_per_usd", "how many CNY one USD costs"),
    ("rate_usd_per_million", "the PhanEdge Rate: `price_cny_per_million` / `cny_per_usd`"),
    ("charge_cny", "`tokens` × `price_cny_per_million` / 1,000,000; of a correction, what it adds"),
    (
        "charge_usd",
        "`tokens` × `rate_usd_per_million` / 1,000,000, what the tenant pays; of a correction, what it adds",
    ),
    (
        "tariff",
        "the version of the prices and the exchange rate in force when the task was created",
    ),
    ("task_created_at", "when the task was created"),
    ("settled_at", "when the success was seen, the quarantine resolved, or the correction made"),
];

/// One row. Its fields are the columns.
#[derive(Serialize)]
struct Row<'a> {
    entry_id: i64,
    kind: &'static str,
    task_id: &'a str,
    tenant: &'a str,
    upstream: String,
    model: &'static str,
    sku: String,
    resolution: String,
    has_video: bool,
    tokens: i64,
    price_cny_per_million: String,
    cny_per_usd: String,
    rate_usd_per_million: String,
    charge_cny: String,
    charge_usd: String,
    tariff: String,
    task_created_at: String,
    settled_at: String,
}

impl<'a> Row<'a> {
    /// `text` writes what the store keeps as it was given. Numbers, ids and names that were
    /// checked are left alone: an amount may well start with a minus.
    fn of(entry: &'a LedgerEntry, text: impl Fn(&str) -> String) -> Self {
        Self {
            entry_id: entry.entry_id,
            kind: entry.kind.name(),
            task_id: entry.task_id.as_str(),
            tenant: entry.tenant.as_str(),
            upstream: text(&entry.upstream),
            model: entry.model.name(),
            sku: text(&entry.sku),
            resolution: text(&entry.resolution),
            has_video: entry.has_video,
            tokens: entry.tokens,
            price_cny_per_million: decimal(entry.price_cny_micros_per_million),
            cny_per_usd: decimal(entry.cny_per_usd_micros),
            rate_usd_per_million: decimal(entry.rate_usd_micros_per_million),
            charge_cny: decimal(entry.charge_cny_micros),
            charge_usd: decimal(entry.charge_usd_micros),
            tariff: text(&entry.tariff),
            task_created_at: time(entry.task_created_at),
            settled_at: time(entry.settled_at),
        }
    }
}

/// A time with as many decimals of the second as it has.
fn time(time: UnixMillis) -> String {
    let exact = jiff::Timestamp::from_millisecond(time.0);
    exact.map_or_else(|_| time.0.to_string(), |time| time.to_string())
}

/// Writes an export in three kinds of pieces: head, rows as often as needed, tail.
pub(super) struct Writer {
    format: LedgerFormat,
    is_first: bool,
}

impl Writer {
    pub(super) fn new(format: LedgerFormat) -> Self {
        Self { format, is_first: true }
    }

    /// What comes before all rows.
    pub(super) fn head(&self) -> anyhow::Result<Vec<u8>> {
        match self.format {
            LedgerFormat::Csv => csv(|csv| csv.write_record(LEDGER_COLUMNS.map(|(name, _)| name))),
            LedgerFormat::Json => Ok(b"[".to_vec()),
        }
    }

    /// The next rows.
    pub(super) fn rows(&mut self, entries: &[LedgerEntry]) -> anyhow::Result<Vec<u8>> {
        match self.format {
            LedgerFormat::Csv => csv(|csv| {
                let mut rows = entries.iter().map(|entry| Row::of(entry, without_formula));
                rows.try_for_each(|row| csv.serialize(row))
            }),
            LedgerFormat::Json => self.objects(entries),
        }
    }

    /// What comes after all rows.
    pub(super) fn tail(&self) -> &'static [u8] {
        match self.format {
            LedgerFormat::Csv => b"",
            LedgerFormat::Json => b"\n]\n",
        }
    }

    /// One line for each object: whoever looks for a task with `grep` sees all of it.
    fn objects(&mut self, entries: &[LedgerEntry]) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for entry in entries {
            let before: &[u8] = if self.is_first { b"\n" } else { b",\n" };
            self.is_first = false;
            bytes.extend_from_slice(before);
            serde_json::to_writer(&mut bytes, &Row::of(entry, str::to_owned))?;
        }
        Ok(bytes)
    }
}

type CsvLines = csv::Writer<Vec<u8>>;

/// Lines as RFC 4180 has them.
fn csv(write: impl FnOnce(&mut CsvLines) -> csv::Result<()>) -> anyhow::Result<Vec<u8>> {
    let mut lines = WriterBuilder::new()
        .has_headers(false)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    write(&mut lines)?;
    Ok(lines.into_inner()?)
}
