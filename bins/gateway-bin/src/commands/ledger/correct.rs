//! `phanedge ledger correct`: one more row for a charge that a person found wrong. What it adds is
//! computed by `acts/corrections.rs`.

use anyhow::bail;
use tenancy::Store;

use super::cost::{only_shown, print_correction};
use crate::acts::corrections::{self, Wanted};
use crate::commands::arguments::CorrectionArguments;
use crate::commands::{Misuse, task_id};

pub(super) async fn run(store: &Store, asked: &CorrectionArguments) -> anyhow::Result<()> {
    let (id, decision) = (task_id(&asked.task)?, &asked.payment.decision);
    let by = decision.actor.acts()?;
    let wanted = match (asked.tokens, &asked.usd) {
        (Some(tokens), None) => Wanted::Tokens(tokens),
        (None, Some(amount)) => Wanted::Usd(amount.clone()),
        _ => bail!(Misuse("say either `--tokens` or `--usd`".to_owned())),
    };
    let correction = corrections::compute(store, &id, &wanted, &decision.reason).await?;
    print_correction(asked.payment.rows.format, &correction.charge, &correction.added)?;
    if !asked.payment.yes {
        bail!(only_shown());
    }
    corrections::add(store, correction, by).await?;
    Ok(())
}
