//! The table of requests that servers read differently.

use super::table;
use crate::edge::CASES;

#[test]
fn the_table_of_readings_has_every_case() {
    let expected = CASES.map(|(name, _, statuses)| {
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        vec![name.to_owned(), statuses.join(", ")]
    });
    assert_eq!(table("docs/SECURITY.md", "### One reading or none"), expected);
}
