//! The write-ahead log stays short, whoever reads meanwhile.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tenancy::Store;

use crate::support::{NOW, World, intent};

/// Most bytes in the log.
const MOST: u64 = 64 * 1024 * 1024;
/// Writers at the same time.
const WRITERS: usize = 8;

/// How many writes each writer does.
fn rounds() -> usize {
    let writes = std::env::vars().find(|(name, _)| name == "TENANCY_WRITES");
    writes.map_or(40_000, |(_, count)| count.parse().unwrap()) / WRITERS
}

/// Reads on and on, each time for a while, until the sender is gone.
fn read_on(path: PathBuf, stop: Receiver<()>) -> JoinHandle<u32> {
    thread::spawn(move || {
        let reader = Connection::open(path).unwrap();
        let mut views = 0;
        while stop.try_recv() != Err(TryRecvError::Disconnected) {
            reader.execute_batch("BEGIN; SELECT count(*) FROM tenants").unwrap();
            // No message ever comes: this is how long the view is kept.
            let _ = stop.recv_timeout(Duration::from_millis(20));
            reader.execute_batch("COMMIT").unwrap();
            views += 1;
        }
        views
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p53_the_log_stays_short_although_somebody_always_reads() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let long_reader = world.outsider();
    long_reader.execute_batch("BEGIN; SELECT count(*) FROM intents").unwrap();
    // Several, so that one of them is always in the middle of an older moment.
    let (stops, readers): (Vec<Sender<()>>, Vec<JoinHandle<u32>>) = (0..3)
        .map(|_| channel())
        .map(|(stop, stopped)| (stop, read_on(world.path(), stopped)))
        .unzip();
    let log = world.path().with_file_name("store.db-wal");
    let mut longest = 0;
    for round in 0..rounds() {
        if round == rounds() / 8 {
            long_reader.execute_batch("COMMIT").unwrap();
        }
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let scope = scope.clone();
                tokio::spawn(async move { scope.open_intent(intent(), NOW).await })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap().unwrap();
        }
        longest = longest.max(log.metadata().unwrap().len());
    }
    drop(stops);
    let views: u32 = readers.into_iter().map(|reader| reader.join().unwrap()).sum();
    println!("longest log: {longest} bytes, beside {views} views of older moments");
    assert!(longest < MOST, "{longest} bytes");
    world.finish().await;
}

#[tokio::test]
async fn p53_who_closes_does_not_make_others_wait_for_a_reader() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let long_reader = world.outsider();
    long_reader.execute_batch("BEGIN; SELECT count(*) FROM intents").unwrap();
    scope.open_intent(intent(), NOW).await.unwrap();
    let beside = Store::open(&world.url()).await.unwrap();
    let started = Instant::now();
    beside.close().await.unwrap();
    // A twentieth of this, but for a slow machine; without the rule it takes 5 seconds.
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    long_reader.execute_batch("COMMIT").unwrap();
    world.finish().await;
}
