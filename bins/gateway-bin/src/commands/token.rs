//! `phanedge token`: the tenants' API tokens. Only a hash is kept, so a token is shown once.

use anyhow::Context as _;
use tenancy::{Store, Tenant, Token, TokenId, TokenRecord};

use super::arguments::{ConfigPath, TokenCommand};
use super::{Misuse, load, tenant};
use crate::clock::{Clock, later};
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
        TokenCommand::Issue { tenant: name, label, expires } => {
            let tenant = tenant::find(store, &name).await?;
            let token = issue(store, &tenant, label, expires.as_deref()).await?;
            output::line(token.expose())?;
        }
        TokenCommand::List { tenant: name, rows } => {
            let tenant = tenant::find(store, &name).await?;
            print(&store.list_tokens(tenant.id).await?, rows.format)?;
        }
        TokenCommand::Revoke { id } => {
            let known = TokenId::parse(&id);
            let known =
                known.ok_or_else(|| Misuse(format!("`{id}` is no token id; see `token list`")))?;
            let revoked = store.revoke_token(known, Clock::system().now()).await?;
            revoked.with_context(|| format!("there is no token {id}"))?;
            output::line(&format!("token {id} is revoked"))?;
        }
    }
    Ok(())
}

/// Makes a token, keeps its hash, and gives back the token itself.
pub(super) async fn issue(
    store: &Store,
    tenant: &Tenant,
    label: Option<String>,
    expires: Option<&str>,
) -> anyhow::Result<Token> {
    let now = Clock::system().now();
    let lifetime = expires.map(duration).transpose();
    let lifetime = lifetime.map_err(|accepted| Misuse(format!("--expires: {accepted}")))?;
    let token = Token::generate()?;
    let expires_at = lifetime.map(|lifetime| later(now, lifetime));
    store.issue_token(tenant.id, &token, label, expires_at, now).await?;
    Ok(token)
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
