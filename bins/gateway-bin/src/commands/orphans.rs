//! `phanedge orphans`: creates whose outcome nobody knows, decided on by a person. Those of tasks
//! are here, those of the asset library in `orphans/library.rs`.

mod library;

use anyhow::{Context as _, bail};
use tenancy::{Binding, Intent, IntentId, NewTask, Store, Tenant};

use super::arguments::{ConfigPath, OrphansCommand};
use super::{Misuse, load, task_id};
use crate::clock::Clock;
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
            let actor = actor.for_audit()?;
            match library::intent_id(&intent) {
                Some(wanted) => library::adopt(store, config, wanted, &id, &actor).await,
                None => adopt(store, config, &intent, &id, &actor).await,
            }
        }
        OrphansCommand::Abandon { intent, actor } => {
            let actor = actor.for_audit()?;
            match library::intent_id(&intent) {
                Some(wanted) => library::abandon(store, wanted, &actor).await,
                None => abandon(store, &intent, &actor).await,
            }
        }
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

/// The task has to exist upstream; its report becomes what the tenant sees.
async fn adopt(
    store: &Store,
    config: Config,
    intent: &str,
    task: &str,
    actor: &str,
) -> anyhow::Result<()> {
    let wanted = intent_id(intent)?;
    let task = task_id(task)?;
    let open = open_intents(store, &config).await?;
    let found = open.into_iter().find(|open| open.id == wanted);
    let found = found.with_context(|| format!("no intent {intent} is open"))?;
    let upstreams = connect(config)?;
    let upstream = upstreams.get(&found.upstream).context("its upstream is not configured")?;
    let report = upstream.ark.get_task(&task).await.context("asking the upstream for the task")?;
    let now = Clock::system().now();
    let body = report.public_body(found.model, |text| upstream.redactor.message(text));
    let adopted = NewTask { id: task.clone(), body, next_check_at: now };
    let bound = store.adopt_intent(wanted, adopted, actor, now).await?;
    if !matches!(bound, Binding::Bound | Binding::AlreadyBound) {
        bail!("nothing was changed: {bound:?}");
    }
    output::line(&format!("intent {intent} has adopted `{task}`"))?;
    Ok(())
}

fn connect(config: Config) -> anyhow::Result<Upstreams> {
    Upstreams::connect(config.upstreams, config.watch.interval, &Metrics::new(), None)
}

async fn abandon(store: &Store, intent: &str, actor: &str) -> anyhow::Result<()> {
    let wanted = intent_id(intent)?;
    if !store.abandon_intent(wanted, actor, Clock::system().now()).await? {
        bail!("no intent {intent} is open");
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
