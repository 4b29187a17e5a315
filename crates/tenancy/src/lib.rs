#![doc = include_str!("../README.md")]

mod aging;
mod error;
mod ids;
mod intents;
mod ledger;
mod listing;
mod scope;
mod server_lock;
mod settlement;
mod sqlite;
mod store;
mod tariffs;
mod tasks;
mod tenant_name;
mod tenants;
mod time;
mod token;
mod tokens;
mod watching;

pub use error::Error;
pub use ids::{IntentId, TenantId, TokenId};
pub use intents::{Binding, Idempotency, Intent, IntentState, NewIntent, NewTask, Opening};
pub use ledger::{LedgerEntry, LedgerFilter, LedgerKind, LedgerTotals};
pub use listing::TaskPage;
pub use scope::TenantScope;
pub use server_lock::ServerLock;
pub use settlement::{NewLedgerEntry, Observation, Recorded, Settlement};
pub use store::Store;
pub use tasks::{SettlementState, Task};
pub use tenant_name::{InvalidTenantName, TenantName};
pub use tenants::{NewTenant, Tenant};
pub use time::UnixMillis;
pub use token::Token;
pub use tokens::TokenRecord;
pub use watching::LiveTask;
