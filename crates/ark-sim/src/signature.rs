//! The Volcengine signature V4, as a verifier sees it.
//!
//! Which headers are signed is the signer's choice, so the list comes from the request. Query
//! signatures are not supported.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::http::{Head, Request};
use crate::presign::hex;
use crate::refusal::Refusal;
use crate::settings::SimSettings;
use crate::stamp;

const ALGORITHM: &str = "HMAC-SHA256";
const SERVICE: &str = "ark";
/// Commonly stated, not measured.
const SKEW_MS: u64 = 15 * 60 * 1000;

/// Accepts a request that the account's key pair has signed, or says what is wrong with it.
///
/// Codes and numbers are documented; 401 was measured for `InvalidAccessKey` only, the other
/// statuses are assumed.
pub(crate) fn verify(
    request: &Request,
    settings: &SimSettings,
    now_ms: i64,
) -> Result<(), Refusal> {
    let head = &request.head;
    let (Some(authorization), Some(date)) = (head.header("authorization"), head.header("x-date"))
    else {
        let message = "The request is missing authorization or date.";
        return Err(Refusal::new(400, "MissingRequestInfo", message).numbered(100_004));
    };
    let claim = Claim::parse(authorization).ok_or_else(|| {
        let message = "The authorization header is malformed.";
        Refusal::new(400, "InvalidAuthorization", message).numbered(100_024)
    })?;
    check_claim(&claim, date, settings, now_ms)?;
    let canonical = canonical_request(request, &claim.signed_headers);
    let signature = signature(&settings.secret_access_key, &claim, date, canonical.as_deref());
    if signature.as_deref() != Some(claim.signature) {
        let message = "The request signature we calculated does not match the signature you \
                       provided.";
        return Err(Refusal::new(401, "SignatureDoesNotMatch", message).numbered(100_010));
    }
    Ok(())
}

/// What an `Authorization` header says.
struct Claim<'a> {
    access_key_id: &'a str,
    day: &'a str,
    region: &'a str,
    service: &'a str,
    terminator: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn parse(authorization: &'a str) -> Option<Self> {
        let rest = authorization.strip_prefix(ALGORITHM)?.trim_start();
        let mut parts = rest.split(',').map(str::trim);
        let mut credential = parts.next()?.strip_prefix("Credential=")?.split('/');
        let signed_headers = parts.next()?.strip_prefix("SignedHeaders=")?;
        let signature = parts.next()?.strip_prefix("Signature=")?;
        let mut signed_headers: Vec<&str> = signed_headers.split(';').collect();
        signed_headers.sort_unstable();
        Some(Self {
            access_key_id: credential.next()?,
            day: credential.next()?,
            region: credential.next()?,
            service: credential.next()?,
            terminator: credential.next()?,
            signed_headers,
            signature,
        })
    }
}

fn check_claim(
    claim: &Claim,
    date: &str,
    settings: &SimSettings,
    now_ms: i64,
) -> Result<(), Refusal> {
    if claim.access_key_id != settings.access_key_id {
        let message = "The security token or access key is invalid.";
        return Err(Refusal::new(401, "InvalidAccessKey", message).numbered(100_009));
    }
    let is_ours = claim.region == settings.region
        && claim.service == SERVICE
        && claim.terminator == "request"
        && date.starts_with(claim.day);
    if !is_ours {
        let message = "The credential scope does not fit the request.";
        return Err(Refusal::new(401, "InvalidCredential", message).numbered(100_025));
    }
    let is_fresh = stamp::parse_compact(date).is_some_and(|ms| ms.abs_diff(now_ms) <= SKEW_MS);
    if !is_fresh {
        let message = "The request timestamp is malformed or out of range.";
        return Err(Refusal::new(400, "InvalidTimestamp", message).numbered(100_006));
    }
    Ok(())
}

/// The request as signers write it; `None` when a signed header is not there, or the date and the
/// host are not signed.
fn canonical_request(request: &Request, signed_headers: &[&str]) -> Option<String> {
    let Request { head, body } = request;
    if !["host", "x-date"].iter().all(|name| signed_headers.contains(name)) {
        return None;
    }
    let mut headers = String::new();
    for name in signed_headers {
        let value = head.header(name)?.trim();
        let value = match *name {
            "host" => without_default_port(value),
            _ => value,
        };
        // Writing to a string cannot fail.
        let _ = writeln!(headers, "{name}:{value}");
    }
    Some(format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        head.method,
        head.path,
        canonical_query(head),
        signed_headers.join(";"),
        hex(&Sha256::digest(body)),
    ))
}

fn without_default_port(host: &str) -> &str {
    host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(host)
}

/// The pairs, encoded again and sorted.
fn canonical_query(head: &Head) -> String {
    let mut pairs: Vec<String> = head
        .pairs()
        .map(|(name, value)| format!("{}={}", encoded(&name), encoded(&value)))
        .collect();
    pairs.sort_unstable();
    pairs.join("&")
}

/// RFC 3986: everything but unreserved characters is escaped.
fn encoded(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// The signature that the claim should have.
fn signature(secret: &str, claim: &Claim, date: &str, canonical: Option<&str>) -> Option<String> {
    let scope = format!("{}/{}/{}/{}", claim.day, claim.region, claim.service, claim.terminator);
    let hash = hex(&Sha256::digest(canonical?));
    let to_sign = format!("{ALGORITHM}\n{date}\n{scope}\n{hash}");
    let steps = [claim.day, claim.region, claim.service, claim.terminator];
    let key = steps.iter().try_fold(secret.as_bytes().to_vec(), |key, step| mac(&key, step))?;
    mac(&key, &to_sign).map(|signature| hex(&signature))
}

fn mac(key: &[u8], text: &str) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(text.as_bytes());
    Some(mac.finalize().into_bytes().to_vec())
}
