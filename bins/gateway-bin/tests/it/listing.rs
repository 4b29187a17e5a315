//! The list: filters, pages, totals, and the window of seven days.

use std::time::Duration;

use ark_sim::Verb;

use crate::support::{GOOD, World};

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_the_list_and_its_total() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let standard = acme.creates(GOOD).await;
    let fast = acme.creates(&GOOD.replace("doubao-seedance-2-0", "doubao-seedance-2-0-fast")).await;
    world.sim.succeed(&fast).unwrap();
    acme.sees(&fast, "succeeded").await;
    let cases = [
        ("", vec![fast.as_str(), standard.as_str()]),
        ("filter.status=succeeded", vec![fast.as_str()]),
        ("filter.status=failed", vec![]),
        ("filter.status=expired", vec![]),
        ("filter.model=doubao-seedance-2-0", vec![standard.as_str()]),
        ("filter.model=doubao-seedance-2-0-fast-260128", vec![fast.as_str()]),
        ("filter.service_tier=default", vec![fast.as_str(), standard.as_str()]),
        ("filter.service_tier=flex", vec![]),
        ("filter.status=&page_num=", vec![fast.as_str(), standard.as_str()]),
    ];
    for (query, expected) in cases {
        let list = acme.list(query).await.json;
        let ids: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{query}");
        assert_eq!(list["total"], expected.len(), "{query}");
    }
    let by_id = acme.list(&format!("filter.task_ids={fast}&filter.task_ids=cgt-other")).await.json;
    assert_eq!(by_id["total"], 1);
    assert_eq!(by_id["items"][0], acme.get(&fast).await.json, "items have the shape of GET");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_cut_from_newest_to_oldest() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, acme.creates(GOOD).await);
        world.clock.advance(Duration::from_secs(1));
    }
    for (page, expected) in [(1, &ids[0..2]), (2, &ids[2..4]), (3, &ids[4..5]), (4, &ids[5..5])] {
        let list = acme.list(&format!("page_num={page}&page_size=2")).await.json;
        let got: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|t| t["id"].as_str().unwrap()).collect();
        assert_eq!(got, expected);
        assert_eq!(list["total"], 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_means_nothing_is_refused_with_its_key() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    for (query, key) in [
        ("page_num=0", "page_num"),
        ("page_num=501", "page_num"),
        ("page_size=501", "page_size"),
        ("page_size=ten", "page_size"),
        ("filter.status=done", "filter.status"),
        ("filter.model=seedance-2-0", "filter.model"),
        ("filter.service_tier=fast", "filter.service_tier"),
        ("page_num=1&page_num=2", "page_num"),
    ] {
        let reply = acme.list(query).await;
        reply.is(400, "invalid_request");
        assert_eq!(reply.json["error"]["param"], key, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_covers_seven_days_and_never_asks_the_upstream() {
    let world = World::start().await;
    let acme = world.tenant("acme").await;
    let id = acme.creates(GOOD).await;
    world.sim.succeed(&id).unwrap();
    acme.sees(&id, "succeeded").await;
    let lists = world.sim.count(Verb::List);
    for _ in 0..20 {
        assert_eq!(acme.list("").await.json["total"], 1);
    }
    assert_eq!(world.sim.count(Verb::List), lists, "no task is live, so nobody lists upstream");
    world.clock.advance(Duration::from_hours(7 * 24));
    assert_eq!(acme.list("").await.json["total"], 0);
    assert_eq!(acme.get(&id).await.status, 200, "GET goes on");
}
