//! The client: checked settings, one connection pool, and the URLs and headers of the calls.
//!
//! The calls themselves are in `tasks.rs` and `assets.rs`.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, RequestBuilder};
use url::Url;

use crate::error::{Error, Kind};
use crate::settings::{AssetSettings, Settings};
use crate::transport;

/// The upstream: the task API, and the Asset API where it is set up.
///
/// Cheap to clone; clones share one connection pool.
/// Every call is sent at most once and answered within its timeout.
#[derive(Clone)]
pub struct ArkClient {
    inner: Arc<Inner>,
}

struct Inner {
    http: Client,
    task_base_url: Url,
    bearer: HeaderValue,
    create_timeout: Duration,
    request_timeout: Duration,
    assets: Option<AssetSettings>,
}

impl ArkClient {
    /// Checks the settings and prepares the connection pool; connects to nobody yet.
    ///
    /// # Errors
    ///
    /// A base URL that is not plain `http` or `https`, or a key that no header can carry.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let bearer = bearer(settings.api_key.expose())?;
        check_origin(&settings.task_base_url)?;
        if let Some(assets) = &settings.assets {
            check_origin(&assets.base_url)?;
        }
        let inner = Inner {
            http: transport::http_client(settings.connect_timeout)?,
            task_base_url: settings.task_base_url,
            bearer,
            create_timeout: settings.create_timeout,
            request_timeout: settings.request_timeout,
            assets: settings.assets,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A URL of the task API: `segments` after the base path.
    pub(crate) fn task_url(&self, segments: &[&str]) -> Url {
        join(&self.inner.task_base_url, segments)
    }

    /// A call of the task API, with the key in `Authorization` and the timeout of its method.
    pub(crate) fn task_call(&self, method: Method, url: Url) -> RequestBuilder {
        let timeout = if method == Method::POST {
            self.inner.create_timeout
        } else {
            self.inner.request_timeout
        };
        self.inner
            .http
            .request(method, url)
            .header(AUTHORIZATION, self.inner.bearer.clone())
            .timeout(timeout)
    }

    /// A call of the Asset API, not signed yet.
    pub(crate) fn asset_call(&self, url: Url) -> RequestBuilder {
        self.inner.http.post(url).timeout(self.inner.request_timeout)
    }

    /// The Asset API's settings, if it is set up.
    pub(crate) fn assets(&self) -> Option<&AssetSettings> {
        self.inner.assets.as_ref()
    }
}

impl fmt::Debug for ArkClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArkClient").finish_non_exhaustive()
    }
}

fn bearer(key: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
        .map_err(|_| unusable("the api key has characters that no header can carry"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Refuses what would send calls elsewhere, or with other credentials, than it seems to say.
fn check_origin(url: &Url) -> Result<(), Error> {
    if !["http", "https"].contains(&url.scheme()) {
        return Err(unusable("a base url is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable("a base url names a user"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable("a base url has a query or a fragment"));
    }
    Ok(())
}

fn unusable(reason: &'static str) -> Error {
    Error::new(transport::BUILD, Kind::Unsendable(reason))
}

/// The base URL with more path segments, each escaped.
pub(crate) fn join(base_url: &Url, segments: &[&str]) -> Url {
    let mut url = base_url.clone();
    // An http URL always has a path, so there is always something to extend.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}
