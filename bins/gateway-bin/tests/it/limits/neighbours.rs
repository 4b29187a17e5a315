//! A tenant that asks for fifty times its share, beside one that does not.

use std::num::NonZeroU32;

use ark_sim::Verb;
use tenancy::LimitChange;

use super::{finish, held, limit, with_status};
use crate::support::GOOD;

/// What the noisy tenant may do in a second, and how often it asks for as much.
const SHARE: usize = 5;
const TIMES: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn p17_a_tenant_at_fifty_times_its_share_has_no_request_of_another_refused() {
    let world = held().await;
    let (noisy, quiet) = (world.tenant("noisy").await, world.tenant("quiet").await);
    let share = NonZeroU32::new(u32::try_from(SHARE).unwrap());
    limit(&world, &noisy, LimitChange::RequestsPerSecond(share)).await;
    let task = quiet.creates(GOOD).await;
    let flood: Vec<_> = (0..SHARE * TIMES)
        .map(|turn| {
            let create = (turn % 2 == 0).then(|| noisy.create(GOOD));
            let list = noisy.list("");
            tokio::spawn(async move {
                match create {
                    Some(create) => create.await,
                    None => list.await,
                }
            })
        })
        .collect();
    for _ in 0..SHARE {
        assert_eq!(quiet.get(&task).await.status, 200);
        assert_eq!(quiet.list("").await.status, 200);
        quiet.creates(GOOD).await;
    }
    let mut replies = Vec::new();
    for request in flood {
        replies.push(request.await.unwrap());
    }
    // How many there are of either depends on how long the flood takes.
    let (served, refused) = (with_status(&replies, 200), with_status(&replies, 429));
    assert_eq!(served + refused, SHARE * TIMES);
    assert!(served >= SHARE && refused > 0, "{served} served, {refused} refused");
    assert!(world.sim.count(Verb::Create) <= 1 + SHARE + served);
    finish(world).await;
}
