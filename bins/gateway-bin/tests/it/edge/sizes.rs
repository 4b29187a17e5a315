//! The limits of heads, to the byte (P43), and HTTP/2 that is not spoken (P42).

use super::wire::{exchange, statuses};
use crate::support::{TASKS, World};

/// The answers to one request with these headers, which closes its connection.
async fn asked(world: &World, target: &str, headers: &str) -> Vec<u16> {
    let head = "Host: gateway.test\r\nConnection: close\r\n";
    let bytes = format!("GET {target} HTTP/1.1\r\n{head}{headers}\r\n");
    statuses(&exchange(world.server.address(), bytes.as_bytes()).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn p43_a_request_has_up_to_64_headers() {
    let world = World::start().await;
    assert_eq!(asked(&world, TASKS, &"X-A: b\r\n".repeat(62)).await, [401]);
    assert_eq!(asked(&world, TASKS, &"X-A: b\r\n".repeat(63)).await, [431]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p43_a_head_has_up_to_32_kib() {
    let world = World::start().await;
    let rest = format!("GET {TASKS} HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n");
    let fill = |bytes: usize| format!("X-A: {}\r\n", "a".repeat(bytes - rest.len() - 7));
    assert_eq!(asked(&world, TASKS, &fill(32 * 1024)).await, [401]);
    assert_eq!(asked(&world, TASKS, &fill(32 * 1024 + 1)).await, [431]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p43_a_target_has_up_to_8_kib() {
    let world = World::start().await;
    let target = |bytes: usize| format!("{TASKS}?a={}", "a".repeat(bytes - TASKS.len() - 3));
    assert_eq!(asked(&world, &target(8 * 1024), "").await, [401]);
    assert_eq!(asked(&world, &target(8 * 1024 + 1), "").await, [414]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p42_http_2_is_not_spoken() {
    let world = World::start().await;
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    let answers = exchange(world.server.address(), settings).await;
    assert_eq!(statuses(&answers), [400]);
    let upgrade = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n";
    assert_eq!(asked(&world, TASKS, upgrade).await, [400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn p38_operators_are_held_to_the_same_reading() {
    let world = World::start().await;
    let two = b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
    assert_eq!(statuses(&exchange(world.server.admin_address(), two).await), [400]);
    let one = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert_eq!(statuses(&exchange(world.server.admin_address(), one).await), [200]);
}
