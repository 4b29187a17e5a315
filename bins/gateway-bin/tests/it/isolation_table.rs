//! Every route, every place in a request that could name something, and every way to name what is
//! another tenant's: the answer is that for what does not exist.
//!
//! `places.rs` has the places. They are held against the routes of the router and the keys of the
//! request model, so that a new one fails here until it is classified.

mod places;
mod spellings;

use std::collections::BTreeSet;

use ark_sim::{Damage, Fault, Pace, Quotas, SimSettings, Verb};
use gateway::ROUTES;
use serde_json::{Value, json};

use crate::support::{GOOD, Reply, TenantClient, World, eventually, send};
use places::{Meaning, Place};

/// What the two tenants have: one of each kind, and what is left of it.
struct Belongings {
    task: String,
    deleted_task: String,
    group: String,
    asset: String,
}

impl Belongings {
    async fn of(world: &World, tenant: &TenantClient) -> Self {
        let group = text(&tenant.acts("CreateAssetGroup", &json!({"Name": "g"})).await["Id"]);
        let new = json!({"GroupId": group, "URL": "https://example.com/a", "AssetType": "Image"});
        let asset = text(&tenant.acts("CreateAsset", &new).await["Id"]);
        world.sim.activate_asset(&asset).unwrap();
        tenant.acts("GetAsset", &json!({"Id": asset})).await;
        let deleted_task = tenant.creates(GOOD).await;
        world.sim.succeed(&deleted_task).unwrap();
        tenant.sees(&deleted_task, "succeeded").await;
        assert_eq!(tenant.delete(&deleted_task).await.status, 200);
        Self { task: tenant.creates(GOOD).await, deleted_task, group, asset }
    }

