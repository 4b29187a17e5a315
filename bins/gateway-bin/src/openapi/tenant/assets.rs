//! The asset surface: six actions on one route, told apart by the query.
//!
//! OpenAPI has one operation for a method and a path, so each action is a schema of the body and
//! an example of the same name.

use seedance_model::{AssetAction, AssetStatus, MediaKind, Model};
use serde_json::{Map, Value, json};

use super::{ALWAYS, DONE, REFUSALS, WITH_BODY, client_id_parameter};
use crate::error::{ErrorRow, Kind};
use crate::openapi::parts::{Refusals, content, headers, schema};
use crate::paths::ASSETS;

/// What actions refuse besides.
const ACTING: &[Kind] = &[
    Kind::ModerationSkip,
    Kind::UnknownAction,
    Kind::Native,
    Kind::ClosedAction,
    Kind::AssetNotFound,
    Kind::AssetGroupNotFound,
    Kind::ServiceError,
];

const GROUP: &str = "group-20260611210000-abcd1";
const ASSET: &str = "asset-20260611210100-efgh2";
const VERSION: &str = "2024-01-01";

pub(super) fn paths() -> Map<String, Value> {
    let ids = ["callAssetAction", "callAssetActionWithoutSlash"];
    let one = |(path, id): (&str, &str)| (path.to_owned(), json!({"post": call(id)}));
    ASSETS.into_iter().zip(ids).map(one).collect()
}

fn call(id: &str) -> Value {
    let examples = AssetAction::ALL.map(|action| (action.name(), example(action)));
    let bodies = AssetAction::ALL.map(|action| schema(&body_name(action)));
    let replies = AssetAction::ALL.map(|action| (action.name(), reply(action)));
    let refusals = Refusals { schema: "AssetRefusal", example: refusal, ..REFUSALS };
    let mut answers = refusals.answers(&[ALWAYS, WITH_BODY, ACTING]);
    answers.insert(
        "200".to_owned(),
        json!({
            "description": "Done; what `Result` is depends on `Action`.",
            "headers": headers(DONE),
            "content": content(&schema("AssetReply"), &replies),
        }),
    );
    json!({
        "operationId": id,
        "summary": "An action of the asset library.",
        "description": "The body has the schema that is named after `Action`.",
        "tags": ["assets"],
        "parameters": [action(), version(), client_id_parameter()],
        "requestBody": {"required": true, "content": content(&json!({"anyOf": bodies}), &examples)},
        "responses": answers,
    })
}

fn action() -> Value {
    json!({"name": "Action", "in": "query", "required": true, "description": "What to do.",
        "schema": {"type": "string", "enum": AssetAction::ALL.map(AssetAction::name)},
        "example": "CreateAsset"})
}

fn version() -> Value {
    json!({"name": "Version", "in": "query", "required": true, "description": "Of the native API.",
        "schema": {"type": "string", "const": VERSION}, "example": VERSION})
}

fn body_name(action: AssetAction) -> String {
    format!("{}Body", action.name())
}

pub(super) fn schemas() -> Map<String, Value> {
    let bodies = AssetAction::ALL.map(|action| (body_name(action), body(action)));
    let mut schemas: Map<String, Value> = bodies.into_iter().collect();
    schemas.insert(
        "AssetReply".to_owned(),
        envelope(
            "Result",
            &json!({"anyOf": [
                schema("LibraryItem"), schema("LibraryPage"),
            ]}),
        ),
    );
    let text = || json!({"type": "string"});
    let error = json!({"type": "object", "required": ["Code", "Message"],
        "properties": {"Code": text(), "Message": text()}, "additionalProperties": false});
    schemas.insert("AssetRefusal".to_owned(), refusal_envelope(&error));
    schemas.insert("LibraryItem".to_owned(), item());
    schemas.insert("LibraryPage".to_owned(), page());
    schemas
}

/// The fields of an action's body. No others are accepted.
fn body(action: AssetAction) -> Value {
    let text =
        |least: u32, most: u32| json!({"type": "string", "minLength": least, "maxLength": most});
    let kinds = MediaKind::ALL.map(MediaKind::asset_type);
    let id = || json!({"type": "string"});
    let (required, fields): (Value, Value) = match action {
        AssetAction::CreateAssetGroup => (
            json!(["Name"]),
            json!({"Name": text(1, 64), "Description": text(0, 300), "GroupType": {"const": "AIGC"}}),
        ),
        AssetAction::CreateAsset => (
            json!(["GroupId", "URL", "AssetType"]),
            json!({"GroupId": id(), "URL": id(), "Name": text(0, 64),
                "AssetType": {"type": "string", "enum": kinds}}),
        ),
        AssetAction::GetAssetGroup | AssetAction::GetAsset => (json!(["Id"]), json!({"Id": id()})),
        AssetAction::ListAssetGroups => {
            (json!(["Filter"]), list(&["CreateTime", "UpdateTime"], false))
        }
        AssetAction::ListAssets => {
            (json!(["Filter"]), list(&["CreateTime", "UpdateTime", "GroupId"], true))
        }
    };
    let mut properties = Map::new();
    for (name, field) in fields.as_object().into_iter().flatten() {
        let is_required = required.as_array().is_some_and(|all| all.contains(&json!(name)));
        let field = if is_required { field.clone() } else { optional(field) };
        properties.insert(name.clone(), field);
    }
    let names: Vec<&str> = Model::accepted_names().collect();
    properties.insert("model".to_owned(), optional(&json!({"type": "string", "enum": names})));
    // Both are taken, and never passed on.
    properties.insert("ProjectName".to_owned(), json!({}));
    properties.insert("Moderation".to_owned(), json!({}));
    json!({"type": "object", "required": required, "properties": properties,
        "additionalProperties": false})
}

