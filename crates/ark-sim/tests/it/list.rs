//! LIST: pages, filters and oddities.

use ark_sim::{Fault, ListOddity, Sim, Verb};
use serde_json::json;

use crate::support::{create, ids, list, seconds, start};

/// Five tasks, oldest first, a second apart.
async fn five(sim: &Sim) -> Vec<String> {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(create(sim, json!({})).await);
        sim.clock().advance(seconds(1));
    }
    made
}

#[tokio::test]
async fn pages_are_newest_first_and_total_counts_all() {
    let sim = start().await;
    let made = five(&sim).await;
    let page = list(&sim, "page_num=2&page_size=2").await.json();
    assert_eq!(page["total"], 5);
    assert_eq!(ids(&page), [made[2].clone(), made[1].clone()]);
    assert_eq!(ids(&list(&sim, "page_num=3&page_size=2").await.json()), [made[0].clone()]);
    assert_eq!(ids(&list(&sim, "").await.json()).len(), 5);
    for query in ["page_num=0", "page_num=501", "page_size=501", "page_size=x"] {
        list(&sim, query).await.is(400, "InvalidParameter");
    }
}

#[tokio::test]
async fn filters_narrow_items_and_total() {
    let sim = start().await;
    let made = five(&sim).await;
    let fast = create(&sim, json!({"model": "doubao-seedance-2-0-fast-260128"})).await;
    sim.fail(&made[4], "X", "x").unwrap();
    let asked =
        format!("filter.task_ids={}&filter.task_ids={}&filter.task_ids=cgt-0", made[1], made[3]);
    for (query, expected) in [
        ("filter.status=running", vec![&made[3], &made[2], &made[1], &made[0]]),
        ("filter.status=failed", vec![&made[4]]),
        ("filter.status=expired", vec![]),
        ("filter.model=doubao-seedance-2-0-fast-260128", vec![&fast]),
        ("filter.service_tier=flex", vec![]),
        ("filter.service_tier=default&filter.status=queued", vec![&fast]),
        (asked.as_str(), vec![&made[3], &made[1]]),
    ] {
        let found = list(&sim, query).await.json();
        assert_eq!(ids(&found).iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(found["total"], expected.len(), "{query}");
    }
    list(&sim, "filter.status=dreaming").await.is(400, "InvalidParameter");
}

#[tokio::test]
async fn a_list_can_be_odd() {
    let sim = start().await;
    let made = five(&sim).await;
    let odd = |oddity| drop(sim.faults().next(Verb::List, Fault::OddList(oddity)));

    odd(ListOddity::Duplicates);
    let page = list(&sim, "page_size=1").await.json();
    assert_eq!(ids(&page), [made[4].clone(), made[4].clone()]);

    odd(ListOddity::WrongTotal(-3));
    assert_eq!(list(&sim, "").await.json()["total"], -3);

    odd(ListOddity::ChangingTotal);
    let one = list(&sim, "").await.json()["total"].clone();
    odd(ListOddity::ChangingTotal);
    assert_ne!(list(&sim, "").await.json()["total"], one);

    odd(ListOddity::Overlap);
    let page = list(&sim, "page_size=2&page_num=2").await.json();
    assert_eq!(ids(&page), [made[3].clone(), made[2].clone()]);

    odd(ListOddity::ForeignTasks(2));
    let page = list(&sim, "").await.json();
    assert_eq!(page["total"], 7);
    assert!(!made.contains(&ids(&page)[0]));

    odd(ListOddity::UnreadableItems);
    let page = list(&sim, "").await.json();
    assert_eq!(page["items"][5], "not a task");
    assert!(page["items"][6].get("id").is_none());

    odd(ListOddity::Hidden);
    let page = list(&sim, "").await.json();
    assert!(ids(&page).is_empty());
    assert_eq!(page["total"], 5);
}
