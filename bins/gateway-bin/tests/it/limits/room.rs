//! A tenant who sends many large bodies slowly, beside others that need room for theirs; and bodies
//! of which nobody knows whose they are.

use std::net::SocketAddr;

use ark_sim::{Pace, Quotas, SimSettings};
use tenancy::Token;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::finish;
use crate::edge::{exchange, statuses};
use crate::support::{GOOD, TASKS, TenantClient, World, eventually};

/// Room for ten bodies of 64 KiB: one tenant may have 568 KiB of it, and 71 KiB stay free.
const ROOM: &str = "server.max_requests = 10\nserver.body_limit = '64KiB'\n";
/// More of them than there is room for.
const SLOW_BODIES: usize = 20;

async fn world() -> World {
    let settings = SimSettings { quotas: Quotas::OFF, pace: Pace::HELD, ..SimSettings::default() };
    World::with(settings, ROOM).await
}

/// An order of this size.
fn large(bytes: usize) -> String {
    format!("{GOOD:bytes$}")
}

/// All but the end of a body of 64 KiB, again whenever it is refused.
async fn sends_slowly(address: SocketAddr, of: String) {
    let head = format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {of}\r\n\
         Content-Length: 65536\r\n\r\n"
    );
    loop {
        let mut socket = TcpStream::connect(address).await.unwrap();
        // A refused one may be closed before all of it is sent.
        socket.write_all((head.clone() + &large(60 * 1024)).as_bytes()).await.ok();
        socket.read_to_end(&mut Vec::new()).await.ok();
    }
}

/// Its order is refused for the size of what it sends at a time.
async fn is_over_its_share(tenant: &TenantClient) {
    let refused = eventually(async || {
        let reply = tenant.create(&large(60 * 1024)).await;
        (reply.status != 200).then_some(reply)
    });
    let refused = refused.await;
    refused.is(429, "rate_limit_exceeded");
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert!(refused.text.contains("sends too much"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn p17_p41_a_tenant_whose_bodies_are_slow_leaves_room_for_those_of_others() {
    let world = world().await;
    let (slow, other) = (world.tenant("slow").await, world.tenant("other").await);
    slow.creates(GOOD).await;
    let mut sending = JoinSet::new();
    for _ in 0..SLOW_BODIES {
        sending.spawn(sends_slowly(world.server.address(), slow.token.clone()));
    }
    is_over_its_share(&slow).await;
    for _ in 0..SLOW_BODIES {
        other.creates(&large(32 * 1024)).await;
    }
    is_over_its_share(&slow).await;
    let of_all = world.metric("phanedge_sheds_total{reason=\"bodies\"}").await;
    let of_one = world.metric("phanedge_sheds_total{reason=\"body_share\"}").await;
    assert_eq!(of_all, Some(0.0), "the room was never full");
    assert!(of_one > Some(1.0), "{of_one:?}");

    sending.shutdown().await;
    let order = large(60 * 1024);
    eventually(async || (slow.create(&order).await.status == 200).then_some(())).await;
    finish(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn p23_p41_a_body_is_not_asked_for_before_its_tenant_is_known() {
    let world = world().await;
    let unknown = Token::generate().unwrap();
    for path in [TASKS, "/volcark/?Action=GetAsset&Version=2024-01-01"] {
        for token in [unknown.expose(), "x"] {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
                 Expect: 100-continue\r\nContent-Length: 60000\r\n\r\n"
            );
            let answers = exchange(world.server.address(), head.as_bytes()).await;
            // An answer of 100 would have come before it.
            assert_eq!(statuses(&answers), [401]);
            assert!(answers[0].is_last());
        }
    }
    finish(world).await;
}
