//! The `phanedge` command.
fn main() {}