fn optional(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn list(sort_by: &[&str], of_assets: bool) -> Value {
    let mut filter = Map::from_iter([
        ("GroupType".to_owned(), json!({"const": "AIGC"})),
        ("GroupIds".to_owned(), optional(&json!({"type": "array", "items": {"type": "string"}}))),
        ("Name".to_owned(), optional(&json!({"type": "string", "maxLength": 64}))),
    ]);
    if of_assets {
        let names = AssetStatus::ALL.map(AssetStatus::name);
        let some = json!({"type": "array", "items": {"type": "string", "enum": names}});
        filter.insert("Statuses".to_owned(), optional(&some));
    }
    json!({
        "Filter": {"type": "object", "required": ["GroupType"], "properties": filter,
            "additionalProperties": false},
        "PageNumber": {"type": "integer", "minimum": 1},
        "PageSize": {"type": "integer", "minimum": 1, "maximum": 100},
        "SortBy": {"type": "string", "enum": sort_by},
        "SortOrder": {"type": "string", "enum": ["Desc", "Asc"]},
    })
}

fn metadata(more: &Value) -> Value {
    let text = || json!({"type": "string"});
    let mut properties = json!({"RequestId": text(), "Action": text(), "Version": text(),
        "Service": {"const": "ark"}, "Region": text()});
    if let (Some(known), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        known.extend(more.clone());
    }
    json!({"type": "object", "properties": properties,
        "required": ["RequestId", "Action", "Version", "Service", "Region"]})
}

fn envelope(name: &str, result: &Value) -> Value {
    json!({"type": "object", "required": ["ResponseMetadata", name],
        "properties": {"ResponseMetadata": metadata(&json!({})), name: result}})
}

/// The HTTP edge answers in the envelope of the task surface, because no surface is certain there.
fn refusal_envelope(error: &Value) -> Value {
    let own = json!({"type": "object", "required": ["ResponseMetadata"],
        "properties": {"ResponseMetadata": metadata(&json!({"Error": error}))}});
    json!({"anyOf": [own, schema("Refusal")]})
}

fn item() -> Value {
    let text = || json!({"type": "string"});
    let status = json!({"type": "string", "enum": AssetStatus::ALL.map(AssetStatus::name)});
    json!({
        "type": "object",
        "description": "A group or an asset; of a create, its `Id` alone.",
        "required": ["Id"],
        "properties": {
            "Id": text(), "Name": text(), "Title": text(), "Description": text(),
            "GroupType": text(), "CreateTime": text(), "UpdateTime": text(), "URL": text(),
            "AssetType": text(), "GroupId": text(), "Status": status,
            "Error": {"type": "object", "properties": {"Code": text(), "Message": text()}},
        },
        "additionalProperties": false,
    })
}

fn page() -> Value {
    let number = || json!({"type": "integer"});
    json!({"type": "object", "required": ["Items", "TotalCount", "PageNumber", "PageSize"],
        "properties": {"Items": {"type": "array", "items": schema("LibraryItem")},
            "TotalCount": number(), "PageNumber": number(), "PageSize": number()},
        "additionalProperties": false})
}

fn example(action: AssetAction) -> Value {
    match action {
        AssetAction::CreateAssetGroup => json!({"Name": "campaign-product-shots",
            "GroupType": "AIGC", "Description": "Assets for product videos"}),
        AssetAction::CreateAsset => json!({"GroupId": GROUP, "AssetType": "Image",
            "URL": "https://example.com/product.png", "Name": "product-front.png"}),
        AssetAction::GetAssetGroup => json!({"Id": GROUP}),
        AssetAction::GetAsset => json!({"Id": ASSET}),
        AssetAction::ListAssetGroups => json!({"Filter": {"GroupType": "AIGC"}}),
        AssetAction::ListAssets => json!({"Filter": {"GroupType": "AIGC", "GroupIds": [GROUP]},
            "PageNumber": 1, "PageSize": 20}),
    }
}

fn told(action: &str) -> Value {
    json!({"RequestId": "d52b4f4235566233d08e368c1ff9aea5", "Action": action,
        "Version": VERSION, "Service": "ark", "Region": "cn-beijing"})
}

fn reply(action: AssetAction) -> Value {
    let asset = json!({"Id": ASSET, "Name": "product-front.png", "AssetType": "Image",
        "GroupId": GROUP, "Status": "Processing", "URL": ""});
    let group = json!({"Id": GROUP, "Name": "campaign-product-shots", "GroupType": "AIGC"});
    let page =
        |item: &Value| json!({"Items": [item], "TotalCount": 1, "PageNumber": 1, "PageSize": 20});
    let result = match action {
        AssetAction::CreateAssetGroup => json!({"Id": GROUP}),
        AssetAction::CreateAsset => json!({"Id": ASSET}),
        AssetAction::GetAssetGroup => group,
        AssetAction::GetAsset => asset,
        AssetAction::ListAssetGroups => page(&group),
        AssetAction::ListAssets => page(&asset),
    };
    json!({"ResponseMetadata": told(action.name()), "Result": result})
}

fn refusal(row: &ErrorRow) -> Value {
    let code = if row.kind == Kind::Native { "InvalidParameter" } else { row.code };
    let mut told = told("GetAsset");
    if let Some(members) = told.as_object_mut() {
        members.insert("Error".to_owned(), json!({"Code": code, "Message": row.when}));
    }
    json!({"ResponseMetadata": told})
}
