//! Groups and assets through the API.

use ark_sim::{Fault, Quotas, Sim, SimSettings, Verb};
use serde_json::{Value, json};

use crate::assets::signer::{act, create_asset, create_group, refusal, result};
use crate::support::{seconds, settings, start};

#[tokio::test]
async fn an_asset_is_processed_by_the_clock() {
    let sim = start().await;
    let group = create_group(&sim, "shots").await;
    assert!(group.starts_with("group-20260611124121-"), "{group}");
    let id = create_asset(&sim, &group, "Image").await;
    assert!(id.starts_with("asset-20260611124121-"), "{id}");

    let mut expected = json!({
        "Id": id,
        "Name": "",
        "URL": "",
        "AssetType": "Image",
        "GroupId": group,
        "Status": "Processing",
        "ProjectName": "default",
        "CreateTime": "2026-06-11T12:41:21Z",
        "UpdateTime": "2026-06-11T12:41:21Z",
    });
    assert_eq!(result(&sim, "GetAsset", json!({"Id": id})).await, expected);

    sim.clock().advance(seconds(7));
    let active = result(&sim, "GetAsset", json!({"Id": id})).await;
    let url = active["URL"].as_str().unwrap().to_owned();
    assert!(url.contains("&X-Tos-Expires=43200&X-Tos-Signature="), "{url}");
    expected["URL"] = url.into();
    expected["Status"] = "Active".into();
    expected["UpdateTime"] = "2026-06-11T12:41:28Z".into();
    assert_eq!(active, expected);

    sim.fail_asset(&id, "FaceMismatch", "Another face.").unwrap();
    let failed = result(&sim, "GetAsset", json!({"Id": id})).await;
    assert_eq!((&failed["Status"], &failed["URL"]), (&json!("Failed"), &json!("")));
    assert_eq!(failed["Error"], json!({"Code": "FaceMismatch", "Message": "Another face."}));
    sim.activate_asset(&id).unwrap();
    assert_eq!(sim.assets()[0].status, "Active");
}

#[tokio::test]
async fn the_envelope_names_the_action_and_unknown_actions_are_refused() {
    let sim = start().await;
    let answer = act(&sim, "CreateAssetGroup", json!({"Name": "a", "model": "m"})).await.json();
    let metadata = &answer["ResponseMetadata"];
    assert_eq!(metadata["Action"], "CreateAssetGroup");
    assert_eq!(metadata["Version"], "2024-01-01");
    assert_eq!((&metadata["Service"], &metadata["Region"]), (&json!("ark"), &json!("cn-beijing")));
    assert_eq!(metadata["RequestId"].as_str().unwrap().len(), 34);
    // Parameters that the upstream does not know are ignored, and recorded.
    let call = sim.calls().pop().unwrap();
    assert_eq!(call.action().as_deref(), Some("CreateAssetGroup"));
    assert_eq!(call.json()["model"], "m");

    let answer = act(&sim, "CreateVideo", json!({})).await;
    assert_eq!(answer.status, 404);
    let error = answer.json()["ResponseMetadata"]["Error"].clone();
    let message = "Could not find operation CreateVideo for version 2024-01-01.";
    let expected = json!({"CodeN": 100_008, "Code": "InvalidActionOrVersion", "Message": message});
    assert_eq!(error, expected);
}

#[tokio::test]
async fn what_is_missing_or_unknown_is_named() {
    let sim = start().await;
    let group = create_group(&sim, "shots").await;
    let url = "https://media.example/a.png";
    for (action, body, status, code) in [
        ("CreateAssetGroup", json!({}), 400, "MissingParameter.Name"),
        (
            "CreateAssetGroup",
            json!({"Name": "a", "GroupType": "LivenessFace"}),
            400,
            "InvalidParameter.GroupType",
        ),
        ("CreateAsset", json!({"URL": url, "AssetType": "Image"}), 400, "MissingParameter.GroupId"),
        ("CreateAsset", json!({"GroupId": group, "URL": url}), 400, "MissingParameter.AssetType"),
        (
            "CreateAsset",
            json!({"GroupId": group, "URL": "data:", "AssetType": "Image"}),
            400,
            "InvalidParameter.URL",
        ),
        (
            "CreateAsset",
            json!({"GroupId": "group-0", "URL": url, "AssetType": "Image"}),
            404,
            "NotFound.group_id",
        ),
        ("GetAsset", json!({}), 400, "MissingParameter.Id"),
        ("GetAsset", json!({"Id": "asset-0"}), 404, "NotFound.asset_id"),
        ("GetAssetGroup", json!({"Id": "group-0"}), 404, "NotFound.group_id"),
        ("GetAssetGroup", json!({"Id": group, "ProjectName": "other"}), 404, "NotFound.group_id"),
        ("ListAssets", json!({}), 400, "MissingParameter.Filter"),
        ("ListAssets", json!({"Filter": {}}), 400, "MissingParameter.Filter.GroupType"),
        (
            "ListAssets",
            json!({"Filter": {"GroupType": "AIGC"}, "PageSize": 101}),
            400,
            "InvalidParameter.PageSize",
        ),
        (
            "ListAssets",
            json!({"Filter": {"GroupType": "AIGC"}, "PageNumber": 201, "PageSize": 100}),
            400,
            "InvalidParameter.PageNumber",
        ),
    ] {
        let refused = refusal(&sim, action, body.clone()).await;
        assert_eq!(refused, (status, code.to_owned()), "{action} {body}");
    }
}

