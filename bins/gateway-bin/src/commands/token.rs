//! `phanedge token`: the tenants' API tokens. Only a hash is kept, so a token is shown once.

use tenancy::{Store, TokenId, TokenRecord};

use super::arguments::{ConfigPath, TokenCommand};
use super::{Misuse, load};
use crate::acts::{tenants, tokens};
use crate::config::duration;
use crate::output::{self, Format};

pub(super) async fn run(config: ConfigPath, command: TokenCommand) -> anyhow::Result<()> {
    let config = load(&config.path)?;
    let store = Store::open(&config.store_url).await?;
    let done = carry_out(&store, command).await;
    store.close().await?;
    done
}

async fn carry_out(store: &Store, command: TokenCommand) -> anyhow::Result<()> {
    match command {
        TokenCommand::Issue { tenant, label, expires, actor } => {
            let lifetime = expires.as_deref().map(duration).transpose();
            let lifetime = lifetime.map_err(|accepted| Misuse(format!("--expires: {accepted}")))?;
            let tenant = tenants::find(store, &tenant).await?;
            let issued = tokens::issue(store, &tenant, label, lifetime, actor.acts()?).await?;
            output::line(issued.0.expose())?;
        }
        TokenCommand::List { tenant, rows } => {
            let tenant = tenants::find(store, &tenant).await?;
            print(&store.list_tokens(tenant.id).await?, rows.format)?;
        }
        TokenCommand::Revoke { id, actor } => {
            let known = TokenId::parse(&id);
            let known =
                known.ok_or_else(|| Misuse(format!("`{id}` is no token id; see `token list`")))?;
            tokens::revoke(store, known, actor.acts()?).await?;
            output::line(&format!("token {id} is revoked"))?;
        }
    }
    Ok(())
}

fn print(tokens: &[TokenRecord], format: Format) -> anyhow::Result<()> {
    let columns = ["id", "ends_with", "label", "created_at", "expires_at", "revoked_at"];
    let rows: Vec<Vec<String>> = tokens.iter().map(row).collect();
    output::rows(format, &columns, &rows)
}

fn row(token: &TokenRecord) -> Vec<String> {
    let time = |time: Option<_>| time.map(output::time).unwrap_or_default();
    vec![
        token.id.to_string(),
        token.hint.clone(),
        token.label.clone().unwrap_or_default(),
        output::time(token.created_at),
        time(token.expires_at),
        time(token.revoked_at),
    ]
}
