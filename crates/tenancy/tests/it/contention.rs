//! Many callers at once: everyone is answered for their own work, and nobody hears "busy".

use std::future::ready;
use std::time::Duration;

use tenancy::{NewTenant, Store, TenantName, Token};
use tokio::time::timeout;

use crate::support::{NOW, TARIFF, World, intent, opened};

fn name(number: usize) -> TenantName {
    TenantName::parse(&format!("tenant-{number}")).unwrap()
}

fn new_tenant(number: usize) -> NewTenant {
    NewTenant {
        name: name(number),
        upstream: "default".into(),
        tasks_enabled: true,
        assets_enabled: true,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_failure_among_many_writes_takes_back_one() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let tenant = world.tenant("zeta").await;
    let taken = Token::generate().unwrap();
    world.store.issue_token(tenant.id, &taken, None, None, NOW).await.unwrap();
    let writers: Vec<_> = (0..64)
        .map(|number| {
            let (store, scope, taken) = (world.store.clone(), scope.clone(), taken.clone());
            tokio::spawn(async move {
                if number % 8 == 0 {
                    // The same token a second time breaks a rule of the schema.
                    let issued = store.issue_token(tenant.id, &taken, None, None, NOW).await;
                    return issued.map(|_| None);
                }
                scope.open_intent(intent(), NOW).await.map(|opening| Some(opened(opening)))
            })
        })
        .collect();
    let mut ids = Vec::new();
    for (number, writer) in writers.into_iter().enumerate() {
        let written = writer.await.unwrap();
        assert_eq!(written.is_err(), number % 8 == 0);
        ids.extend(written.unwrap_or(None));
    }
    assert_eq!(ids.len(), 56);
    // Another store reads the file, not the first one's memory.
    let reader = Store::open(&world.url()).await.unwrap();
    let kept = reader.open_intents("default", None, 100).await.unwrap();
    assert_eq!(kept.len(), 56);
    assert!(kept.iter().all(|intent| ids.contains(&intent.id)));
    world.finish().await;
}

#[tokio::test]
async fn p53_another_process_that_holds_the_database_is_waited_for() {
    let world = World::start().await;
    let outsider = world.outsider();
    for number in 0..3 {
        outsider.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let mut write = Box::pin(world.store.create_tenant(new_tenant(number), NOW));
        let early = timeout(Duration::from_millis(200), &mut write).await;
        assert!(early.is_err(), "the write did not wait");
        // Reading goes on meanwhile.
        let read = timeout(Duration::from_secs(5), world.store.tariff_document(TARIFF)).await;
        assert!(read.unwrap().unwrap().is_some());
        outsider.execute_batch("COMMIT").unwrap();
        assert!(write.await.unwrap().is_some());
    }
    world.finish().await;
}

#[tokio::test]
async fn a_database_that_is_held_too_long_is_busy_and_then_works_again() {
    let world = World::start().await;
    let outsider = world.outsider();
    outsider.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refusal = world.store.create_tenant(new_tenant(0), NOW).await.unwrap_err();
    assert!(refusal.is_busy(), "{refusal:?}");
    outsider.execute_batch("ROLLBACK").unwrap();
    assert!(world.store.create_tenant(new_tenant(0), NOW).await.unwrap().is_some());
    world.finish().await;
}

#[tokio::test]
async fn p11_a_write_whose_caller_went_away_is_done() {
    let world = World::start().await;
    for number in 0..20 {
        let write = world.store.create_tenant(new_tenant(number), NOW);
        tokio::select! {
            biased;
            _ = write => {}
            () = ready(()) => {} // The write was queued, and is dropped here.
        }
    }
    // Writes are done in the order in which they were asked for.
    world.store.record_tariff("after", "{}", NOW).await.unwrap();
    assert_eq!(world.store.list_tenants().await.unwrap().len(), 20);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_was_asked_for_before() {
    let world = World::start().await;
    let writers: Vec<_> = (0..200)
        .map(|number| {
            let store = world.store.clone();
            tokio::spawn(async move { store.create_tenant(new_tenant(number), NOW).await })
        })
        .collect();
    tokio::task::yield_now().await;
    world.store.close().await.unwrap();
    let store = Store::open(&world.url()).await.unwrap();
    for (number, writer) in writers.into_iter().enumerate() {
        let kept = store.find_tenant(&name(number)).await.unwrap();
        match writer.await.unwrap() {
            Ok(created) => assert_eq!(kept, created),
            Err(error) => assert!(error.is_closed() && kept.is_none()),
        }
    }
}
