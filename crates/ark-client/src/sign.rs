//! The Volcengine signature V4 (`HMAC-SHA256`), as a pure function of the call and the keys.
//!
//! It sends nothing and reads no clock. Only the header form exists here, not the query form.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// What is signed.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    /// The value of the `Host` header.
    pub(crate) host: &'a str,
    /// The path as it stands in the request line.
    pub(crate) path: &'a str,
    /// Keys and values before escaping, in any order.
    pub(crate) query: &'a [(&'a str, &'a str)],
    /// Headers to sign besides `host`, `x-content-sha256` and `x-date`; lower-case names.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    /// The time, as `YYYYMMDDTHHMMSSZ` in UTC.
    pub(crate) x_date: &'a str,
}

/// Who signs, and for what.
pub(crate) struct Signer<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) secret_access_key: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

/// The headers that a signed call carries besides its own and `X-Date`.
pub(crate) struct Signature {
    pub(crate) x_content_sha256: String,
    pub(crate) authorization: String,
}

const ALGORITHM: &str = "HMAC-SHA256";

/// Everything but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Signs `call`.
pub(crate) fn sign(call: &Call<'_>, signer: &Signer<'_>) -> Signature {
    let body_hash = sha256_hex(call.body);
    let headers = signed_headers(call, &body_hash);
    let names = header_names(&headers);
    let scope = scope(call.x_date, signer);
    let to_sign =
        string_to_sign(call.x_date, &scope, &canonical_request(call, &headers, &body_hash));
    let [.., key] = signing_keys(call.x_date, signer);
    let signature = hex(&hmac_sha256(&key, &to_sign));
    let id = signer.access_key_id;
    Signature {
        x_content_sha256: body_hash,
        authorization: format!(
            "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
        ),
    }
}

/// The query string of the signature, which is also the one to send: escaped and sorted.
pub(crate) fn canonical_query(query: &[(&str, &str)]) -> String {
    let escape = |text| utf8_percent_encode(text, ESCAPED).to_string();
    let mut pairs: Vec<_> = query.iter().map(|(key, value)| (escape(key), escape(value))).collect();
    pairs.sort();
    let joined: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
    joined.join("&")
}

/// Names and values of the signed headers, in the order of the names.
fn signed_headers<'a>(call: &Call<'a>, body_hash: &'a str) -> Vec<(&'a str, &'a str)> {
    let host = call.host;
    let host = host.strip_suffix(":443").or(host.strip_suffix(":80"));
    let mut headers = vec![
        ("host", host.unwrap_or(call.host)),
        ("x-content-sha256", body_hash),
        ("x-date", call.x_date),
    ];
    headers.extend(call.headers);
    headers.sort_unstable();
    headers
}

fn header_names(headers: &[(&str, &str)]) -> String {
    let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    names.join(";")
}

fn canonical_request(call: &Call<'_>, headers: &[(&str, &str)], body_hash: &str) -> String {
    let lines: Vec<_> = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    [
        call.method,
        call.path,
        &canonical_query(call.query),
        // Every line ends itself, so that an empty line follows the last one.
        &lines.concat(),
        &header_names(headers),
        body_hash,
    ]
    .join("\n")
}

fn scope(x_date: &str, signer: &Signer<'_>) -> String {
    let Signer { region, service, .. } = signer;
    format!("{}/{region}/{service}/request", day(x_date))
}

fn string_to_sign(x_date: &str, scope: &str, canonical_request: &str) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    [ALGORITHM, x_date, scope, &hash].join("\n")
}

/// The keys of the day, the region, the service and the signature, each derived from the one before.
///
/// The secret key is used as its own text, although it looks like base64.
fn signing_keys(x_date: &str, signer: &Signer<'_>) -> [[u8; 32]; 4] {
    let of_day = hmac_sha256(signer.secret_access_key.as_bytes(), day(x_date));
    let of_region = hmac_sha256(&of_day, signer.region);
    let of_service = hmac_sha256(&of_region, signer.service);
    let of_signature = hmac_sha256(&of_service, "request");
    [of_day, of_region, of_service, of_signature]
}

fn day(x_date: &str) -> &str {
    x_date.split_once('T').map_or(x_date, |(day, _)| day)
}

fn hmac_sha256(key: &[u8], text: &str) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[cfg(test)]
mod vectors;
