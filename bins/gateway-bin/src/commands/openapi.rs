//! `phanedge openapi`: the OpenAPI document of the tenants' or of the operators' surface.

use crate::openapi::{self, Surface};
use crate::output;

pub(super) fn run(surface: Surface) -> anyhow::Result<()> {
    output::line(openapi::text(surface).trim_end())?;
    Ok(())
}
