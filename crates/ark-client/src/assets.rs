//! The Asset API: one signed call, whatever the action.
//!
//! What the six actions take and return is the caller's matter, `ProjectName` included.

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use url::{Position, Url};

use crate::client::{ArkClient, join};
use crate::error::{Error, Kind};
use crate::settings::AssetSettings;
use crate::sign::{Call, Signature, Signer, canonical_query, sign};
use crate::transport::{Answer, exchange};

/// The answer to an action that succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetReply {
    /// The JSON of `Result` as the upstream wrote it; `{}` where it wrote none.
    pub result: Vec<u8>,
    /// The upstream's id of this call.
    pub request_id: Option<String>,
}

const OPERATION: &str = "call an asset action";

const VERSION: &str = "2024-01-01";

/// The service in the signature's scope.
const SERVICE: &str = "ark";

const JSON: &str = "application/json";

/// The longest answer that is read, in bytes: a page has up to 100 assets with long signed URLs.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;

impl ArkClient {
    /// Calls `action`, such as `CreateAsset`, with a JSON `body`, signed for the given time.
    ///
    /// The upstream refuses a signature whose time is minutes off.
    ///
    /// # Errors
    ///
    /// Among others: the Asset API is not set up, and an answer that names an error in its
    /// `ResponseMetadata`, whatever its status.
    pub async fn call_asset_action(
        &self,
        action: &str,
        body: Vec<u8>,
        now_unix_seconds: i64,
    ) -> Result<AssetReply, Error> {
        let assets = self.assets().ok_or_else(|| unsendable("no asset settings are given"))?;
        let x_date = x_date(now_unix_seconds)?;
        let query = [("Action", action), ("Version", VERSION)];
        let mut url = join(&assets.base_url, &[""]);
        url.set_query(Some(&canonical_query(&query)));
        let signature = signature(assets, &url, &query, &body, &x_date);
        let request = self
            .asset_call(url)
            .header(CONTENT_TYPE, JSON)
            .header("x-date", &x_date)
            .header("x-content-sha256", signature.x_content_sha256)
            .header(AUTHORIZATION, credentials(&signature.authorization)?)
            .body(body);
        read(&exchange(OPERATION, request, ANSWER_LIMIT).await?)
    }

    /// The project that the settings name, for the `ProjectName` of bodies.
    pub fn project(&self) -> Option<&str> {
        self.assets().map(|assets| assets.project.as_str())
    }
}

fn signature(
    assets: &AssetSettings,
    url: &Url,
    query: &[(&str, &str)],
    body: &[u8],
    x_date: &str,
) -> Signature {
    let call = Call {
        method: "POST",
        // Host and port without a default port, as the `Host` header has it.
        host: &url[Position::BeforeHost..Position::AfterPort],
        path: url.path(),
        query,
        headers: &[("content-type", JSON)],
        body,
        x_date,
    };
    let signer = Signer {
        access_key_id: assets.access_key_id.expose(),
        secret_access_key: assets.secret_access_key.expose(),
        region: &assets.region,
        service: SERVICE,
    };
    sign(&call, &signer)
}

fn x_date(unix_seconds: i64) -> Result<String, Error> {
    let time = Timestamp::from_second(unix_seconds)
        .map_err(|_| unsendable("the time is outside the calendar"))?;
    Ok(time.strftime("%Y%m%dT%H%M%SZ").to_string())
}

fn credentials(authorization: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(authorization)
        .map_err(|_| unsendable("the key id or region has characters that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn read(answer: &Answer) -> Result<AssetReply, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Envelope<'a> {
        response_metadata: Meta,
        #[serde(borrow)]
        result: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Meta {
        request_id: Option<String>,
        error: Option<IgnoredAny>,
    }
    let envelope: Envelope<'_> =
        serde_json::from_slice(&answer.body).map_err(|_| answer.error(Kind::Unreadable))?;
    let metadata = envelope.response_metadata;
    if metadata.error.is_some() {
        return Err(answer.error(Kind::Answered));
    }
    Ok(AssetReply {
        result: envelope.result.map_or("{}", RawValue::get).into(),
        request_id: metadata.request_id,
    })
}

fn unsendable(reason: &'static str) -> Error {
    Error::new(OPERATION, Kind::Unsendable(reason))
}
