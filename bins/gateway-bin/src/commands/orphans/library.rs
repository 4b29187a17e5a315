//! Open intents of the asset library, shown beside those of tasks.

use tenancy::{LibraryIntent, Store, Tenant};

use super::PAGE;
use crate::acts::orphans::library::{name_of, words};
use crate::config::Config;
use crate::output;

pub(super) async fn open_intents(
    store: &Store,
    config: &Config,
) -> anyhow::Result<Vec<LibraryIntent>> {
    let mut open = Vec::new();
    for upstream in &config.upstreams {
        let mut after = None;
        loop {
            let page = store.open_library_intents(&upstream.name, after, PAGE).await?;
            after = page.last().map(|intent| intent.id);
            let is_last = page.len() < PAGE as usize;
            open.extend(page);
            if is_last {
                break;
            }
        }
    }
    Ok(open)
}

pub(super) fn row(intent: &LibraryIntent, tenants: &[Tenant]) -> Vec<String> {
    let tenant = tenants.iter().find(|tenant| tenant.id == intent.tenant);
    let (creates, terms) = words(intent);
    vec![
        name_of(intent.id),
        creates.to_owned(),
        tenant.map(|tenant| tenant.name.to_string()).unwrap_or_default(),
        intent.upstream.clone(),
        String::new(),
        intent.state.name().to_owned(),
        output::time(intent.opened_at),
        terms.to_string(),
    ]
}
