//! Ageing: tasks older than the listed window leave the set that pages and totals look at.

use std::time::Duration;

use crate::backend::writing;
use crate::{Error, Store, UnixMillis};

/// How long a task is listed: the upstream's own window, "the last 7 days".
pub(crate) const LISTED_FOR: Duration = Duration::from_hours(7 * 24);

impl Store {
    /// Takes at most `limit` tasks that are older than 7 days out of the listed set, oldest first.
    /// Answers how many; fewer than `limit` means that none is left.
    ///
    /// Pages and totals are exact without it. It keeps them quick, so call it now and then.
    pub async fn age_out(&self, now: UnixMillis, limit: u32) -> Result<usize, Error> {
        let cutoff = now.minus(LISTED_FOR);
        writing!(self, "age tasks out of the list", aging::age_out(cutoff, limit))
    }
}
