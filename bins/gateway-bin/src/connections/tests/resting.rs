//! A connection whose request found no room rests, by the same clock.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Client, GET, REST, Stages};

const FULL: &[u8] = b"GET /full HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn p41_what_comes_after_a_refusal_for_want_of_room_is_read_after_a_rest() {
    let mut client = Client::connect();
    for begun in [client.opened, client.opened + REST] {
        client.sends(FULL).await;
        client.hears("full").await;
        // The refusal itself was not kept waiting, but for the rest after the one before it.
        assert_eq!(begun.elapsed(), Duration::ZERO);
        client.sends(GET).await;
        client.hears("quick").await;
        assert_eq!(begun.elapsed(), REST);
    }
    client.sends(GET).await;
    client.hears("quick").await;
    assert_eq!(client.opened.elapsed(), REST * 2, "an answer ends the rest for good");
}

#[tokio::test(start_paused = true)]
async fn p41_a_request_that_was_sent_along_rests_too() {
    let mut client = Client::connect();
    client.sends(&[FULL, GET].concat()).await;
    client.hears("full").await;
    assert_eq!(client.opened.elapsed(), Duration::ZERO);
    client.hears("quick").await;
    assert_eq!(client.opened.elapsed(), REST);
}

#[tokio::test(start_paused = true)]
async fn p61_a_rest_is_cut_short_by_the_end() {
    let stages = Stages::default();
    let mut client = Client::connect_to(stages.clone());
    client.sends(FULL).await;
    client.hears("full").await;
    client.sends(GET).await;
    stages.stop.cancel();
    client.hears("quick").await;
    assert!(client.opened.elapsed() < REST);
    client.served.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn p39_a_rest_does_not_count_against_the_client() {
    let mut client = Client::connect();
    client.sends(FULL).await;
    client.hears("full").await;
    client.sends(b"GET /quick HT").await;
    sleep_until(Instant::now() + Duration::from_secs(9)).await;
    client.sends(b"TP/1.1\r\nHost: a\r\n\r\n").await;
    client.hears("quick").await;
}
