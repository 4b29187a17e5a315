//! Durable creates: what one client reaches alone, and what many reach together, on the same disk.
//!
//! Each create is two commits, one before it is sent and one after it; commits that wait for the
//! disk at the same time share one sync.

use std::time::Duration;

use crate::Options;
use crate::contestants::Contestants;
use crate::figures::Column;
use crate::medians::{median, ratio};
use crate::wrk::{self, Request};

pub(crate) fn measure(options: &Options, contestants: &Contestants) -> anyhow::Result<Column> {
    let gateway = contestants.gateway();
    let time = Duration::from_secs(options.seconds);
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        alone.push(wrk::run(&gateway, &Request::Create, 1, time)?.per_second);
        together.push(wrk::run(&gateway, &Request::Create, options.connections, time)?.per_second);
    }
    let (alone, together) = (median(alone), median(together));
    let mut column = Column::new("gateway");
    column.add("creates a second, 1 client", alone);
    column.add(&format!("creates a second, {} clients", options.connections), together);
    column.add("times as many", ratio(together, alone));
    Ok(column)
}
