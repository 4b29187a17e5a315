//! What a client has to be told: where the upstream is, who calls, and how long to wait.
//!
//! Reading these from a file or the environment is the caller's matter.

use std::time::Duration;

use url::Url;

use crate::secret::Secret;

/// Where the upstream is, and how long to wait for it.
///
/// A base URL is `http` or `https`, with no user, query or fragment; its path is kept.
/// The scheme is followed as it is: a caller that allows plain `http` only on loopback checks that
/// before.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The task API, such as `https://ark.cn-beijing.volces.com/api/v3`.
    pub task_base_url: Url,
    /// The key of the task API, sent as `Authorization: Bearer …`.
    pub api_key: Secret,
    /// The longest wait for a connection: DNS, TCP and TLS together.
    ///
    /// Keep it below the other two: only a connection that failed by this limit is known to have
    /// sent nothing.
    pub connect_timeout: Duration,
    /// The longest wait for the whole answer to a create, connecting included.
    pub create_timeout: Duration,
    /// The longest wait for the whole answer to any other call, connecting included.
    pub request_timeout: Duration,
    /// The Asset API; `None` where only tasks are used.
    pub assets: Option<AssetSettings>,
}

/// Where the Asset API is, and the key pair that signs its calls.
#[derive(Clone, Debug)]
pub struct AssetSettings {
    /// The Asset API, such as `https://ark.cn-beijing.volcengineapi.com`.
    pub base_url: Url,
    /// The region in the signature's scope, such as `cn-beijing`.
    pub region: String,
    /// The project that assets belong to; the caller puts it into bodies as `ProjectName`.
    pub project: String,
    /// The id of the key pair; it goes out inside `Authorization`.
    pub access_key_id: Secret,
    /// The secret half of the key pair; it signs, and never goes out.
    pub secret_access_key: Secret,
}
