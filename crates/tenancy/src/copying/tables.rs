//! What there is to copy: the tables in an order in which each row finds what it points to, and
//! the key by which the rows of each are walked.

/// One table, the same in both backends.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// Unique, and never NULL.
    pub(super) key: &'static [&'static str],
}

const fn table(name: &'static str, key: &'static [&'static str]) -> Table {
    Table { name, key }
}

/// Everything that is kept, the counters too: nothing is computed again.
pub(super) const TABLES: [Table; 17] = [
    table("tenants", &["tenant_id"]),
    table("tokens", &["token_id"]),
    table("tariffs", &["version"]),
    table("intents", &["intent_id"]),
    table("tasks", &["seq"]),
    table("quarantine", &["task_seq"]),
    table("cancels", &["task_seq"]),
    table("ledger", &["entry_id"]),
    table("asset_groups", &["seq"]),
    table("assets", &["seq"]),
    table("library_intents", &["intent_id"]),
    table("audit_log", &["record_id"]),
    table("listed_counts", &["tenant_id", "model", "status"]),
    table("ledger_sums", &["tenant_id"]),
    table("live_counts", &["tenant_id"]),
    table("spending", &["tenant_id", "month"]),
    table("usage_days", &["day", "tenant_id", "sku"]),
];

/// The schema's own history, which each backend numbers by itself, and what servers on one database
/// share only while they run.
pub(super) const LEFT_OUT: [&str; 4] = ["refinery_schema_history", "leases", "lanes", "receipts"];

/// The table in a target that is not finished: no server and no command works on a store that has
/// it.
pub(crate) const UNFINISHED: &str = "unfinished_copy";

/// A checksum that a file has in each task, and a server has not.
pub(super) const SEAL: &str = "seal";

/// What a column holds in its backend. A value is the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// 0 or 1 in a file, a boolean on a server.
    #[cfg(feature = "postgres")]
    Flag,
    Integer,
    /// An integer of 32 bits.
    #[cfg(feature = "postgres")]
    Small,
    Text,
    Bytes,
}

#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The columns of a table that are copied, as one of the sides has them.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) table: &'static Table,
    pub(super) columns: Vec<Column>,
}

impl Shape {
    /// The place of a column in a row.
    pub(super) fn place(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|known| known.name == column)
    }

    /// The names of the columns as SQL lists them.
    pub(super) fn names(&self) -> String {
        let quoted = |column: &Column| format!("\"{}\"", column.name);
        self.columns.iter().map(quoted).collect::<Vec<_>>().join(", ")
    }

    /// A page of rows in the order of their keys, after a key if there is one. `sign` stands before
    /// the number of a value, and `collation` behind a text that is sorted.
    pub(super) fn page(&self, after: bool, limit: u32, sign: char, collation: &str) -> String {
        let (names, table) = (self.names(), self.table.name);
        let key = self.key(collation, "");
        let condition = if after {
            let numbers = (1..=self.table.key.len()).map(|number| format!("{sign}{number}"));
            format!("WHERE ({key}) > ({})", numbers.collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        format!("SELECT {names} FROM {table} {condition} ORDER BY {key} LIMIT {limit}")
    }

    /// The row with the last key.
    pub(super) fn last(&self, collation: &str) -> String {
        let (names, table) = (self.names(), self.table.name);
        format!("SELECT {names} FROM {table} ORDER BY {} LIMIT 1", self.key(collation, " DESC"))
    }

    /// The key columns as SQL sorts by them.
    fn key(&self, collation: &str, direction: &str) -> String {
        let is_text = |name: &str| {
            self.columns.iter().any(|column| column.name == name && column.kind == Kind::Text)
        };
        let sorted = |name: &&str| {
            let collation = if is_text(name) { collation } else { "" };
            format!("\"{name}\"{collation}{direction}")
        };
        self.table.key.iter().map(sorted).collect::<Vec<_>>().join(", ")
    }
}
