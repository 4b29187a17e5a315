//! Tokens in the store: issued to a tenant, shown by their last characters, revoked for good.

use crate::backend::{reading, writing};
use crate::{Error, Store, Tenant, TenantId, Token, TokenId, UnixMillis};

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

/// What is stored of a token that is issued.
pub(crate) struct NewToken {
    pub(crate) tenant: TenantId,
    pub(crate) sha256: [u8; 32],
    pub(crate) hint: String,
    pub(crate) label: Option<String>,
    pub(crate) expires_at: Option<UnixMillis>,
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
        let token =
            NewToken { tenant, sha256: token.sha256(), hint: token.hint(), label, expires_at };
        writing!(
            self,
            "issue a token",
            tokens::issue(&token, now),
            storing[token.label.as_deref().unwrap_or_default()]
        )
    }

    /// All tokens of this tenant, revoked and expired ones too, in the order of issue.
    pub async fn list_tokens(&self, tenant: TenantId) -> Result<Vec<TokenRecord>, Error> {
        reading!(self, "list the tokens of a tenant", tokens::list(tenant))
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
        writing!(self, "revoke a token", tokens::revoke(id, now))
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
