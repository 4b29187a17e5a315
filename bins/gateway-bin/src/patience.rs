//! How long a stop waits for something: until its deadline, or for a moment once somebody is in a
//! hurry.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// What a hurry leaves for things that only have to notice it, such as idle connections.
const MOMENT: Duration = Duration::from_millis(500);

/// Waits for the end of something. Whether it came is for the caller to look at.
pub(crate) async fn wait(
    deadline: Instant,
    hurry: &CancellationToken,
    end: impl Future<Output = ()>,
) {
    let hurried = async {
        hurry.cancelled().await;
        sleep_until(Instant::now() + MOMENT).await;
    };
    tokio::select! {
        () = end => {}
        () = hurried => {}
        () = sleep_until(deadline) => {}
    }
}
