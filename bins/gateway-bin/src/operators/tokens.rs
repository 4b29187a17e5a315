//! Tenants' tokens: listed without their secrets, issued, revoked.

use axum::extract::State;
use axum::routing::{get, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenancy::{TokenId, TokenRecord};

use super::call::{Answer, Answered, Asked, Change, Named, confirmed, invalid};
use super::tenants::{Confirmation, PageQuery};
use super::{Desk, Operation, paging};
use crate::acts::{tenants, tokens};
use crate::config::duration;
use crate::error::{ApiError, Kind};
use crate::output;

const OF_TENANT: &str = "/admin/v1/tenants/{tenant}/tokens";
const TAG: &str = "tokens";
/// Longest label, in characters.
const LABEL_CHARS: usize = 200;

/// What is kept of a token. The token itself is not among it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Token {
    /// The id to revoke it by.
    id: String,
    /// Its last characters, to recognise it by.
    ends_with: String,
    /// A note for operators.
    label: Option<String>,
    /// When it was issued, RFC 3339.
    created_at: String,
    /// From when on it is not accepted; `null`: it does not expire.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
}

/// Tokens of a tenant in the order of issue, page by page.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tokens {
    /// The tokens of this page, revoked and expired ones too.
    tokens: Vec<Token>,
    /// `after` of the next page; `null` on the last one.
    next: Option<String>,
}

/// A token to issue.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// A note for operators.
    #[schemars(length(max = 200))]
    label: Option<String>,
    /// How long it is valid, such as `90d` or `12h`; for ever if not given.
    expires: Option<String>,
}

/// A token that was issued, with its secret: the only time that it is shown.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct IssuedToken {
    /// The secret, which its owner sends as `Authorization: Bearer`.
    secret: String,
    /// What is kept of it.
    token: Token,
}

impl From<TokenRecord> for Token {
    fn from(token: TokenRecord) -> Self {
        Self {
            id: token.id.to_string(),
            ends_with: token.hint,
            label: token.label,
            created_at: output::time(token.created_at),
            expires_at: token.expires_at.map(output::time),
            revoked_at: token.revoked_at.map(output::time),
        }
    }
}

async fn list(
    State(desk): State<Desk>,
    Named(name): Named,
    Asked(asked): Asked<PageQuery>,
) -> Answered<Tokens> {
    let limit = paging::limit(asked.limit)?;
    let after = asked.after.as_deref().map(token_id("after")).transpose()?;
    let tenant = tenants::find(&desk.app().store, &name).await?;
    let rows = desk.app().store.tokens_page(tenant.id, after, limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |token| token.id.to_string());
    Ok(Answer(Tokens { tokens: rows.into_iter().map(Token::from).collect(), next }))
}

async fn issue(
    State(desk): State<Desk>,
    Named(name): Named,
    change: Change<NewToken>,
) -> Answered<IssuedToken> {
    let NewToken { label, expires } = change.body;
    if label.as_ref().is_some_and(|label| label.chars().count() > LABEL_CHARS) {
        return Err(invalid("label", format!("use up to {LABEL_CHARS} characters")).into());
    }
    let lifetime = expires.as_deref().map(duration).transpose();
    let lifetime = lifetime.map_err(|accepted| invalid("expires", accepted))?;
    let tenant = tenants::find(&desk.app().store, &name).await?;
    let (token, kept) =
        tokens::issue(&desk.app().store, &tenant, label, lifetime, change.by).await?;
    Ok(Answer(IssuedToken { secret: token.expose().to_owned(), token: kept.into() }))
}

async fn revoke(
    State(desk): State<Desk>,
    Named(id): Named,
    change: Change<Confirmation>,
) -> Answered<Token> {
    let id = token_id("token")(&id)?;
    confirmed(change.body.confirm, &format!("token {id} would be refused for good"))?;
    Ok(Answer(tokens::revoke(&desk.app().store, id, change.by).await?.into()))
}

fn token_id(param: &'static str) -> impl Fn(&str) -> Result<TokenId, ApiError> {
    move |text| {
        let shown = text.chars().take(40).collect::<String>();
        let wrong = || invalid(param, format!("`{}` is no token id", shown.escape_debug()));
        TokenId::parse(text).ok_or_else(wrong)
    }
}

/// The token of the examples, revoked or not.
macro_rules! token {
    ($revoked_at:literal) => {
        concat!(
            r#"{"id":"7","ends_with":"x1Yz","label":"ci","created_at":"2026-11-22T08:00:00Z","#,
            r#""expires_at":"2027-02-20T08:00:00Z","revoked_at":"#,
            $revoked_at,
            "}"
        )
    };
}

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::new(
            ["GET", OF_TENANT, "listTokens"],
            TAG,
            "List a tenant's tokens, without their secrets.",
            || get(list),
        )
        .asking::<PageQuery>()
        .answering::<Tokens>(concat!(r#"{"tokens":["#, token!("null"), r#"],"next":null}"#))
        .refusing(&[Kind::TenantNotFound]),
        Operation::new(
            ["POST", OF_TENANT, "issueToken"],
            TAG,
            "Issue a token; its secret is shown this once.",
            || post(issue),
        )
        .taking::<NewToken>(r#"{"label":"ci","expires":"90d"}"#)
        .answering::<IssuedToken>(concat!(r#"{"secret":"oh-…","token":"#, token!("null"), "}"))
        .refusing(&[Kind::TenantNotFound]),
        Operation::new(
            ["POST", "/admin/v1/tokens/{token}/revoke", "revokeToken"],
            TAG,
            "Revoke a token at once, and for good.",
            || post(revoke),
        )
        .taking::<Confirmation>(r#"{"confirm":true}"#)
        .answering::<Token>(token!("\"2026-11-23T08:00:00Z\""))
        .refusing(&[Kind::TokenNotFound, Kind::ConfirmationRequired]),
    ]
}
