//! Many callers at once: everyone is answered for their own work, and nothing is left undone.

use std::future::ready;

use tenancy::{NewTenant, Store, TenantName, Token};

use crate::support::{NOW, intent, opened, tenant_of};

fn name(number: usize) -> TenantName {
    new_tenant(number).name
}

fn new_tenant(number: usize) -> NewTenant {
    tenant_of(&format!("tenant-{number}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_failure_among_many_writes_takes_back_one() {
    let Some(world) = super::start().await else { return };
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
async fn p11_a_write_whose_caller_went_away_is_done() {
    let Some(world) = super::start().await else { return };
    for number in 0..20 {
        let write = world.store.create_tenant(new_tenant(number), NOW);
        tokio::select! {
            biased;
            _ = write => {}
            () = ready(()) => {} // The write was queued, and is dropped here.
        }
    }
    // A store that is closed has done all that it was asked for.
    world.store.close().await.unwrap();
    let store = Store::open(&world.url()).await.unwrap();
    assert_eq!(store.list_tenants().await.unwrap().len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_finishes_what_was_asked_for_before() {
    let Some(world) = super::start().await else { return };
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