    fn named_by(&self, meaning: Meaning) -> &str {
        match meaning {
            Meaning::Task | Meaning::Words => &self.task,
            Meaning::Group => &self.group,
            Meaning::Asset => &self.asset,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Two tenants with belongings, and what the upstream made for the first one unheard.
struct Stage {
    world: World,
    owner: TenantClient,
    asker: TenantClient,
    theirs: Belongings,
    mine: Belongings,
    unheard_task: String,
    unheard_group: String,
}

impl Stage {
    async fn set() -> Self {
        let settings =
            SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
        let world = World::with(settings, "").await;
        world.names.set("example.com", &["93.184.215.14".parse().unwrap()]);
        let (owner, asker) = (world.tenant("acme").await, world.tenant("zen").await);
        let theirs = Belongings::of(&world, &owner).await;
        let mine = Belongings::of(&world, &asker).await;
        // Nobody finds out what became of these: lists fail from now on, and time stands still.
        world.sim.faults().always(Verb::List, Fault::status(503));
        let unheard = Fault::CommitThen(Damage::CloseBeforeHeaders);
        world.sim.faults().next(Verb::Create, unheard.clone());
        owner.create(GOOD).await.is(502, "service_error");
        let unheard_task = world.sim.tasks().last().unwrap().id.clone();
        world.sim.faults().next(Verb::AssetAction, unheard);
        owner.act("CreateAssetGroup", &json!({"Name": "unheard"})).await;
        let unheard_group = world.sim.groups().last().unwrap().id.clone();
        Self { world, owner, asker, theirs, mine, unheard_task, unheard_group }
    }

    /// Ids of the other tenant: live, deleted, and unknown to the gateway.
    fn foreign(&self, meaning: Meaning) -> Vec<&str> {
        let theirs = self.theirs.named_by(meaning);
        match meaning {
            Meaning::Task => vec![theirs, &self.theirs.deleted_task, &self.unheard_task],
            Meaning::Group => vec![theirs, &self.unheard_group],
            Meaning::Asset => vec![theirs],
            Meaning::Words => vec![theirs, &self.theirs.group, &self.theirs.asset],
        }
    }

    async fn ask(&self, place: &Place, id: &str) -> Reply {
        // A quick machine asks for more URLs in a second than one tenant may; what is refused for
        // that was not looked at.
        eventually(async || {
            let request = place.request(&self.asker, &self.mine.group, &self.mine.task, id);
            let reply = send(request).await;
            (reply.status != 429).then_some(reply)
        })
        .await
    }

    /// What a tenant can tell about this id in this place.
    async fn told(&self, place: &Place, id: &str) -> (u16, String, Vec<String>) {
        comparable(&self.ask(place, id).await, &self.theirs)
    }

    /// What the owner has: ids, names and states. The reconciler may find the unheard group.
    async fn view(&self) -> Vec<String> {
        let tasks = self.owner.list("page_size=500").await.json;
        let everything = json!({"Filter": {"GroupType": "AIGC"}, "PageSize": 100});
        let groups = self.owner.acts("ListAssetGroups", &everything).await;
        let assets = self.owner.acts("ListAssets", &everything).await;
        let items = [&tasks["items"], &groups["Items"], &assets["Items"]];
        let items = items.into_iter().flat_map(|items| items.as_array().unwrap());
        let kept = ["id", "status", "Id", "Name", "Status", "GroupId"];
        let seen = items.map(|item| kept.map(|key| item[key].to_string()).join(" "));
        seen.filter(|seen| !seen.contains("unheard")).collect()
    }

    /// Whether a call that changes or shows something has named this id upstream.
    fn has_told(&self, id: &str) -> bool {
        let calls = self.world.sim.calls();
        let mut calls = calls.iter().filter(|call| !matches!(call.verb, Verb::List | Verb::Get));
        calls.any(|call| call.path.contains(id) || String::from_utf8_lossy(&call.body).contains(id))
    }
}

/// An answer without what differs from one request to the next: ids, times, lengths.
fn comparable(reply: &Reply, theirs: &Belongings) -> (u16, String, Vec<String>) {
    let volatile = ["x-request-id", "date", "content-length"];
    let names = reply.headers.keys().map(ToString::to_string);
    let names = names.filter(|name| !volatile.contains(&name.as_str()));
    let text = reply.text.replace(reply.header("x-request-id").unwrap(), "-");
    // Where an id was spelled so oddly that it is none, its last symbols still differ.
    let tails = [&theirs.task, &theirs.group, &theirs.asset].map(|id| &id[id.len() - 5..]);
    let text = tails.into_iter().fold(text, |text, tail| text.replace(tail, "zzzzz"));
    (reply.status, spellings::without_ids(&text), names.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn p14_no_place_of_a_request_reaches_what_is_anothers() {
    let mut stage = Stage::set().await;
    let before = stage.view().await;
    for place in places::all() {
        stage.mine.task = stage.asker.creates(GOOD).await;
        let absent = spellings::absent(place.meaning);
        stage.world.sim.clear_calls();
        let missing = stage.told(&place, absent).await;
        assert!(missing.0 < 500, "{place:?}: {missing:?}");
        for id in stage.foreign(place.meaning) {
            let found = stage.told(&place, id).await;
            assert_eq!(found, missing, "{place:?} with {id}");
            let told = place.meaning != Meaning::Words && stage.has_told(id);
            assert!(!told, "{place:?} told the upstream of {id}");
        }
        if place.meaning != Meaning::Words {
            // What is the asker's own is found there, so the place is one.
            let own = stage.told(&place, stage.mine.named_by(place.meaning)).await;
            assert_eq!(own.0, 200, "{place:?}: {own:?}");
            assert_ne!(own, missing, "{place:?}");
        }
        if place.meaning == Meaning::Task {
            let gone = stage.told(&place, &stage.mine.deleted_task).await;
            assert_eq!(gone, missing, "{place:?}: its own, deleted");
        }
    }
    assert_eq!(stage.view().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn p14_no_spelling_of_an_id_reaches_what_is_anothers() {
    let stage = Stage::set().await;
    let before = stage.view().await;
    for place in places::all().into_iter().filter(|place| place.meaning != Meaning::Words) {
        let theirs = stage.theirs.named_by(place.meaning);
        let absent = spellings::absent(place.meaning);
        stage.world.sim.clear_calls();
        for (foreign, missing) in spellings::odd(theirs).iter().zip(spellings::odd(absent)) {
            let found = stage.told(&place, foreign).await;
            let expected = stage.told(&place, &missing).await;
            assert_eq!(found, expected, "{place:?} with {foreign:?}");
            assert!(found.0 < 500, "{place:?} with {foreign:?}: {found:?}");
        }
        for malformed in spellings::MALFORMED {
            let refused = stage.told(&place, malformed).await;
            assert!(refused.0 < 500, "{place:?} with {malformed:?}: {refused:?}");
        }
        assert!(!stage.has_told(theirs), "{place:?}");
    }
    assert_eq!(stage.view().await, before);
}

#[test]
fn p14_every_route_and_every_key_has_a_place() {
    let covered: BTreeSet<_> = places::all().iter().map(|place| place.route).collect();
    assert_eq!(covered, BTreeSet::from(ROUTES), "a new route needs a row in places.rs");
    places::are_all_keys();
}
