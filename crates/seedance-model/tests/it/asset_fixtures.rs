//! Every request and reply in `fixtures/assets/`, with its verdict to the letter.

use seedance_model::{
    AssetAction, AssetRequest, AssetStatus, Error, Json, LibraryId, LibraryItem, LibraryPage,
    MediaKind,
};

use crate::support::{Fixture, text, without_request_ids};

const PROJECT: &str = "project-of-the-platform";

/// The groups of the tenant, where a request names none.
const OWN_GROUPS: [&str; 2] = ["group-20260611210000-own01", "group-20260611210000-own02"];

fn parse(fixture: &Fixture) -> Result<AssetRequest, Error> {
    AssetRequest::parse(fixture.action(), &fixture.body())
}

/// What a gateway that finds nothing to change would send.
fn upstream(request: &AssetRequest) -> Vec<u8> {
    match request {
        AssetRequest::CreateAssetGroup(group) => group.upstream_body(PROJECT),
        AssetRequest::CreateAsset(asset) => asset.upstream_body(PROJECT, asset.url()),
        AssetRequest::ListAssetGroups(query) | AssetRequest::ListAssets(query) => {
            let own = OWN_GROUPS.map(|id| LibraryId::parse(id).unwrap());
            let groups = if query.group_ids().is_empty() { &own } else { query.group_ids() };
            query.upstream_body(PROJECT, groups).unwrap()
        }
        AssetRequest::GetAssetGroup(id) | AssetRequest::GetAsset(id) => id.lookup_body(PROJECT),
    }
}

#[test]
fn every_accepted_fixture_goes_upstream_as_it_says() {
    let fixtures = Fixture::all("assets/accepted");
    assert!(fixtures.len() >= 28, "only {} fixtures", fixtures.len());
    for fixture in fixtures {
        let request = parse(&fixture).expect(&fixture.name);
        assert_eq!(request.action(), fixture.action(), "{}", fixture.name);
        let expected = fixture.expected("upstream").unwrap().to_bytes();
        assert_eq!(text(upstream(&request)), text(expected), "{}", fixture.name);
    }
}

#[test]
fn every_refused_fixture_is_refused_with_its_field_kind_and_message() {
    let fixtures = Fixture::all("assets/refused");
    assert!(fixtures.len() >= 89, "only {} fixtures", fixtures.len());
    for fixture in fixtures {
        fixture.refuses(&parse(&fixture).expect_err(&fixture.name));
    }
}

#[test]
fn every_reply_of_a_create_becomes_its_id() {
    let mut checked = 0;
    for fixture in Fixture::all("assets/replies") {
        if fixture.action().creates() {
            let id = LibraryId::created(&fixture.body()).expect(&fixture.name);
            fixture.shows(&id.created_body());
            checked += 1;
        }
    }
    assert!(checked >= 2, "only {checked} fixtures");
}

#[test]
fn every_reply_of_a_get_is_read_and_shown_as_it_says() {
    let gets = [AssetAction::GetAsset, AssetAction::GetAssetGroup];
    let mut checked = 0;
    for fixture in Fixture::all("assets/replies") {
        if !gets.contains(&fixture.action()) {
            continue;
        }
        let name = &fixture.name;
        let item = LibraryItem::parse(fixture.action(), &fixture.body()).expect(name);
        fixture.shows(&item.public_body(without_request_ids));
        let status = item.status().map(AssetStatus::name);
        assert_eq!(fixture.expected_text("status"), status, "{name}");
        let asset_type = item.asset_type().map(MediaKind::asset_type);
        assert_eq!(fixture.expected_text("asset_type"), asset_type, "{name}");
        let group_id = item.group_id();
        let group_id = group_id.as_ref().map(LibraryId::as_str);
        assert_eq!(fixture.expected_text("group_id"), group_id, "{name}");
        checked += 1;
    }
    assert!(checked >= 10, "only {checked} fixtures");
}

#[test]
fn every_reply_of_a_list_is_read_and_shown_as_it_says() {
    let lists = [AssetAction::ListAssets, AssetAction::ListAssetGroups];
    let mut checked = 0;
    for fixture in Fixture::all("assets/replies") {
        if !lists.contains(&fixture.action()) {
            continue;
        }
        let name = &fixture.name;
        let page = LibraryPage::parse(fixture.action(), &fixture.body()).expect(name);
        fixture.shows(&page.public_body(without_request_ids));
        let ids = page.items().iter().map(|item| Json::from(item.id().as_str()));
        let ids = Json::from(ids.collect::<Vec<_>>());
        assert_eq!(fixture.expected("ids"), Some(&ids), "{name}");
        let unreadable = Json::from(page.unreadable() as u64);
        assert_eq!(fixture.expected("unreadable"), Some(&unreadable), "{name}");
        checked += 1;
    }
    assert!(checked >= 4, "only {checked} fixtures");
}
