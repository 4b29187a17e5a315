//! One task's bill, with every figure that it comes from.

use seedance_pricing::{CnyAmount, CnyPerMillionTokens, CnyPerUsd, UsdAmount, UsdPerMillionTokens};
use tenancy::LedgerEntry;

pub(super) fn bill(entry: &LedgerEntry) -> anyhow::Result<String> {
    let price = CnyPerMillionTokens::from_micros(entry.price_cny_micros_per_million)?;
    let exchange = CnyPerUsd::from_micros(entry.cny_per_usd_micros)?;
    let rate = UsdPerMillionTokens::from_micros(entry.rate_usd_micros_per_million)?;
    Ok(format!(
        "   {id}\n     SKU     {sku}\n     tokens  {tokens}\n     \
         price   ¥{price} per million tokens\n     \
         Rate    ${rate} per million tokens (¥{exchange} per $)\n     cost    ¥{cny} = ${usd}",
        id = entry.task_id,
        sku = entry.sku,
        tokens = entry.tokens,
        cny = CnyAmount::from_micros(entry.charge_cny_micros),
        usd = UsdAmount::from_micros(entry.charge_usd_micros),
    ))
}