/// The ids of a list in its order, and its total.
fn listed(list: &Value) -> (Vec<&str>, u64) {
    let items = list["Items"].as_array().unwrap().iter();
    let ids = items.map(|item| item["Id"].as_str().unwrap()).collect();
    (ids, list["TotalCount"].as_u64().unwrap())
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    let sim = start().await;
    let (a, b) = (create_group(&sim, "alpha").await, create_group(&sim, "beta").await);
    let one = create_asset(&sim, &b, "Image").await;
    let two = create_asset(&sim, &a, "Video").await;
    let three = create_asset(&sim, &b, "Audio").await;
    sim.activate_asset(&one).unwrap();
    let aigc = |filter: Value| {
        let mut filter = filter;
        filter["GroupType"] = "AIGC".into();
        json!({"Filter": filter})
    };
    let with = |name: &str, value: &str| {
        let mut body = aigc(json!({}));
        body[name] = value.into();
        body
    };
    let mut second_page = aigc(json!({"GroupIds": [b]}));
    second_page["PageNumber"] = 2.into();
    second_page["PageSize"] = 1.into();
    let by_group = if a < b { [&three, &one, &two] } else { [&two, &three, &one] };
    for (body, expected, total) in [
        (aigc(json!({})), vec![&three, &two, &one], 3),
        (aigc(json!({"GroupIds": []})), vec![&three, &two, &one], 3),
        (aigc(json!({"GroupIds": [a]})), vec![&two], 1),
        (aigc(json!({"Statuses": ["Active"]})), vec![&one], 1),
        (with("SortOrder", "Asc"), vec![&one, &two, &three], 3),
        (with("SortBy", "GroupId"), by_group.to_vec(), 3),
        (with("ProjectName", "other"), vec![], 0),
        (second_page, vec![&one], 2),
        (json!({"Filter": {"GroupType": "LivenessFace"}}), vec![], 0),
    ] {
        let list = result(&sim, "ListAssets", body.clone()).await;
        let (ids, count) = listed(&list);
        assert_eq!(
            (ids, count),
            (expected.into_iter().map(String::as_str).collect(), total),
            "{body}"
        );
    }
    let groups = result(&sim, "ListAssetGroups", aigc(json!({"Name": "alph"}))).await;
    assert_eq!(listed(&groups), (vec![a.as_str()], 1));
    assert_eq!((&groups["PageNumber"], &groups["PageSize"]), (&json!(1), &json!(10)));
}

#[tokio::test]
async fn update_and_delete_exist_and_a_group_takes_its_assets_along() {
    let sim = start().await;
    let group = create_group(&sim, "shots").await;
    let asset = create_asset(&sim, &group, "Image").await;
    result(&sim, "UpdateAsset", json!({"Id": asset, "Name": "front"})).await;
    assert_eq!(sim.assets()[0].name, "front");
    result(&sim, "UpdateAssetGroup", json!({"Id": group, "Name": "new"})).await;
    assert_eq!(sim.groups()[0].name, "new");
    assert_eq!(result(&sim, "DeleteAssetGroup", json!({"Id": group})).await, json!({}));
    let refused = refusal(&sim, "DeleteAsset", json!({"Id": asset})).await;
    assert_eq!(refused, (404, "NotFound.asset_id".to_owned()));
    assert!(sim.assets().is_empty() && sim.groups().is_empty());
}

#[tokio::test]
async fn a_planned_refusal_comes_in_the_asset_envelope() {
    let sim = start().await;
    let fault = Fault::refusal(403, "SubscriptionRequired", "This API requires a subscription.");
    sim.faults().next(Verb::AssetAction, fault);
    let refused = refusal(&sim, "GetAsset", json!({"Id": "asset-0"})).await;
    assert_eq!(refused, (403, "SubscriptionRequired".to_owned()));
}

#[tokio::test]
async fn actions_have_a_quota_too() {
    let quotas = Quotas { asset_per_second: Some(1), ..Quotas::OFF };
    let sim = Sim::start(SimSettings { quotas, ..settings() });
    let sim = sim.await.unwrap();
    create_group(&sim, "shots").await;
    let refused = refusal(&sim, "CreateAssetGroup", json!({"Name": "more"})).await;
    assert_eq!(refused, (429, "FlowLimitExceeded".to_owned()));
    assert_eq!(sim.groups().len(), 1);
}
