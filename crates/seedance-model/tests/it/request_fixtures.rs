//! Every request in `fixtures/requests/`, with its verdict to the letter.

use seedance_model::{AssetRef, Json, Scene, TaskRequest};

use crate::support::{Fixture, text};

fn scene_name(scene: Scene) -> &'static str {
    match scene {
        Scene::Text => "text",
        Scene::FirstFrame => "first_frame",
        Scene::FirstAndLastFrame => "first_and_last_frame",
        Scene::Reference => "reference",
    }
}

#[test]
fn every_refused_fixture_is_refused_with_its_field_kind_and_message() {
    let fixtures = Fixture::all("requests/refused");
    assert!(fixtures.len() >= 60, "only {} fixtures", fixtures.len());
    for fixture in fixtures {
        let name = &fixture.name;
        let verdict = TaskRequest::parse(&fixture.body(), fixture.policy());
        fixture.refuses(&verdict.expect_err(name));
    }
}

#[test]
fn every_accepted_fixture_goes_upstream_as_it_says() {
    let fixtures = Fixture::all("requests/accepted");
    assert!(fixtures.len() >= 25, "only {} fixtures", fixtures.len());
    for fixture in fixtures {
        let name = &fixture.name;
        let request = TaskRequest::parse(&fixture.body(), fixture.policy()).expect(name);
        let upstream_model = request.model().official_name();
        let upstream = request.upstream_body(upstream_model, request.callback_url());
        let expected = fixture.expected("upstream").unwrap().to_bytes();
        assert_eq!(text(upstream), text(expected), "{name}");
        let scene = scene_name(request.scene());
        assert_eq!(fixture.expected_text("scene"), Some(scene), "{name}");
        let has_video = fixture.expected("has_video").and_then(Json::as_bool);
        assert_eq!(has_video, Some(request.has_video()), "{name}");
    }
}

#[test]
fn every_asset_reference_is_found_with_its_place_and_kind() {
    let row = |asset: &AssetRef| {
        let wanted = asset.wanted().map(|kind| Json::from(&*kind.to_string()));
        let row = [Json::from(asset.id()), Json::from(asset.path())];
        Json::from([row.to_vec(), vec![wanted.unwrap_or(Json::Null)]].concat())
    };
    let mut checked = 0;
    for fixture in Fixture::all("requests/accepted") {
        let request = TaskRequest::parse(&fixture.body(), fixture.policy()).unwrap();
        if let Some(expected) = fixture.expected("assets") {
            let found: Vec<Json> = request.asset_refs().iter().map(row).collect();
            assert_eq!(Json::from(found), *expected, "{}", fixture.name);
            checked += 1;
        }
    }
    assert!(checked >= 7, "only {checked} fixtures name their assets");
}

#[test]
fn every_public_media_url_is_handed_out_with_its_place() {
    let mut checked = 0;
    for fixture in Fixture::all("requests/accepted") {
        let request = TaskRequest::parse(&fixture.body(), fixture.policy()).unwrap();
        let found = request.public_media_urls();
        let rows: Vec<Json> =
            found.map(|(path, url)| Json::from(vec![Json::from(path), Json::from(url)])).collect();
        let expected = fixture.expected("public_media").cloned();
        let none = Json::from(Vec::new());
        assert_eq!(Json::from(rows), expected.clone().unwrap_or(none), "{}", fixture.name);
        checked += usize::from(expected.is_some());
    }
    assert!(checked >= 2, "only {checked} fixtures have public media");
}
