//! The asset library: names, ids, and what becomes of requests and replies.

use seedance_model::{
    ASSET_API_VERSION, AssetAction, AssetRequest, AssetStatus, ErrorKind, LibraryId, LibraryItem,
    LibraryPage, LibraryQuery, MediaKind, NewAsset,
};

use crate::support::{text, without_request_ids};

fn id(text: &str) -> LibraryId {
    LibraryId::parse(text).unwrap()
}

fn new_asset(body: &str) -> NewAsset {
    let request = AssetRequest::parse(AssetAction::CreateAsset, body.as_bytes());
    let Ok(AssetRequest::CreateAsset(asset)) = request else {
        panic!("{request:?}");
    };
    asset
}

fn query(body: &str) -> LibraryQuery {
    let request = AssetRequest::parse(AssetAction::ListAssets, body.as_bytes());
    let Ok(AssetRequest::ListAssets(query)) = request else {
        panic!("{request:?}");
    };
    query
}

fn page(body: &str) -> LibraryPage {
    LibraryPage::parse(AssetAction::ListAssets, body.as_bytes()).unwrap()
}

#[test]
fn there_are_six_actions_in_one_version() {
    let names = [
        "CreateAssetGroup",
        "CreateAsset",
        "ListAssetGroups",
        "ListAssets",
        "GetAssetGroup",
        "GetAsset",
    ];
    assert_eq!(AssetAction::ALL.map(AssetAction::name), names);
    for action in AssetAction::ALL {
        assert_eq!(AssetAction::parse(action.name()), Some(action));
        assert_eq!(action.creates(), action.name().starts_with("Create"));
        assert!(!AssetAction::is_closed(action.name()));
    }
    for unknown in ["", "getAsset", "GetAsset ", "UpdateAsset", "ListTasks"] {
        assert_eq!(AssetAction::parse(unknown), None, "{unknown}");
    }
    assert_eq!(ASSET_API_VERSION, "2024-01-01");
}

#[test]
fn actions_that_change_or_delete_are_closed() {
    let closed =
        ["UpdateAsset", "UpdateAssetGroup", "DeleteAsset", "DeleteAssetGroup", "DeleteX", "Update"];
    for name in closed {
        assert!(AssetAction::is_closed(name), "{name}");
    }
    for name in ["", "updateAsset", "GetUpdate", "Undelete", "ListAssets"] {
        assert!(!AssetAction::is_closed(name), "{name}");
    }
}

#[test]
fn every_status_is_read_back_and_no_other() {
    assert_eq!(AssetStatus::ALL.map(AssetStatus::name), ["Processing", "Active", "Failed"]);
    for status in AssetStatus::ALL {
        assert_eq!(AssetStatus::parse(status.name()), Some(status));
    }
    assert_eq!(AssetStatus::parse("active"), None);
}

#[test]
fn an_id_has_1_to_128_plain_characters() {
    let longest = "a".repeat(128);
    for text in ["asset-20260611210100-efgh2", "A_1", &longest] {
        assert_eq!(id(text).as_str(), text);
    }
    let too_long = "a".repeat(129);
    for text in ["", "a/b", " a", "a ", "..", "é", "a\n", "asset://a", &too_long] {
        assert_eq!(LibraryId::parse(text), None, "{text:?}");
    }
}

#[test]
fn an_asset_is_read_with_its_url_and_sent_with_the_vetted_one() {
    let asset = new_asset(
        r#"{"GroupId":"group-1","URL":" HTTPS://Example.com/a b.png ","AssetType":"Audio","Name":"n"}"#,
    );
    assert_eq!(asset.group_id(), &id("group-1"));
    assert_eq!(asset.url(), "HTTPS://Example.com/a b.png");
    assert_eq!((asset.asset_type(), asset.name()), (MediaKind::Audio, Some("n")));
    assert_eq!(
        text(asset.upstream_body("p", "https://example.com/a%20b.png")),
        concat!(
            r#"{"GroupId":"group-1","URL":"https://example.com/a%20b.png","#,
            r#""AssetType":"Audio","Name":"n","ProjectName":"p"}"#
        )
    );
}

#[test]
fn a_group_is_read_with_its_name_and_description() {
    let body = br#"{"Name":"n","Description":"d"}"#;
    let request = AssetRequest::parse(AssetAction::CreateAssetGroup, body);
    let Ok(AssetRequest::CreateAssetGroup(group)) = request else {
        panic!("{request:?}");
    };
    assert_eq!((group.name(), group.description()), ("n", Some("d")));
}

