//! A rule about the source: a statement on a tenant's table names the tenant, or is listed here.

use crate::source::{Statement, sources, statements};

/// The tables whose rows belong to a tenant.
const TENANT_TABLES: &[&str] = &[
    "tokens",
    "intents",
    "tasks",
    "listed_counts",
    "cancels",
    "live_counts",
    "spending",
    "quarantine",
    "ledger",
    "ledger_sums",
    "usage_days",
    "asset_groups",
    "assets",
    "library_intents",
];

/// The statements that work for all tenants, and why nobody can reach another's rows by them.
const BOTH: &[&str] = &[
    // The owner comes out of the intent, which its own tenant opened.
    "binding::CLOSE_INTENT",
    "claiming::CLAIM",
    "claiming::RELEASE",
    "intents::CLOSE",
    "intents::FIND_ANYONES",
    "intents::LIST_OPEN",
    "intents::LIST_SEARCHED",
    "intents::MARK_UNKNOWN",
    // Whoever settles asks by task.
    "limits::RESERVATION",
    // The same for groups and assets.
    "library_binding::CLOSE_INTENT",
    "library_binding::FIND_ADOPTED",
    "library_binding::INSERT_ASSET",
    "library_binding::INSERT_GROUP",
    "library_binding::REOPEN",
    "library_intents::CLOSE",
    "library_intents::FIND_ANYONES",
    "library_intents::LIST_OPEN",
    "library_intents::MARK_UNKNOWN",
    // An operator corrects by task; the owner comes out of the charge.
    "corrections::CORRECT",
    "ledger::ALL_OF_TASK",
    "ledger::OF_NUMBER",
    // Exports and totals answer the operator.
    "ledger::NEWEST",
    "ledger::PAGE",
    "ledger::SETTLED_AT",
    "ledger::TOTALS",
    "quarantine::LIST",
    // An operator decides by task.
    "quarantine::FIND",
    "quarantine::LET_OUT",
    "quarantine::RESOLVE",
    // The watcher works for all tenants; the owner comes out of the task.
    "cancels::END",
    "observing::END",
    "observing::FIND",
    "observing::MOVE",
    "observing::TOUCH",
    "settling::CHARGE",
    "settling::QUARANTINE",
    "watching::LIVE",
    "watching::LOAD",
    "watching::MARK_MISSING",
    "watching::RECORD_LOST",
    // An operator revokes by number.
    "tokens::REVOKE",
    "tokens::REVOKED",
    // Usage answers the operator.
    "usage::PAGE",
    "usage::TOTALS",
];

/// Those that SQLite has besides.
const SQLITE: &[&str] = &[
    // Ageing asks for the age alone.
    "aging::AGE_OUT",
    // The audit compares the whole database and answers the operator.
    "audit::charges::CHARGED",
    "audit::charges::KEPT_SPENDING",
    "audit::charges::KEPT_SUMS",
    "audit::charges::RESERVED",
    "audit::charges::UNFOUNDED",
    "audit::counters::COUNTS_AGREE",
    "audit::counters::LIVE_COUNTS_AGREE",
    "audit::days::KEPT",
    "audit::days::NEXT",
    "audit::days::ROWS",
    "audit::tasks::LAST_OF_PAGE",
    "audit::tasks::SEALED",
    "audit::tasks::UNSETTLED",
    "binding::IS_TAKEN",
    "claiming::ASKED",
    "claiming::LONGEST_DUE",
    "claiming::NEXT_TENANT",
    "library_adoption::IS_TAKEN",
];

/// Those that PostgreSQL has besides.
const POSTGRES: &[&str] = &[
    // Ageing asks for the age alone.
    "aging::LOCK_COUNTS",
    "aging::OVERDUE",
    "aging::UNLIST",
    // The audit compares the whole database and answers the operator.
    "audit::COUNTS_AGREE",
    "audit::LIVE_COUNTS_AGREE",
    "audit::SPENDING_AGREES",
    "audit::SUMS_AGREE",
    "audit::UNFOUNDED",
    "audit::UNSETTLED",
    "audit::USAGE_AGREES",
    // The owner comes out of the intent.
    "binding::INSERT_TASK",
    "binding::KNOWN",
    "corrections::LOCK",
    "corrections::LOCK_SPENDING",
    "library_adoption::KNOWN",
    "library_binding::LOCK_ASSET",
];

/// Is a tenant's table among the words of the statement?
fn is_on_a_tenants_table(text: &str) -> bool {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let mut words =
        words.skip_while(|word| *word != "FROM" && *word != "UPDATE" && *word != "INTO");
    words.any(|word| TENANT_TABLES.contains(&word))
}

/// Does the statement ask for one tenant's rows, or write one tenant's row?
fn names_the_tenant(text: &str) -> bool {
    // Values are ?1 in one dialect and $1 in the other.
    let text = text.replace('$', "?");
    let inserts = text.contains("INSERT INTO") && text.contains("VALUES (?1");
    // A token names its tenant itself: it is found by its hash, which only its owner knows.
    let by_token = text.contains("WHERE sha256 = ?1");
    text.contains("tenant_id = ?1") || text.contains("tenant_id = (SELECT") || inserts || by_token
}

/// Every statement that does not name the tenant is among those that work for the platform.
fn name_the_tenant_or_are(platform: &[&str], statements: Vec<Statement>) {
    assert!(statements.len() > 65, "only {} statements were found", statements.len());
    let mut unscoped: Vec<String> = statements
        .into_iter()
        .filter(|statement| is_on_a_tenants_table(&statement.text))
        .filter(|statement| !names_the_tenant(&statement.text))
        .map(|statement| statement.name)
        .collect();
    unscoped.sort();
    let mut listed: Vec<String> = platform.iter().map(|name| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(unscoped, listed);
}

#[test]
fn p14_every_statement_on_a_tenants_table_names_the_tenant() {
    name_the_tenant_or_are(&[BOTH, SQLITE].concat(), statements("sqlite"));
    name_the_tenant_or_are(&[BOTH, POSTGRES].concat(), statements("postgres"));
}

#[test]
fn statements_stand_in_constants_alone() {
    for (module, source) in [sources("sqlite"), sources("postgres")].concat() {
        for call in ["execute(\"", "prepare(\"", "prepare_cached(\"", "query_row(\"", "query(\""] {
            let mut inline = source.split(call).skip(1);
            let control = |rest: &str| rest.starts_with("PRAGMA") || rest.starts_with("ROLLBACK");
            assert!(inline.all(control), "{module}: {call}");
        }
    }
}
