//! The counts that are written down beside the bench, and how far a new one may be from them.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, bail};

/// Where they are: a line `count name` for each kind of request.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions/recorded.txt");
/// How far a count may be from what is recorded, in hundredths of that.
const MOST_PERCENT: u64 = 5;

/// Instructions for each request, by its name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorded(BTreeMap<String, u64>);

impl Recorded {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let text = fs::read_to_string(FILE).context(FILE)?;
        let lines = text.lines().map(|line| {
            let (count, name) = line.split_once(' ').context("a line without a name")?;
            Ok((name.to_owned(), count.parse()?))
        });
        Ok(Self(lines.collect::<anyhow::Result<_>>().context(FILE)?))
    }

    pub(crate) fn write(&self) -> anyhow::Result<()> {
        let lines = self.0.iter().map(|(name, count)| format!("{count} {name}\n"));
        fs::write(FILE, lines.collect::<String>()).context(FILE)
    }

    /// Keeps the lowest count of each name: whatever disturbs a run adds to it.
    pub(crate) fn note(&mut self, name: &str, count: u64) {
        let lowest = self.0.entry(name.to_owned()).or_insert(count);
        *lowest = count.min(*lowest);
    }

    /// Fails if a count is too far from what is recorded, and tells what to do.
    pub(crate) fn check(&self, found: &Self) -> anyhow::Result<()> {
        let mut complaints = Vec::new();
        for (name, count) in &found.0 {
            let recorded = *self.0.get(name).with_context(|| format!("no record of `{name}`"))?;
            println!("{name}: {count} instructions, recorded {recorded}");
            let allowed = recorded * MOST_PERCENT / 100;
            if *count > recorded + allowed {
                complaints.push(format!(
                    "{name}: {count} instructions are over {MOST_PERCENT} % more than the recorded \
                     {recorded}; make it cheaper, or record it with the reason in the commit"
                ));
            } else if *count < recorded - allowed {
                complaints.push(format!(
                    "{name}: {count} instructions are over {MOST_PERCENT} % less than the recorded \
                     {recorded}; keep the gain with `-- --record`"
                ));
            }
        }
        if complaints.is_empty() { Ok(()) } else { bail!("{}", complaints.join("\n")) }
    }
}
