//! What holds for every asset request and every asset reply.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq, proptest};
use seedance_model::{
    AssetAction, AssetRequest, ErrorKind, Json, LibraryId, LibraryItem, LibraryPage, Object,
};

use crate::support::{Fixture, shuffled, text};

/// Cases of each property: about a second in a debug build.
const CASES: u32 = 2_000;

/// The bodies of all fixtures that are JSON with distinct keys, with their actions.
fn fixture_bodies() -> Vec<(Json, AssetAction)> {
    let folders = ["assets/accepted", "assets/refused", "assets/replies"];
    folders
        .iter()
        .flat_map(|folder| Fixture::all(folder))
        .filter_map(|fixture| Some((Json::parse(&fixture.body()).ok()?, fixture.action())))
        .collect()
}

#[test]
fn p29_a_verdict_does_not_depend_on_the_order_of_members() {
    let bodies = fixture_bodies();
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), picks in vec(any::<Index>(), 200))| {
        let (json, action) = body.get(&bodies);
        let other = shuffled(json, &mut picks.into_iter().cycle());
        let verdict = |json: &Json| AssetRequest::parse(*action, &json.to_bytes());
        prop_assert_eq!(verdict(json), verdict(&other));
    });
}

#[test]
fn p24_no_bytes_make_a_reader_panic() {
    let bodies = fixture_bodies();
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), at in any::<Index>(), noise in vec(any::<u8>(), 0..8))| {
        let mut bytes = body.get(&bodies).0.to_bytes();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + noise.len());
        bytes.splice(at..end, noise.iter().copied());
        for bytes in [&bytes, &noise] {
            for action in AssetAction::ALL {
                drop(AssetRequest::parse(action, bytes));
                drop(LibraryItem::parse(action, bytes).map(|item| item.public_body(str::to_owned)));
                drop(LibraryPage::parse(action, bytes).map(|page| page.public_body(str::to_owned)));
            }
            drop(LibraryId::created(bytes));
        }
    });
}

#[test]
fn moderation_is_never_skipped_wherever_and_however_it_is_written() {
    let bodies = fixture_bodies();
    let words = ("(?i)moderation", "(?i)strategy", "[ \t\n]{0,2}(?i)skip[ \t\n]{0,2}");
    let keys = vec(select(vec!["Filter", "model", "x", "Name"]), 0..5);
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), keys in keys, (moderation, strategy, skip) in words)| {
        let (json, action) = body.get(&bodies);
        let Json::Object(mut members) = json.clone() else {
            return Ok(());
        };
        let mut odd = wrapped(&moderation, wrapped(&strategy, Json::from(skip)));
        for key in keys {
            odd = wrapped(key, Json::from(vec![odd]));
        }
        members.insert("Odd", odd);
        let error = AssetRequest::parse(*action, &Json::from(members).to_bytes()).unwrap_err();
        prop_assert_eq!(error.kind(), ErrorKind::ModerationSkip);
    });
}

fn wrapped(key: &str, value: Json) -> Json {
    let mut object = Object::new();
    object.insert(key, value);
    Json::from(object)
}

#[test]
fn p14_no_id_goes_upstream_but_those_that_can_be_read_from_the_request() {
    let bodies = fixture_bodies();
    let keys = "(?i)(id|groupid|groupids|assetid|projectname|moderation)";
    proptest!(Config::with_cases(CASES), |(body in any::<Index>(), key in keys, in_filter in any::<bool>())| {
        let (json, action) = body.get(&bodies);
        let Json::Object(mut members) = json.clone() else {
            return Ok(());
        };
        match members.take("Filter") {
            Some(Json::Object(mut filter)) if in_filter => {
                filter.insert(&key, THEIRS);
                members.insert("Filter", filter);
            }
            filter => {
                members.insert("Filter", filter.unwrap_or(Json::Null));
                members.insert(&key, THEIRS);
            }
        }
        if let Ok(request) = AssetRequest::parse(*action, &Json::from(members).to_bytes()) {
            let (read, sent) = read_and_sent(&request);
            prop_assert!(read == Some(THEIRS) || !sent.contains(THEIRS), "{}", sent);
        }
    });
}

const THEIRS: &str = "theirs-20260611210000";

/// The one id that a gateway checks, and what it would send if that is the tenant's.
fn read_and_sent(request: &AssetRequest) -> (Option<&str>, String) {
    let own = [LibraryId::parse("own").unwrap()];
    let (read, sent) = match request {
        AssetRequest::CreateAssetGroup(group) => (None, group.upstream_body("p")),
        AssetRequest::CreateAsset(asset) => {
            (Some(asset.group_id()), asset.upstream_body("p", "https://example.com/"))
        }
        AssetRequest::ListAssetGroups(query) | AssetRequest::ListAssets(query) => {
            (None, query.upstream_body("p", &own).unwrap())
        }
        AssetRequest::GetAssetGroup(id) | AssetRequest::GetAsset(id) => {
            (Some(id), id.lookup_body("p"))
        }
    };
    (read.map(LibraryId::as_str), text(sent))
}
