//! `[upstreams.*]`: one Ark account each.

use ark_client::{AssetSettings, Secret, Settings};
use seedance_model::Model;

use super::reader::{Checked, Reader};
use super::value;

/// One Ark account, its limits and its names of the models.
#[derive(Clone, Debug)]
pub struct UpstreamConfig {
    /// The name that tenants are attached to, such as `default`.
    pub name: String,
    /// Addresses, credentials and timeouts.
    pub client: Settings,
    /// LIST calls a second that the account allows.
    pub list_per_second: u32,
    /// GET calls a second that the account allows.
    pub get_per_second: u32,
    /// What the account calls each model: a dated name or an endpoint.
    pub models: Vec<(Model, String)>,
}

/// Reads every upstream that the file or the environment names.
pub(super) fn read(reader: &mut Reader) -> Option<Vec<UpstreamConfig>> {
    let names = reader.names_below("upstreams");
    if names.is_empty() {
        reader.problem("upstreams", "no upstream is configured; add `[upstreams.default]`");
        return None;
    }
    // Collected first, so that a broken upstream does not hide the problems of the next one.
    let read: Vec<_> = names.into_iter().map(|name| read_one(reader, name)).collect();
    read.into_iter().collect()
}

fn read_one(reader: &mut Reader, name: String) -> Option<UpstreamConfig> {
    let at = |key: &str| format!("upstreams.{name}.{key}");
    let known_shape = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if !known_shape || name.len() > 64 {
        reader.problem(at("*"), "use up to 64 of a-z, 0-9, `-` and `_` as the upstream's name");
    }
    let client = read_client(reader, &at);
    let list_per_second = reader.take(&at("quota.list_per_second"), value::per_second);
    let get_per_second = reader.take(&at("quota.get_per_second"), value::per_second);
    let models = Model::ALL.map(|model| {
        let mapped = reader.take(&at(&format!("models.{model}")), value::plain_text);
        (model, mapped.unwrap_or_else(|| model.official_name().to_owned()))
    });
    Some(UpstreamConfig {
        client: client?,
        list_per_second: list_per_second?,
        get_per_second: get_per_second?,
        models: models.into(),
        name,
    })
}

fn read_client(reader: &mut Reader, at: &impl Fn(&str) -> String) -> Option<Settings> {
    let task_base_url = reader.take(&at("task_base_url"), value::upstream_url);
    let api_key = reader.take(&at("api_key"), secret);
    let connect_timeout = reader.take(&at("connect_timeout"), value::duration);
    let create_timeout = reader.take(&at("create_timeout"), value::duration);
    let request_timeout = reader.take(&at("request_timeout"), value::duration);
    let assets = read_assets(reader, at);
    Some(Settings {
        task_base_url: task_base_url?,
        api_key: api_key?,
        connect_timeout: connect_timeout?,
        create_timeout: create_timeout?,
        request_timeout: request_timeout?,
        assets,
    })
}

/// The Asset API needs both keys; with neither, the account has no asset library.
fn read_assets(reader: &mut Reader, at: &impl Fn(&str) -> String) -> Option<AssetSettings> {
    let base_url = reader.take(&at("asset_base_url"), value::upstream_url);
    let region = reader.take(&at("region"), value::plain_text);
    let project = reader.take(&at("project"), value::plain_text);
    let access_key_id = reader.take(&at("access_key_id"), secret);
    let secret_access_key = reader.take(&at("secret_access_key"), secret);
    match (access_key_id, secret_access_key) {
        (Some(access_key_id), Some(secret_access_key)) => Some(AssetSettings {
            base_url: base_url?,
            region: region?,
            project: project?,
            access_key_id,
            secret_access_key,
        }),
        (Some(_), None) => {
            reader.problem(at("secret_access_key"), "is missing; `access_key_id` needs it");
            None
        }
        (None, Some(_)) => {
            reader.problem(at("access_key_id"), "is missing; `secret_access_key` needs it");
            None
        }
        (None, None) => None,
    }
}

fn secret(text: &str) -> Checked<Secret> {
    value::plain_text(text).map(Secret::new)
}