#[test]
fn a_list_is_read_with_its_filter_and_its_page() {
    let all = query(concat!(
        r#"{"Filter":{"GroupType":"AIGC","GroupIds":["a","b"],"Name":"n","Statuses":["Failed"]},"#,
        r#""PageNumber":3,"PageSize":100}"#
    ));
    assert_eq!(all.group_ids(), [id("a"), id("b")]);
    assert_eq!((all.name(), all.statuses()), (Some("n"), &[AssetStatus::Failed][..]));
    assert_eq!((all.page_number(), all.page_size()), (3, 100));
    let none = query(r#"{"Filter":{"GroupType":"AIGC"}}"#);
    assert_eq!((none.group_ids(), none.name(), none.statuses()), (&[][..], None, &[][..]));
    assert_eq!((none.page_number(), none.page_size()), (1, 10));
}

#[test]
fn p14_a_list_without_groups_is_never_sent_and_is_answered_as_empty() {
    let query = query(r#"{"Filter":{"GroupType":"AIGC"},"PageNumber":2,"PageSize":5}"#);
    assert_eq!(query.upstream_body("p", []), None);
    let page = LibraryPage::empty(&query);
    assert_eq!(
        text(page.public_body(without_request_ids)),
        r#"{"Items":[],"TotalCount":0,"PageNumber":2,"PageSize":5}"#
    );
}

#[test]
fn p14_the_groups_that_are_sent_are_the_ones_that_the_caller_gives() {
    let query = query(r#"{"Filter":{"GroupType":"AIGC","GroupIds":["theirs","mine"]}}"#);
    let mine = query.group_ids().iter().filter(|id| id.as_str() == "mine");
    assert_eq!(
        text(query.upstream_body("p", mine).unwrap()),
        concat!(
            r#"{"Filter":{"GroupIds":["mine"],"GroupType":"AIGC"},"#,
            r#""PageNumber":1,"PageSize":10,"ProjectName":"p"}"#
        )
    );
}

#[test]
fn p14_an_item_that_is_not_kept_is_neither_shown_nor_counted() {
    let mut page = page(concat!(
        r#"{"Items":[{"Id":"a","GroupId":"mine"},{"Id":"b","GroupId":"theirs"},{"Id":"c"}],"#,
        r#""TotalCount":9,"PageNumber":1,"PageSize":10}"#
    ));
    page.retain(|item| item.group_id() == Some(id("mine")));
    assert_eq!(page.total(), Some(7));
    assert_eq!(
        text(page.public_body(without_request_ids)),
        concat!(
            r#"{"Items":[{"Id":"a","GroupId":"mine"}],"#,
            r#""TotalCount":7,"PageNumber":1,"PageSize":10}"#
        )
    );
}

#[test]
fn a_reply_without_an_object_or_an_id_is_no_item() {
    let cases = [
        ("[]", ErrorKind::NotJson, "body must be a JSON object, not an array"),
        ("{}", ErrorKind::Missing, "Id is missing from the reply"),
        (r#"{"Id":7}"#, ErrorKind::Malformed, "Id must be the id of an asset or a group, not `7`"),
        (
            r#"{"Id":"../x"}"#,
            ErrorKind::Malformed,
            "Id must be the id of an asset or a group, not the string `../x`",
        ),
    ];
    for (body, kind, message) in cases {
        let get = LibraryItem::parse(AssetAction::GetAsset, body.as_bytes()).unwrap_err();
        let create = LibraryId::created(body.as_bytes()).unwrap_err();
        assert_eq!((get.kind(), &*get.to_string()), (kind, message));
        assert_eq!(create, get);
    }
    let error = LibraryPage::parse(AssetAction::ListAssets, br#"{"Items":{}}"#).unwrap_err();
    assert_eq!(error.to_string(), "Items must be an array, not an object");
}

#[test]
fn p19_nothing_of_the_project_is_ever_shown() {
    let item = concat!(
        r#"{"Id":"a","ProjectName":"canary","projectName":"canary","Moderation":{"Strategy":"canary"},"#,
        r#""Error":{"Code":"Canary_canary","Message":"in canary","ProjectName":"canary"},"#,
        r#""GroupType":"canary","AssetType":"canary","CreateTime":"canary","Canary":["canary"]}"#
    );
    let hide = |text: &str| text.replace("canary", "…");
    for action in AssetAction::ALL {
        let item = LibraryItem::parse(action, item.as_bytes()).unwrap();
        let shown = text(item.public_body(hide));
        assert!(shown.starts_with(r#"{"Id":"a","#) && !shown.contains("canary"), "{shown}");
    }
}
