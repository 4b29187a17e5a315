//! Tokens: issued to a tenant, and revoked. Only a hash is kept, so a token is shown once.

use std::time::Duration;

use tenancy::{Store, Tenant, Token, TokenId, TokenRecord};

use super::{By, Failure, Reason};
use crate::clock::later;

/// Makes a token, keeps its hash, and gives back the token itself. Without a lifetime it is valid
/// for ever.
pub(crate) async fn issue(
    store: &Store,
    tenant: &Tenant,
    label: Option<String>,
    lifetime: Option<Duration>,
    by: By,
) -> Result<(Token, TokenRecord), Failure> {
    let token = Token::generate()?;
    let expires_at = lifetime.map(|lifetime| later(by.now, lifetime));
    let issued =
        store.issue_token_as(tenant.id, &token, label, expires_at, by.actor, by.now).await?;
    Ok((token, issued))
}

/// Revokes a token for good, and answers how it is now.
pub(crate) async fn revoke(store: &Store, id: TokenId, by: By) -> Result<TokenRecord, Failure> {
    let revoked = store.revoke_token_as(id, by.actor, by.now).await?;
    revoked.ok_or_else(|| Failure::new(Reason::NoToken, format!("there is no token {id}")))
}
