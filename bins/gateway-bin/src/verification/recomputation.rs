//! One row of the ledger, computed again from what it was computed from.
//!
//! A correction is what a person decided, so its tokens and amounts are not computed again; its
//! SKU, its price and its rates are those of the charge.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use seedance_model::Resolution;
use seedance_pricing::{Sku, Tariff, TokenCount, VideoInput};
use tenancy::{LedgerEntry, LedgerKind, Store};

use super::findings::{Check, Findings};
use crate::ledger::decimal;

/// Computes rows again, and remembers the tariffs that they need.
pub(super) struct Recomputation<'a> {
    store: &'a Store,
    /// By version; `None`: it is not what its version stands for, which was reported.
    tariffs: HashMap<String, Option<Arc<Tariff>>>,
}

impl<'a> Recomputation<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, tariffs: HashMap::new() }
    }

    /// Compares a row with what it has to be.
    pub(super) async fn check(
        &mut self,
        entry: &LedgerEntry,
        findings: &mut Findings<'_>,
    ) -> anyhow::Result<()> {
        let Some(sku) = check_sku(entry, findings)? else { return Ok(()) };
        // Without its tariff nothing more can be said of a row.
        let Some(tariff) = self.tariff(&entry.tariff, findings).await? else { return Ok(()) };
        check_prices(entry, &tariff, sku, findings)?;
        if entry.kind == LedgerKind::Charge {
            check_charge(entry, &tariff, sku, findings)?;
        }
        Ok(())
    }

    /// The tariff of this version, if it is authentic.
    async fn tariff(
        &mut self,
        version: &str,
        findings: &mut Findings<'_>,
    ) -> anyhow::Result<Option<Arc<Tariff>>> {
        if let Some(known) = self.tariffs.get(version) {
            return Ok(known.clone());
        }
        findings.looked_at(Check::Tariffs, 1);
        let document = self.store.tariff_document(version).await?;
        let tariff = match document.as_deref().map(Tariff::from_document) {
            Some(Ok(tariff)) if tariff.version() == version => Ok(tariff),
            Some(Ok(other)) => Err(format!("holds the document of `{}`", other.version())),
            Some(Err(error)) => Err(format!("is not readable: {error}")),
            None => Err("is not stored".to_owned()),
        };
        if let Err(what) = &tariff {
            let text = format!("tariff `{version}` {what}, expected the one that it stands for");
            findings.differ(Check::Tariffs, text)?;
        }
        let tariff = tariff.ok().map(Arc::new);
        self.tariffs.insert(version.to_owned(), tariff.clone());
        Ok(tariff)
    }
}

/// The SKU that the row has to have.
fn check_sku(entry: &LedgerEntry, findings: &mut Findings<'_>) -> io::Result<Option<Sku>> {
    findings.looked_at(Check::Skus, 1);
    let Ok(resolution) = Resolution::parse(&entry.resolution) else {
        let expected = Resolution::ALL.map(Resolution::name).join(" or ");
        findings.differ_in(Check::Skus, entry, "resolution", &entry.resolution, &expected)?;
        return Ok(None);
    };
    let sku = Sku::of(entry.model, resolution, VideoInput::of(entry.has_video));
    if sku.name() != entry.sku {
        findings.differ_in(Check::Skus, entry, "sku", &entry.sku, sku.name())?;
    }
    Ok(Some(sku))
}

fn check_prices(
    entry: &LedgerEntry,
    tariff: &Tariff,
    sku: Sku,
    findings: &mut Findings<'_>,
) -> io::Result<()> {
    findings.looked_at(Check::Prices, 1);
    let (price, rate) = (tariff.prices().price(sku).micros(), tariff.rate(sku).micros());
    let exchange = tariff.cny_per_usd().micros();
    compare(
        Check::Prices,
        entry,
        [
            ("price_cny_per_million", entry.price_cny_micros_per_million, price),
            ("cny_per_usd", entry.cny_per_usd_micros, exchange),
            ("rate_usd_per_million", entry.rate_usd_micros_per_million, rate),
        ],
        findings,
    )
}

fn check_charge(
    entry: &LedgerEntry,
    tariff: &Tariff,
    sku: Sku,
    findings: &mut Findings<'_>,
) -> io::Result<()> {
    findings.looked_at(Check::Charges, 1);
    let tokens = u64::try_from(entry.tokens).ok().and_then(|count| TokenCount::new(count).ok());
    let Some(tokens) = tokens else {
        let expected = format!("{} to {}", TokenCount::MIN, TokenCount::MAX);
        let is = entry.tokens.to_string();
        return findings.differ_in(Check::Charges, entry, "tokens", &is, &expected);
    };
    let charge = tariff.charge(sku, tokens);
    compare(
        Check::Charges,
        entry,
        [
            ("charge_cny", entry.charge_cny_micros, charge.charge_cny.micros()),
            ("charge_usd", entry.charge_usd_micros, charge.charge_usd.micros()),
        ],
        findings,
    )
}

/// Compares columns of a row: the name, the millionths that it holds, and those that it has to.
fn compare<const N: usize>(
    check: Check,
    entry: &LedgerEntry,
    columns: [(&str, i64, i64); N],
    findings: &mut Findings<'_>,
) -> io::Result<()> {
    for (column, is, expected) in columns {
        if is != expected {
            let (is, expected) = (decimal(is), decimal(expected));
            findings.differ_in(check, entry, column, &is, &expected)?;
        }
    }
    Ok(())
}
