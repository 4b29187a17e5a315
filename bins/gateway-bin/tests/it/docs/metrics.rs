//! The metrics: the table in the documentation, and the page that a running gateway serves.

use std::collections::BTreeSet;

use gateway::METRICS;

use super::{code, table};
use crate::support::{GOOD, World};

#[test]
fn the_table_of_metrics_has_every_metric() {
    let rows = table("docs/OPERATIONS.md", "## Metrics");
    let documented: Vec<[&str; 4]> =
        rows.iter().map(|row| [&*row[0], &*row[1], &*row[2], &*row[3]]).collect();
    let known = METRICS.map(|metric| {
        let labels = if metric.labels.is_empty() { String::new() } else { code(metric.labels) };
        [code(&metric.exported_name()), metric.kind.into(), labels, metric.meaning.into()]
    });
    let known: Vec<[&str; 4]> =
        known.iter().map(|row| row.each_ref().map(|cell| &**cell)).collect();
    assert_eq!(documented, known);
}

/// Name and names of labels of a sample; what a histogram adds by itself is left out.
fn sample(line: &str) -> (String, BTreeSet<String>) {
    let (sample, _value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = sample.split_once('{').unwrap_or((sample, "}"));
    let parts = ["_bucket", "_sum", "_count"].iter();
    let name = parts.fold(name, |name, part| name.strip_suffix(part).unwrap_or(name));
    let labels = labels.trim_end_matches('}').split(',').filter_map(|label| label.split_once('='));
    let names = labels.map(|(name, _)| name.to_owned()).filter(|name| name != "le");
    (name.to_owned(), names.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn p19_the_page_of_metrics_has_the_documented_names_and_labels_and_no_tenant() {
    let world = World::with_quota(1000, 1000).await;
    let acme = world.tenant("tenant-with-a-telling-name").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    acme.delete(&id).await;
    let page = world.metrics().await;
    assert!(page.ends_with("# EOF\n"));
    let mut seen = BTreeSet::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (name, labels) = sample(line);
        let documented = METRICS.iter().find(|metric| metric.exported_name() == name);
        let documented = documented.unwrap_or_else(|| panic!("`{name}` is not documented"));
        let expected = documented.labels.split(", ").filter(|label| !label.is_empty());
        assert_eq!(labels, expected.map(str::to_owned).collect(), "{line}");
        seen.insert(name);
    }
    assert!(seen.contains("phanedge_settlements_total"), "{page}");
    for secret in ["tenant-with-a-telling-name", &id, "sim-api-key"] {
        assert!(!page.contains(secret), "{secret} in {page}");
    }
}
