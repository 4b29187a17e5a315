//! A histogram without a lock, for what happens with every request.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::metrics::{MetricType, TypedMetric};

/// Upper bounds of the buckets in microseconds; what is above the last has a bucket too.
const BOUNDS_MICROS: [u64; 11] =
    [500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 500_000, 1_000_000, 5_000_000, 30_000_000];

/// How long something takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Latency(Arc<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    counts: [AtomicU64; BOUNDS_MICROS.len() + 1],
    sum_micros: AtomicU64,
}

impl Latency {
    pub(super) fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        if let Some(count) = self.0.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.0.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }
}

impl TypedMetric for Latency {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Latency {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), std::fmt::Error> {
        let seconds = |micros| Duration::from_micros(micros).as_secs_f64();
        let bounds = BOUNDS_MICROS.into_iter().map(seconds).chain([f64::MAX]);
        let counts = self.0.counts.iter().map(|count| count.load(Ordering::Relaxed));
        let buckets: Vec<(f64, u64)> = bounds.zip(counts).collect();
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = seconds(self.0.sum_micros.load(Ordering::Relaxed));
        let none = None::<&HashMap<usize, Exemplar<NoLabelSet, f64>>>;
        encoder.encode_histogram(sum, count, &buckets, none)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

#[test]
fn a_time_is_counted_in_the_bucket_that_ends_with_it() {
    let latency = Latency::default();
    for micros in [0, 500, 501, 31_000_000] {
        latency.observe(Duration::from_micros(micros));
    }
    let counts: Vec<u64> =
        latency.0.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
    assert_eq!((counts[0], counts[1], counts[11]), (2, 1, 1));
    assert_eq!(counts.iter().sum::<u64>(), 4);
    assert_eq!(latency.0.sum_micros.load(Ordering::Relaxed), 31_001_001);
}
