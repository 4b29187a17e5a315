//! `phanedge orphans`: creates whose outcome nobody knows, decided on by a person. Those of tasks
//! are here, those of the asset library in `orphans/library.rs`.

mod library;

use seedance_model::LibraryId;
use tenancy::{Intent, IntentId, Store, Tenant};

use super::arguments::{ConfigPath, OrphansCommand};
use super::{Misuse, load, task_id};
use crate::acts::{By, orphans};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::output::{self, Format};
use crate::upstream::Upstreams;

/// What `orphans list` tells of an intent.
const COLUMNS: [&str; 8] =
    ["intent", "creates", "tenant", "upstream", "model", "state", "opened_at", "terms"];
/// Most intents that are read at once.
const PAGE: u32 = 500;

pub(super) async fn run(config: ConfigPath, command: OrphansCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    let store = Store::open(&config.store_url).await?;
    let done = carry_out(&store, config, command).await;
    store.close().await?;
    done
}

async fn carry_out(store: &Store, config: Config, command: OrphansCommand) -> anyhow::Result<()> {
    match command {
        OrphansCommand::List { rows } => list(store, &config, rows.format).await,
        OrphansCommand::Adopt { intent, id, actor } => {
            adopt(store, config, &intent, &id, actor.acts()?).await
        }
        OrphansCommand::Abandon { intent, actor } => abandon(store, &intent, actor.acts()?).await,
    }
}

async fn open_intents(store: &Store, config: &Config) -> anyhow::Result<Vec<Intent>> {
    let mut open = Vec::new();
    for upstream in &config.upstreams {
        let mut after = None;
        loop {
            let page = store.open_intents(&upstream.name, after, PAGE).await?;
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

async fn adopt(
    store: &Store,
    config: Config,
    intent: &str,
    id: &str,
    by: By,
) -> anyhow::Result<()> {
    if let Some(wanted) = orphans::library::intent_id(intent) {
        let item = LibraryId::parse(id).ok_or_else(|| Misuse(format!("`{id}` cannot be an id")))?;
        orphans::library::adopt(store, &connect(config)?, wanted, &item, by).await?;
    } else {
        let (wanted, task) = (intent_id(intent)?, task_id(id)?);
        orphans::adopt(store, &connect(config)?, wanted, &task, by).await?;
    }
    output::line(&format!("intent {intent} has adopted `{id}`"))?;
    Ok(())
}

fn connect(config: Config) -> anyhow::Result<Upstreams> {
    Upstreams::connect(config.upstreams, config.watch.interval, &Metrics::new(), None)
}

async fn abandon(store: &Store, intent: &str, by: By) -> anyhow::Result<()> {
    match orphans::library::intent_id(intent) {
        Some(wanted) => orphans::library::abandon(store, wanted, by).await?,
        None => orphans::abandon(store, intent_id(intent)?, by).await?,
    }
    output::line(&format!("intent {intent} is given up"))?;
    Ok(())
}

fn intent_id(text: &str) -> Result<IntentId, Misuse> {
    IntentId::parse(text)
        .ok_or_else(|| Misuse(format!("`{text}` is no intent; see `orphans list`")))
}

async fn list(store: &Store, config: &Config, format: Format) -> anyhow::Result<()> {
    let tenants = store.list_tenants().await?;
    let intents = open_intents(store, config).await?;
    let of_library = library::open_intents(store, config).await?;
    let rows = intents.iter().map(|intent| row(intent, &tenants));
    let rows = rows.chain(of_library.iter().map(|intent| library::row(intent, &tenants)));
    output::rows(format, &COLUMNS, &rows.collect::<Vec<_>>())
}

fn row(intent: &Intent, tenants: &[Tenant]) -> Vec<String> {
    let tenant = tenants.iter().find(|tenant| tenant.id == intent.tenant);
    vec![
        intent.id.to_string(),
        "task".to_owned(),
        tenant.map(|tenant| tenant.name.to_string()).unwrap_or_default(),
        intent.upstream.clone(),
        intent.model.to_string(),
        intent.state.name().to_owned(),
        output::time(intent.opened_at),
        intent.terms.clone(),
    ]
}
