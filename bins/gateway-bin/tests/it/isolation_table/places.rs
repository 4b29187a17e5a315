//! Every place in a request that can hold an id, and what an id means there.

use std::collections::BTreeSet;
use std::fmt;

use seedance_model::{AssetAction, AssetRequest};
use serde_json::{Value, json};

use crate::support::{TASKS, TenantClient, workspace_file};

/// What an id in a place names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Task,
    Group,
    Asset,
    /// Nothing: it is the tenant's own text, a value of a closed list, or refused.
    Words,
}

use Meaning::{Asset, Group, Task, Words};

/// One place.
pub(super) struct Place {
    pub(super) route: (&'static str, &'static str),
    pub(super) meaning: Meaning,
    name: String,
    at: At,
}

#[derive(Clone)]
enum At {
    Path,
    /// In the query of a list, behind what stands there already.
    Query(String),
    /// In a create, as a member of the body.
    Body(String),
    /// In the first item of `content[]`, as a reference.
    Content(&'static str),
    /// In a create whose body is written by hand, with the id for `<ID>`.
    Written(&'static str),
    /// In a header of a create.
    Header(&'static str),
    /// In the body of an action, as a member of it or of its filter.
    Action(AssetAction, String),
    /// In an action whose body is written by hand, with the id for `<ID>`.
    ActionWritten(AssetAction, &'static str),
}

const ONE: &str = "/volcark/api/v3/contents/generations/tasks/{id}";

/// The keys of a create that mean something, and those of an item of its content.
fn body_keys() -> Vec<(String, At)> {
    let governed = |file: &str| {
        let source = workspace_file(&format!("crates/seedance-model/src/task_request/{file}"));
        let list = source.split("const GOVERNED").nth(1).unwrap().split("];").next().unwrap();
        let mut keys: Vec<String> = list.split('"').skip(1).step_by(2).map(str::to_owned).collect();
        for (name, value) in [
            ("CALLBACK,", "callback_url"),
            ("CALLBACK_ALIAS", "CallbackURL"),
            ("DRAFT_TASK", "draft_task"),
        ] {
            keys.extend(list.contains(name).then(|| value.to_owned()));
        }
        keys
    };
    let top = governed("parse.rs").into_iter().map(|key| (key.clone(), At::Body(key)));
    let mut keys: Vec<_> = top.collect();
    keys.extend(governed("content/item.rs").into_iter().map(|key| match key.as_str() {
        "image_url" => (key, At::Content("image_url")),
        "video_url" => (key, At::Content("video_url")),
        "audio_url" => (key, At::Content("audio_url")),
        "draft_task" => (key, At::Written(DRAFT)),
        _ => (format!("content[].{key}"), At::Written(ITEM)),
    }));
    keys
}

const DRAFT: &str = r#"{"model":"doubao-seedance-2-0","content":[{"type":"draft_task","draft_task":{"id":"<ID>"}}]}"#;
const ITEM: &str =
    r#"{"model":"doubao-seedance-2-0","content":[{"type":"<ID>","text":"<ID>","role":"<ID>"}]}"#;

/// The keys of the query of a list.
fn query_keys() -> Vec<String> {
    let source = workspace_file("crates/seedance-model/src/task_query.rs");
    let body = source.split("pub fn parse<").nth(1).unwrap().split("fn values_of").next().unwrap();
    let quoted = body.split('"').skip(1).step_by(2).map(str::to_owned);
    quoted.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The keys that an action knows: whoever sends another one is told all of them.
fn action_keys(action: AssetAction) -> Vec<String> {
    let told = |body: &str| -> Vec<String> {
        let refusal = AssetRequest::parse(action, body.as_bytes()).unwrap_err().to_string();
        let list = refusal.split_once("; use ").unwrap().1;
        list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let mut keys = told(r#"{"zzz": 1}"#);
    if keys.iter().any(|key| key == "Filter") {
        let inner = told(r#"{"Filter": {"zzz": 1}}"#);
        keys.extend(inner.into_iter().map(|key| format!("Filter.{key}")));
    }
    keys
}

/// What the keys that name something name. Every other key that is known is in `WORDS`.
const NAMES: [(&str, Meaning); 9] = [
    ("image_url", Asset),
    ("video_url", Words), // of another type than the asset that the table uses
    ("audio_url", Words),
    ("filter.task_ids", Task),
    ("GetAsset Id", Asset),
    ("GetAssetGroup Id", Group),
    ("CreateAsset GroupId", Group),
    ("ListAssets Filter.GroupIds", Group),
    ("ListAssetGroups Filter.GroupIds", Group),
];

/// The keys that name nothing of a tenant, each classified by a person.
const WORDS: &str = "model content duration ratio resolution generate_audio watermark \
    return_last_frame execution_expires_after priority safety_identifier service_tier draft \
    references callback_url CallbackURL seed frames tools draft_task content[].type \
    content[].text content[].role filter.model filter.service_tier filter.status page_num \
    page_size Name Description GroupType URL AssetType Filter PageNumber PageSize SortBy \
    SortOrder Filter.GroupType Filter.Name Filter.Statuses";

fn meaning(name: &str) -> Meaning {
    NAMES.iter().find(|(known, _)| *known == name).map_or(Words, |(_, meaning)| *meaning)
}

/// Fails if there is a key that nobody has classified.
pub(super) fn are_all_keys() {
    let mut keys: Vec<String> = body_keys().into_iter().map(|(key, _)| key).collect();
    keys.extend(query_keys());
    for action in AssetAction::ALL {
        keys.extend(action_keys(action).into_iter().map(|key| format!("{action} {key}")));
    }
    assert!(keys.len() > 50, "only {} keys were found", keys.len());
    let words: BTreeSet<&str> = WORDS.split_whitespace().collect();
    for key in keys {
        let bare = key.rsplit(' ').next().unwrap();
        let classified = words.contains(bare) || NAMES.iter().any(|(known, _)| *known == key);
        assert!(classified, "`{key}` can hold an id, and is not classified");
    }
}

/// Places that no list of keys has: unknown keys, keys twice, keys misspelt, headers.
fn written() -> Vec<(&'static str, &'static str, Meaning, At)> {
    let create = |name, meaning, at| ("POST", name, meaning, at);
    let act = |name, action, body| ("ACT", name, Words, At::ActionWritten(action, body));
    vec![
        create(
            "an unknown field, deep",
            Asset,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"}],"x":{"y":[{"z":"asset://<ID>"}]}}"#,
            ),
        ),
        create(
            "a reference in capitals",
            Asset,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"},{"type":"image_url","role":"reference_image","image_url":{"url":"ASSET://<ID>"}}]}"#,
            ),
        ),
        create(
            "a reference with blanks",
            Asset,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"},{"type":"image_url","role":"reference_image","image_url":{"url":" Asset://<ID>\n"}}]}"#,
            ),
        ),
        create(
            "a reference as safety_identifier",
            Asset,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"}],"safety_identifier":"asset://<ID>"}"#,
            ),
        ),
        create(
            "a bare id in an unknown field",
            Words,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a"}],"task_id":"<ID>"}"#,
            ),
        ),
        create(
            "a draft beside a text",
            Words,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a","draft_task":{"id":"<ID>"}}]}"#,
            ),
        ),
        create(
            "a key twice",
            Words,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"image_url","role":"reference_image","image_url":{"url":"asset://a","url":"asset://<ID>"}}]}"#,
            ),
        ),
        create(
            "a key twice, once escaped",
            Words,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"image_url","role":"reference_image","image_url":{"url":"asset://a","\u0075rl":"asset://<ID>"}}]}"#,
            ),
        ),
        create(
            "a key misspelt",
            Words,
            At::Written(
                r#"{"model":"doubao-seedance-2-0","content":[{"type":"image_url","role":"reference_image","image_url":{"URL":"asset://<ID>"}}]}"#,
            ),
        ),
        create("the idempotency key", Words, At::Header("idempotency-key")),
        create("the client's request id", Words, At::Header("x-client-request-id")),
        act("an id twice", AssetAction::GetAsset, r#"{"Id":"asset-1","Id":"<ID>"}"#),
        act("an id misspelt", AssetAction::GetAsset, r#"{"Id":"asset-1","id":"<ID>"}"#),
        act("an unknown key", AssetAction::GetAsset, r#"{"Id":"asset-1","AssetId":"<ID>"}"#),
        act("the project", AssetAction::GetAsset, r#"{"Id":"asset-1","ProjectName":"<ID>"}"#),
        act(
            "the moderation",
            AssetAction::GetAsset,
            r#"{"Id":"asset-1","Moderation":{"Strategy":"<ID>"}}"#,
        ),
        act(
            "a token of a page",
            AssetAction::ListAssets,
            r#"{"Filter":{"GroupType":"AIGC"},"NextToken":"<ID>"}"#,
        ),
        act(
            "a group beside the filter",
            AssetAction::ListAssets,
            r#"{"Filter":{"GroupType":"AIGC"},"GroupIds":["<ID>"]}"#,
        ),
    ]
}

/// The whole table.
pub(super) fn all() -> Vec<Place> {
    let place = |route, name: String, at| Place { route, meaning: meaning(&name), name, at };
    let mut all = vec![
        Place { route: ("GET", ONE), meaning: Task, name: "path".into(), at: At::Path },
        Place { route: ("DELETE", ONE), meaning: Task, name: "path".into(), at: At::Path },
    ];
    for key in query_keys() {
        all.push(place(("GET", TASKS), key.clone(), At::Query(format!("{key}="))));
    }
    for twice in ["filter.task_ids=cgt-nobodys&filter.task_ids=", "page_num=&filter.task_ids="] {
        let (route, at) = (("GET", TASKS), At::Query(twice.to_owned()));
        all.push(Place { route, meaning: Task, name: twice.to_owned(), at });
    }
    let unknown = At::Query("task_id=".to_owned());
    all.push(place(("GET", TASKS), "an unknown key".to_owned(), unknown));
    all.extend(body_keys().into_iter().map(|(key, at)| place(("POST", TASKS), key, at)));
    for action in AssetAction::ALL {
        for key in action_keys(action) {
            let name = format!("{action} {key}");
            all.push(place(("POST", "/volcark/"), name, At::Action(action, key)));
        }
    }
    let without_slash = At::Action(AssetAction::GetAsset, "Id".to_owned());
    all.push(place(("POST", "/volcark"), "GetAsset Id".to_owned(), without_slash));
    all.extend(written().into_iter().map(|(kind, name, meaning, at)| {
        let route = if kind == "ACT" { ("POST", "/volcark/") } else { ("POST", TASKS) };
        Place { route, meaning, name: name.to_owned(), at }
    }));
    all
}

impl Place {
    /// The request of `tenant` that has `id` in this place, and else what is its own.
    pub(super) fn request(
        &self,
        tenant: &TenantClient,
        group: &str,
        task: &str,
        id: &str,
    ) -> reqwest::RequestBuilder {
        let create = |body: String| {
            tenant.request("POST", "").header("content-type", "application/json").body(body)
        };
        let filled = |body: &str| {
            let quoted = json!(id).to_string();
            body.replace("<ID>", &quoted[1..quoted.len() - 1])
        };
        match &self.at {
            At::Path => tenant.request(self.route.0, &format!("/{}", escaped(id))),
            At::Query(before) => {
                let before = before.replace("nobodys", task);
                tenant.request("GET", &format!("?{before}{}", escaped(id)))
            }
            At::Body(key) => {
                let text = json!([{"type": "text", "text": "a"}]);
                let mut body = json!({"model": "doubao-seedance-2-0", "content": text});
                body[key] = json!(id);
                create(body.to_string())
            }
            At::Content(kind) => create(referring(kind, id).to_string()),
            At::Written(body) => create(filled(body)),
            At::Header(name) => {
                let value: String = id.chars().filter(char::is_ascii_graphic).collect();
                create(crate::support::GOOD.to_owned()).header(*name, value)
            }
            At::Action(action, key) => self.act(tenant, *action, acting(*action, key, group, id)),
            At::ActionWritten(action, body) => self.act(tenant, *action, filled(body)),
        }
    }

    fn act(
        &self,
        tenant: &TenantClient,
        action: AssetAction,
        body: String,
    ) -> reqwest::RequestBuilder {
        let (url, path) = (&tenant.url, self.route.1);
        let url = format!("{url}{path}?Action={action}&Version=2024-01-01");
        let request = tenant.http.post(url).bearer_auth(&tenant.token);
        request.header("content-type", "application/json").body(body)
    }
}

fn referring(kind: &str, id: &str) -> Value {
    let role = kind.replace("_url", "");
    let mut item = json!({"type": kind, "role": format!("reference_{role}")});
    item[kind] = json!({"url": format!("asset://{id}")});
    let content = [json!({"type": "text", "text": "a"}), item];
    json!({"model": "doubao-seedance-2-0", "content": content})
}

/// An action that is right but for the id in one place.
fn acting(action: AssetAction, key: &str, group: &str, id: &str) -> String {
    let filter = json!({"Filter": {"GroupType": "AIGC"}});
    let mut body = match action {
        AssetAction::CreateAssetGroup => json!({"Name": "g"}),
        AssetAction::CreateAsset => {
            json!({"GroupId": group, "URL": "https://example.com/a", "AssetType": "Image"})
        }
        AssetAction::ListAssetGroups | AssetAction::ListAssets => filter,
        AssetAction::GetAssetGroup => json!({"Id": group}),
        AssetAction::GetAsset => json!({"Id": "asset-1"}),
    };
    match key.strip_prefix("Filter.") {
        Some(key @ ("GroupIds" | "Statuses")) => body["Filter"][key] = json!([id]),
        Some(key) => body["Filter"][key] = json!(id),
        None => body[key] = json!(id),
    }
    body.to_string()
}

/// Everything but letters, digits and hyphens behind percent signs; a `%` of the id stays one.
fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-%".contains(&byte);
    let escape = |byte: u8| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    id.bytes().map(escape).collect()
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.route.0, self.route.1, self.name)
    }
}
