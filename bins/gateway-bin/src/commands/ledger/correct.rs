//! `phanedge ledger correct`: one more row for a charge that a person found wrong.
//!
//! Either the tokens were wrong: then both amounts follow from them, so that charge and
//! corrections together cost what the right number of tokens costs. Or an amount is added, for a
//! reason that no number of tokens has. A task never costs less than nothing.

use anyhow::{Context as _, bail};
use seedance_model::Resolution;
use seedance_pricing::{Decimal, Sku, Tariff, TokenCount, VideoInput};
use tenancy::{LedgerEntry, NewCorrection, Store};

use super::cost::{only_shown, print_correction};
use crate::clock::Clock;
use crate::commands::arguments::CorrectionArguments;
use crate::commands::{Misuse, task_id};
use crate::ledger::decimal;
use crate::tariffs;

/// Decimals of an amount.
const DECIMALS: u32 = 6;

pub(super) async fn run(store: &Store, asked: &CorrectionArguments) -> anyhow::Result<()> {
    let id = task_id(&asked.task)?;
    let actor = asked.payment.decision.actor.for_audit()?;
    let rows = store.ledger_of_task(&id).await?;
    let charge = rows.first().with_context(|| format!("task `{id}` has no charge"))?;
    let mut correction = match (asked.tokens, asked.usd.as_deref()) {
        (Some(tokens), None) => {
            let tariff = tariffs::stored(store, &charge.tariff).await?;
            by_tokens(&tariff, charge, &rows, tokens)?
        }
        (None, Some(amount)) => by_amount(charge, &rows, amount)?,
        _ => bail!(Misuse("say either `--tokens` or `--usd`".to_owned())),
    };
    correction.reason.clone_from(&asked.payment.decision.reason);
    print_correction(asked.payment.rows.format, charge, &correction)?;
    if !asked.payment.yes {
        bail!(only_shown());
    }
    let added = store.add_correction(correction, &actor, Clock::system().now()).await?;
    added.with_context(|| format!("task `{id}` has no charge"))?;
    Ok(())
}

/// What the right number of tokens costs, less what was charged for the wrong one.
fn by_tokens(
    tariff: &Tariff,
    charge: &LedgerEntry,
    rows: &[LedgerEntry],
    tokens: i64,
) -> anyhow::Result<NewCorrection> {
    let before: i128 = rows.iter().map(|row| i128::from(row.tokens)).sum();
    let after = before + i128::from(tokens);
    let resolution = Resolution::parse(&charge.resolution);
    let resolution = resolution.context("the charge has a resolution that nobody knows")?;
    let sku = Sku::of(charge.model, resolution, VideoInput::of(charge.has_video));
    let (was, is) = (cost(tariff, sku, before), cost(tariff, sku, after));
    let (Some(was), Some(is), true) = (was, is, tokens != 0) else {
        let most = TokenCount::MAX;
        let text = format!("`--tokens {tokens}` would make {after} tokens of {before}");
        bail!(Misuse(format!("{text}; they have to change, and stay within 0 to {most}")));
    };
    Ok(NewCorrection {
        task: charge.task_id.clone(),
        tokens,
        charge_cny_micros: is.0 - was.0,
        charge_usd_micros: is.1 - was.1,
        reason: String::new(),
    })
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

/// An amount in USD, and the same in CNY by the exchange rate of the charge.
fn by_amount(
    charge: &LedgerEntry,
    rows: &[LedgerEntry],
    amount: &str,
) -> anyhow::Result<NewCorrection> {
    let usd = micros_of(amount).filter(|usd| *usd != 0).ok_or_else(|| {
        Misuse(format!("`--usd {amount}` is no amount; use a decimal such as `-0.25`, but not 0"))
    })?;
    let before: i128 = rows.iter().map(|row| i128::from(row.charge_usd_micros)).sum();
    if before + i128::from(usd) < 0 {
        let before = decimal(before);
        bail!(Misuse(format!(
            "`--usd {amount}` gives back more than the {before} USD of the task"
        )));
    }
    let exchanged = in_micros(usd) * in_micros(charge.cny_per_usd_micros);
    Ok(NewCorrection {
        task: charge.task_id.clone(),
        tokens: 0,
        charge_cny_micros: whole_micros(exchanged).context("the amount in CNY is too large")?,
        charge_usd_micros: usd,
        reason: String::new(),
    })
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
