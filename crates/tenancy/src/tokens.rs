//! Tokens in the store: issued to a tenant, shown by their last characters, revoked for good.

use crate::backend::{reading, writing};
use crate::{Actor, Error, Store, Tenant, TenantId, Token, TokenId, UnixMillis};

/// What the store keeps of a token. The token itself is not among it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// The number to revoke it by.
    pub id: TokenId,
    /// The last 4 characters of the token, for a human to recognise it.
    pub hint: String,
    /// What its owner called it.
    pub label: Option<String>,
    /// When it was issued.
    pub created_at: UnixMillis,
    /// From when on it is not accepted any more. `None`: it does not expire.
    pub expires_at: Option<UnixMillis>,
    /// When it was revoked.
    pub revoked_at: Option<UnixMillis>,
}

/// What the audit log says of a revocation.
pub(crate) const REVOCATION: &str = "before: valid; after: revoked";

/// What is stored of a token that is issued.
pub(crate) struct NewToken {
    pub(crate) tenant: TenantId,
    pub(crate) sha256: [u8; 32],
    pub(crate) hint: String,
    pub(crate) label: Option<String>,
    pub(crate) expires_at: Option<UnixMillis>,
}

impl NewToken {
    fn of(
        tenant: TenantId,
        token: &Token,
        label: Option<String>,
        expires_at: Option<UnixMillis>,
    ) -> Self {
        Self { tenant, sha256: token.sha256(), hint: token.hint(), label, expires_at }
    }

    /// What the audit log keeps of it.
    pub(crate) fn for_audit(&self) -> String {
        let tenant = self.tenant;
        let until = self.expires_at.map_or("none".to_owned(), |time| time.0.to_string());
        format!("tenant number {tenant}, expires-at-ms {until}, label {:?}", self.label)
    }
}

impl Store {
    /// Makes `token` a token of this tenant. A tenant may have any number of them.
    pub async fn issue_token(
        &self,
        tenant: TenantId,
        token: &Token,
        label: Option<String>,
        expires_at: Option<UnixMillis>,
        now: UnixMillis,
    ) -> Result<TokenRecord, Error> {
        self.issue(NewToken::of(tenant, token, label, expires_at), None, now).await
    }

    /// As [`Store::issue_token`], and the audit log says who did it.
    pub async fn issue_token_as(
        &self,
        tenant: TenantId,
        token: &Token,
        label: Option<String>,
        expires_at: Option<UnixMillis>,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<TokenRecord, Error> {
        let token = NewToken::of(tenant, token, label, expires_at);
        self.issue(token, Some(actor.into()), now).await
    }

    async fn issue(
        &self,
        token: NewToken,
        actor: Option<Actor>,
        now: UnixMillis,
    ) -> Result<TokenRecord, Error> {
        let (name, request) = Actor::texts(actor.as_ref());
        writing!(self, "issue a token", tokens::issue(&token, actor.as_ref(), now),
            storing [token.label.as_deref().unwrap_or_default(), name, request])
    }

    /// All tokens of this tenant, revoked and expired ones too, in the order of issue.
    pub async fn list_tokens(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, Error> {
        reading!(self, "list the tokens of a tenant", tokens::list(tenant))
    }

    /// A page of the tokens of this tenant, in the order of issue: at most `limit`.
    ///
    /// `after` is the last token of the page before. Costs as many steps as it answers rows.
    pub async fn tokens_page(
        &self,
        tenant: TenantId,
        after: Option<TokenId>,
        limit: u32,
    ) -> Result<Vec<TokenRecord>, Error> {
        reading!(self, "list some tokens of a tenant", tokens::page(tenant, after, limit))
    }

    /// Revokes a token for good. `None`: no token has this id.
    ///
    /// In force for every [`Store::authenticate`] that starts after this answer. A token that was
    /// revoked before keeps its time of revocation.
    pub async fn revoke_token(
        &self,
        id: TokenId,
        now: UnixMillis,
    ) -> Result<Option<TokenRecord>, Error> {
        self.revoke(id, None, now).await
    }

    /// As [`Store::revoke_token`], and the audit log says who did it, unless it was revoked before.
    pub async fn revoke_token_as(
        &self,
        id: TokenId,
        actor: impl Into<Actor>,
        now: UnixMillis,
    ) -> Result<Option<TokenRecord>, Error> {
        self.revoke(id, Some(actor.into()), now).await
    }

    async fn revoke(
        &self,
        id: TokenId,
        actor: Option<Actor>,
        now: UnixMillis,
    ) -> Result<Option<TokenRecord>, Error> {
        let (name, request) = Actor::texts(actor.as_ref());
        writing!(self, "revoke a token", tokens::revoke(id, actor.as_ref(), now),
            storing [name, request])
    }

    /// Whose token this is. `None`: unknown, revoked or expired, without a difference.
    ///
    /// A suspended tenant is answered like any other, with [`Tenant::suspended`] set.
    pub async fn authenticate(
        &self,
        token: &Token,
        now: UnixMillis,
    ) -> Result<Option<Tenant>, Error> {
        let sha256 = token.sha256();
        reading!(self, "look up a token", tokens::authenticate(&sha256, now))
    }
}
