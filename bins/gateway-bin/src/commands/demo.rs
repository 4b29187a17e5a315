//! The demonstration.
use super::arguments::DemoOptions;
pub(super) async fn run(_options: DemoOptions) -> anyhow::Result<()> { Ok(()) }
