//! What a store holds, in figures that are the same for the same rows, wherever they are kept.

use sha2::{Digest as _, Sha256};

use super::tables::Shape;
use super::value::{Row, Value};

/// The rows of one table: how many, and a checksum over all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSum {
    /// The table's name.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// The SHA-256 of all rows in the order of their keys.
    pub sha256: [u8; 32],
}

impl TableSum {
    /// The checksum as hexadecimal text.
    pub fn checksum(&self) -> String {
        hex(&self.sha256)
    }
}

/// Everything that a store holds, table by table. Two stores with the same contents have the same
/// rows, to the last byte of each column that is copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    tables: Vec<TableSum>,
}

impl Contents {
    pub(super) fn of(tables: Vec<TableSum>) -> Self {
        Self { tables }
    }

    /// The tables, in the order in which they are copied.
    pub fn tables(&self) -> &[TableSum] {
        &self.tables
    }

    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// The tables that are not the same in `other`.
    pub fn differences<'a>(&'a self, other: &'a Self) -> Vec<(&'a TableSum, &'a TableSum)> {
        let pairs = self.tables.iter().zip(&other.tables);
        pairs.filter(|(mine, theirs)| mine != theirs).collect()
    }

    /// One text for all of it: by this a copy knows its source again.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        for table in &self.tables {
            hasher.update(table.table.as_bytes());
            hasher.update(table.rows.to_be_bytes());
            hasher.update(table.sha256);
        }
        hex(&hasher.finalize())
    }
}

/// The checksum of a table under way.
pub(super) struct Checksum {
    table: &'static str,
    rows: u64,
    hasher: Sha256,
}

impl Checksum {
    /// The names of the columns count too.
    pub(super) fn of(shape: &Shape) -> Self {
        let mut hasher = Sha256::new();
        for column in &shape.columns {
            add_bytes(&mut hasher, b'c', column.name.as_bytes());
        }
        Self { table: shape.table.name, rows: 0, hasher }
    }

    pub(super) fn add(&mut self, row: &Row) {
        self.rows += 1;
        for value in row {
            match value {
                Value::Null => self.hasher.update(b"n"),
                Value::Integer(number) => {
                    self.hasher.update(b"i");
                    self.hasher.update(number.to_be_bytes());
                }
                Value::Text(text) => add_bytes(&mut self.hasher, b't', text.as_bytes()),
                Value::Bytes(bytes) => add_bytes(&mut self.hasher, b'b', bytes),
            }
        }
    }

    pub(super) fn sum(self) -> TableSum {
        TableSum { table: self.table, rows: self.rows, sha256: self.hasher.finalize().into() }
    }
}

/// With the length in front, so that two values do not run together.
fn add_bytes(hasher: &mut Sha256, kind: u8, bytes: &[u8]) {
    hasher.update([kind]);
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
