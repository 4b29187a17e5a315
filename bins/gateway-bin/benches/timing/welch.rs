//! Welch's t-test on samples whose ends are cut off.

/// The part of a sample that is cut off at either end, in percent.
const CUT_PERCENT: usize = 5;

/// A sample without its ends: how many, their mean, their variance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trimmed {
    count: usize,
    mean: f64,
    variance: f64,
}

impl Trimmed {
    /// Times in nanoseconds.
    #[expect(clippy::cast_precision_loss, reason = "times are far below 2^53")]
    pub(crate) fn of(mut nanos: Vec<u64>) -> Self {
        nanos.sort_unstable();
        let cut = nanos.len() * CUT_PERCENT / 100;
        let kept = nanos.get(cut..nanos.len() - cut).unwrap_or_default();
        let count = kept.len();
        let mean = kept.iter().map(|time| *time as f64).sum::<f64>() / count as f64;
        let squares = kept.iter().map(|time| (*time as f64 - mean).powi(2)).sum::<f64>();
        Self { count, mean, variance: squares / (count.max(2) - 1) as f64 }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn mean(&self) -> f64 {
        self.mean
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub(crate) fn t_against(&self, other: &Self) -> f64 {
        let spread = |sample: &Self| sample.variance / sample.count as f64;
        (self.mean - other.mean) / (spread(self) + spread(other)).sqrt()
    }
}
