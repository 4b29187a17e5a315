//! The tests that both backends share, on SQLite.

#[path = "shared/adoption.rs"]
mod adoption;
#[path = "shared/assets.rs"]
mod assets;
#[path = "shared/audit_log.rs"]
mod audit_log;
#[path = "shared/binding.rs"]
mod binding;
#[path = "shared/cancels.rs"]
mod cancels;
#[path = "shared/commands.rs"]
mod commands;
#[path = "shared/corrections.rs"]
mod corrections;
#[path = "shared/intents.rs"]
mod intents;
#[path = "shared/isolation.rs"]
mod isolation;
#[path = "shared/ledger.rs"]
mod ledger;
#[path = "shared/library_adoption.rs"]
mod library_adoption;
#[path = "shared/library_binding.rs"]
mod library_binding;
#[path = "shared/library_intents.rs"]
mod library_intents;
#[path = "shared/limits.rs"]
mod limits;
#[path = "shared/limits_kept.rs"]
mod limits_kept;
#[path = "shared/limits_model.rs"]
mod limits_model;
#[path = "shared/listing.rs"]
mod listing;
#[path = "shared/listing_model.rs"]
mod listing_model;
#[path = "shared/quarantine.rs"]
mod quarantine;
#[path = "shared/racing.rs"]
mod racing;
#[path = "shared/replicas.rs"]
mod replicas;
#[path = "shared/settlement.rs"]
mod settlement;
#[path = "shared/status_walks.rs"]
mod status_walks;
#[path = "shared/tariffs.rs"]
mod tariffs;
#[path = "shared/tenants.rs"]
mod tenants;
#[path = "shared/texts.rs"]
mod texts;
#[path = "shared/tokens.rs"]
mod tokens;
#[path = "shared/usage.rs"]
mod usage;
#[path = "shared/watching.rs"]
mod watching;

use crate::support::World;

/// How many random stories are tried.
const CASES: u32 = 40;

/// A store on a file.
async fn start() -> Option<World> {
    Some(World::start().await)
}
