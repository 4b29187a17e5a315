//! How one value is read from text; an `Err` says what would be accepted.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use seedance_model::MediaPolicy;
use seedance_pricing::{CnyPerMillionTokens, CnyPerUsd};
use url::{Host, Url};

use super::reader::Checked;

pub(super) fn socket_address(text: &str) -> Checked<SocketAddr> {
    text.parse().map_err(|_| "use an IP address and a port, such as `127.0.0.1:8080`".to_owned())
}

/// A whole number with a unit: `500ms`, `2s`, `5m`, `1h`, `90d`.
pub(crate) fn duration(text: &str) -> Checked<Duration> {
    const UNITS: [(&str, u64); 5] =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let accepted =
        || "use a whole number above 0 with a unit: `500ms`, `2s`, `5m`, `1h`".to_owned();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..).unwrap_or_default();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(accepted)?;
    let count: u64 = digits.parse().map_err(|_| accepted())?;
    let millis = count.checked_mul(*factor).filter(|ms| *ms > 0).ok_or_else(accepted)?;
    Ok(Duration::from_millis(millis))
}

/// As a duration, or `0s` for none.
pub(super) fn duration_or_none(text: &str) -> Checked<Duration> {
    if text == "0s" { Ok(Duration::ZERO) } else { duration(text) }
}

/// A whole number of bytes, or one with `KiB` or `MiB`; 1 KiB to 64 MiB.
pub(super) fn byte_size(text: &str) -> Checked<usize> {
    const ACCEPTED: &str = "use `1KiB` to `64MiB`, such as `1MiB`, or a number of bytes";
    let (digits, factor) = match text {
        _ if text.ends_with("KiB") => (text.trim_end_matches("KiB"), 1 << 10),
        _ if text.ends_with("MiB") => (text.trim_end_matches("MiB"), 1 << 20),
        _ => (text, 1),
    };
    let count: usize = digits.trim_end().parse().map_err(|_| ACCEPTED.to_owned())?;
    let bytes = count.checked_mul(factor).filter(|bytes| (1 << 10..=64 << 20).contains(bytes));
    bytes.ok_or_else(|| ACCEPTED.to_owned())
}

/// Where a store can be.
pub(crate) fn store_url(text: &str) -> Checked<String> {
    let is_file = text
        .strip_prefix("sqlite:")
        .is_some_and(|path| !path.is_empty() && !path.starts_with("//"));
    let is_server = text.starts_with("postgres://") || text.starts_with("postgresql://");
    if is_file || is_server {
        return Ok(text.to_owned());
    }
    Err("use `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/DATABASE`".to_owned())
}

pub(super) fn cny_per_usd(text: &str) -> Checked<CnyPerUsd> {
    CnyPerUsd::parse(text).map_err(|error| error.to_string())
}

pub(super) fn cny_per_million_tokens(text: &str) -> Checked<CnyPerMillionTokens> {
    CnyPerMillionTokens::parse(text).map_err(|error| error.to_string())
}

pub(super) fn media_policy(text: &str) -> Checked<MediaPolicy> {
    match text {
        "asset-only" => Ok(MediaPolicy::AssetOnly),
        "any-public-url" => Ok(MediaPolicy::AnyPublicUrl),
        _ => Err("use `asset-only` or `any-public-url`".to_owned()),
    }
}

pub(super) fn per_second(text: &str) -> Checked<u32> {
    let parsed = text.parse().ok().filter(|count| (1..=10_000).contains(count));
    parsed.ok_or_else(|| "use a whole number from 1 to 10000".to_owned())
}

pub(super) fn at_a_time(text: &str) -> Checked<usize> {
    let parsed = text.parse().ok().filter(|count| (1..=100_000).contains(count));
    parsed.ok_or_else(|| "use a whole number from 1 to 100000".to_owned())
}

/// A base URL: https, or http on a loopback address; no query, no credentials.
pub(super) fn upstream_url(text: &str) -> Checked<Url> {
    let url = Url::parse(text).map_err(|_| "use an absolute https URL".to_owned())?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err("use a URL without user, password and query".to_owned());
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err("use https; plain http is accepted on loopback only".to_owned()),
    }
}

/// Where a collector listens: plain http, because it is next to the gateway.
pub(super) fn collector_url(text: &str) -> Checked<Url> {
    let url =
        Url::parse(text).ok().filter(|url| url.scheme() == "http" && url.username().is_empty());
    url.ok_or_else(|| "use a URL such as `http://127.0.0.1:4318/v1/traces`".to_owned())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A name that goes into a request or a signature: visible ASCII, up to 256 characters.
pub(super) fn plain_text(text: &str) -> Checked<String> {
    let plain = (1..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if plain {
        Ok(text.to_owned())
    } else {
        Err("use 1 to 256 visible ASCII characters without blanks".to_owned())
    }
}
