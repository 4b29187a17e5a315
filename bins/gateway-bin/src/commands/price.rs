//! `phanedge price`: the price book in RMB and USD, and quotes before a video is made.

use seedance_model::{ClipDuration, Model, Ratio, Resolution};
use seedance_pricing::{
    CnyPerUsd, PriceBook, Sku, Tariff, TokenCount, VideoInput, VideoSeconds, estimate,
};

use super::arguments::{PriceCommand, PriceQuote, PriceSource, PriceTable};
use super::{Misuse, load};
use crate::output;

pub(super) fn run(command: PriceCommand) -> anyhow::Result<()> {
    match command {
        PriceCommand::Table(options) => table(&options),
        PriceCommand::Quote(options) => quote(&options),
    }
}

fn table(options: &PriceTable) -> anyhow::Result<()> {
    let tariff = tariff(&options.source)?;
    let columns = ["sku", "cny_per_million_tokens", "cny_per_usd", "usd_per_million_tokens"];
    let rows: Vec<Vec<String>> = Sku::ALL
        .iter()
        .map(|sku| {
            vec![
                sku.name().to_owned(),
                tariff.prices().price(*sku).to_string(),
                tariff.cny_per_usd().to_string(),
                tariff.rate(*sku).to_string(),
            ]
        })
        .collect();
    output::rows(options.rows.format, &columns, &rows)
}

/// An estimate: the bill follows the usage that the upstream reports.
fn quote(options: &PriceQuote) -> anyhow::Result<()> {
    let tariff = tariff(&options.source)?;
    let (sku, tokens) = estimated(options)?;
    let charge = tariff.charge(sku, tokens);
    let columns = [
        "sku",
        "tokens",
        "cny_per_million_tokens",
        "cny_per_usd",
        "usd_per_million_tokens",
        "charge_cny",
        "charge_usd",
    ];
    let row = vec![
        sku.name().to_owned(),
        tokens.to_string(),
        charge.price.to_string(),
        charge.cny_per_usd.to_string(),
        charge.rate.to_string(),
        charge.charge_cny.to_string(),
        charge.charge_usd.to_string(),
    ];
    output::rows(options.rows.format, &columns, &[row])
}

fn estimated(options: &PriceQuote) -> Result<(Sku, TokenCount), Misuse> {
    let misuse = |error: &dyn std::fmt::Display| Misuse(error.to_string());
    let model = Model::parse(&options.model).map_err(|error| misuse(&error))?;
    let resolution = Resolution::parse(&options.resolution).map_err(|error| misuse(&error))?;
    let ratio = Ratio::parse(&options.ratio).map_err(|error| misuse(&error))?;
    if !model.supports(resolution) {
        let names: Vec<&str> = model.resolutions().iter().map(|tier| tier.name()).collect();
        let accepted = names.join("`, `");
        return Err(Misuse(format!(
            "resolution `{resolution}` is not supported by `{model}`; use `{accepted}`"
        )));
    }
    let duration = ClipDuration::of(options.duration).ok_or_else(|| {
        Misuse(format!("duration `{}` is not accepted; use 4 to 15, or -1", options.duration))
    })?;
    let video = options.video_input.map(VideoSeconds::new).transpose();
    let video = video.map_err(|error| misuse(&error))?;
    let sku = Sku::of(model, resolution, VideoInput::of(video.is_some()));
    Ok((sku, estimate(resolution, ratio, duration, video).tokens))
}

/// Prices of a configuration, or the official ones at a given exchange rate.
fn tariff(source: &PriceSource) -> anyhow::Result<Tariff> {
    let given = source.cny_per_usd.as_deref().map(CnyPerUsd::parse).transpose();
    let given = given.map_err(|error| Misuse(format!("--cny-per-usd: {error}")))?;
    let configured = source.config.as_deref().map(load).transpose()?;
    match (configured, given) {
        (Some(config), None) => Ok(config.tariff),
        (Some(config), Some(rate)) => Ok(Tariff::new(config.tariff.prices().clone(), rate)),
        (None, Some(rate)) => Ok(Tariff::new(PriceBook::official(), rate)),
        (None, None) => {
            Err(Misuse("give `--cny-per-usd RATE`, or `--config FILE`".to_owned()).into())
        }
    }
}
