//! `phanedge check`: every problem at once, or the values in force.

use super::arguments::ConfigPath;
use crate::output::{self, Format};

pub(super) fn run(config: &ConfigPath) -> anyhow::Result<()> {
    let config = super::load(&config.path)?;
    let rows: Vec<Vec<String>> = config
        .effective
        .into_iter()
        .map(|value| vec![value.path, value.value, value.origin.to_string()])
        .collect();
    output::rows(Format::Table, &["key", "value", "from"], &rows)?;
    output::line("the configuration is good")?;
    Ok(())
}
