//! One more row for a charge that a person found wrong: computed, then added.
//!
//! Either the tokens were wrong: then both amounts follow from them, so that charge and
//! corrections together cost what the right number of tokens costs. Or an amount is added, for a
//! reason that no number of tokens has. A task never costs less than nothing.

use seedance_model::{Resolution, TaskId};
use seedance_pricing::{Decimal, Sku, Tariff, TokenCount, VideoInput};
use tenancy::{LedgerEntry, NewCorrection, Store};

use super::{By, Failure, Reason};
use crate::ledger::{DECIMALS, decimal};
use crate::tariffs;

/// What is to be added to a charge.
#[derive(Clone, Debug)]
pub(crate) enum Wanted {
    /// So many tokens, negative to take some back.
    Tokens(i64),
    /// An amount in USD as plain decimal text, negative to give some back.
    Usd(String),
}

/// A correction that is not in the ledger yet, and the charge that it is about.
#[derive(Debug)]
pub(crate) struct Correction {
    pub(crate) charge: LedgerEntry,
    pub(crate) added: NewCorrection,
}

/// What the correction would be, by the prices and the exchange rate of the charge.
pub(crate) async fn compute(
    store: &Store,
    id: &TaskId,
    wanted: &Wanted,
    reason: &str,
) -> Result<Correction, Failure> {
    let rows = store.ledger_of_task(id).await?;
    let charge = rows.first().ok_or_else(|| absent(id))?.clone();
    let [tokens, cny, usd] = match wanted {
        Wanted::Tokens(tokens) => {
            let tariff = tariffs::stored(store, &charge.tariff).await;
            let tariff = tariff.map_err(|error| unread("tariff", format!("{error:#}")))?;
            by_tokens(&tariff, &charge, &rows, *tokens)?
        }
        Wanted::Usd(amount) => by_amount(&charge, &rows, amount)?,
    };
    let added = NewCorrection {
        task: charge.task_id.clone(),
        // The charge is the first of the rows, and has no number among them.
        number: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        tokens,
        charge_cny_micros: cny,
        charge_usd_micros: usd,
        reason: reason.to_owned(),
    };
    Ok(Correction { charge, added })
}

/// Writes it into the ledger, and gives its row.
pub(crate) async fn add(
    store: &Store,
    correction: Correction,
    by: By,
) -> Result<LedgerEntry, Failure> {
    let Correction { charge, added } = correction;
    let task = &charge.task_id;
    match store.add_correction(added, by.actor, by.now).await {
        Err(error) if error.is_overtaken() => Err(overtaken(task).because(error)),
        row => row?.ok_or_else(|| absent(task)),
    }
}

/// What the right number of tokens costs, less what was charged for the wrong one: tokens, CNY
/// and USD.
fn by_tokens(
    tariff: &Tariff,
    charge: &LedgerEntry,
    rows: &[LedgerEntry],
    tokens: i64,
) -> Result<[i64; 3], Failure> {
    let before: i128 = rows.iter().map(|row| i128::from(row.tokens)).sum();
    let after = before + i128::from(tokens);
    let resolution = Resolution::parse(&charge.resolution)
        .map_err(|_| unread("charge", "its resolution is none that is known".to_owned()))?;
    let sku = Sku::of(charge.model, resolution, VideoInput::of(charge.has_video));
    let (was, is) = (cost(tariff, sku, before), cost(tariff, sku, after));
    let (Some(was), Some(is), true) = (was, is, tokens != 0) else {
        let most = TokenCount::MAX;
        let text = format!("`{tokens}` would make {after} tokens of {before}");
        let text = format!("{text}; they have to change, and stay within 0 to {most}");
        return Err(Failure::new(Reason::Invalid("tokens"), text));
    };
    Ok([tokens, is.0 - was.0, is.1 - was.1])
}

/// CNY and USD in millionths; `None` for a number of tokens that nothing can have.
fn cost(tariff: &Tariff, sku: Sku, tokens: i128) -> Option<(i64, i64)> {
    if tokens == 0 {
        return Some((0, 0));
    }
    let tokens = u64::try_from(tokens).ok().and_then(|tokens| TokenCount::new(tokens).ok())?;
    let charge = tariff.charge(sku, tokens);
    Some((charge.charge_cny.micros(), charge.charge_usd.micros()))
}

/// No tokens, an amount in USD, and the same in CNY by the exchange rate of the charge.
fn by_amount(
    charge: &LedgerEntry,
    rows: &[LedgerEntry],
    amount: &str,
) -> Result<[i64; 3], Failure> {
    let invalid = |text: String| Failure::new(Reason::Invalid("usd"), text);
    let shown = amount.escape_debug();
    let usd = micros_of(amount).filter(|usd| *usd != 0).ok_or_else(|| {
        invalid(format!("`{shown}` is no amount; use a decimal such as `-0.25`, but not 0"))
    })?;
    let before: i128 = rows.iter().map(|row| i128::from(row.charge_usd_micros)).sum();
    if before + i128::from(usd) < 0 {
        let before = decimal(before);
        return Err(invalid(format!(
            "`{shown}` gives back more than the {before} USD of the task"
        )));
    }
    let exchanged = in_micros(usd) * in_micros(charge.cny_per_usd_micros);
    let cny = whole_micros(exchanged)
        .ok_or_else(|| invalid(format!("`{shown}` is too large an amount in CNY")))?;
    Ok([0, cny, usd])
}

/// Plain decimal text in millionths, if it has no finer parts.
fn micros_of(text: &str) -> Option<i64> {
    let amount: Decimal = text.parse().ok()?;
    (amount.normalize().scale() <= DECIMALS).then(|| whole_micros(amount)).flatten()
}

fn in_micros(micros: i64) -> Decimal {
    Decimal::new(micros, DECIMALS)
}

/// Rounded half to even, like a charge.
fn whole_micros(amount: Decimal) -> Option<i64> {
    let mut amount = amount.round_dp(DECIMALS);
    amount.rescale(DECIMALS);
    let is_exact = amount.scale() == DECIMALS;
    i64::try_from(amount.mantissa()).ok().filter(|_| is_exact)
}

fn absent(id: &TaskId) -> Failure {
    Failure::new(Reason::NoCharge, format!("task `{id}` has no charge"))
}

/// Two at a time could together give back more than was charged.
fn overtaken(id: &TaskId) -> Failure {
    let text = format!("task `{id}` was corrected meanwhile, and nothing was added; look again");
    Failure::new(Reason::Overtaken, text)
}

fn unread(what: &str, cause: String) -> Failure {
    Failure::new(Reason::Store, format!("the {what} cannot be read")).because(cause)
}
