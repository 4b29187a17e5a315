//! A damaged file: it is refused, or it serves what is right, and never what is another tenant's.

mod served;

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;
use std::path::Path;

use seedance_model::TaskStatus;
use tempfile::TempDir;
use tenancy::Store;

use crate::child::store_in;
use crate::support::{NOW, World, at};
use served::{Expected, Verdict};

/// Bits are turned over in this many copies of a file.
fn flips() -> usize {
    let count = std::env::vars().find(|(name, _)| name == "TENANCY_FLIPS");
    count.map_or(200, |(_, count)| count.parse().unwrap())
}

/// Where the dice start; printed, so that a failure can be played again.
fn seed() -> u64 {
    let given = std::env::vars().find(|(name, _)| name == "TENANCY_SEED");
    let seed =
        given.map_or_else(|| RandomState::new().hash_one(0), |(_, seed)| seed.parse().unwrap());
    println!("TENANCY_SEED={seed}");
    seed
}

/// Numbers from a seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// Turns one bit over in each of many copies of the files in `intact`.
async fn flip(intact: &TempDir, expected: &Expected, file: &str, places: &[Range<usize>]) {
    let (mut dice, mut tally) = (Dice(seed()), served::Tally::default());
    for number in 0..flips() {
        let place = &places[number % places.len()];
        let (at, bit) = (place.start + dice.below(place.len()), dice.below(8));
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(intact.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        turn_over(&folder.path().join(file), at, bit);
        let verdict = match Store::open(&store_in(folder.path())).await {
            Err(_) => Verdict::Refused,
            Ok(store) => expected.compare(&store).await,
        };
        tally.count(verdict, &format!("{file}: bit {bit} of byte {at}"));
    }
    tally.end();
}

fn turn_over(file: &Path, at: usize, bit: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 1 << bit;
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn p55_a_bit_that_turned_in_the_file_is_noticed_or_does_no_harm() {
    let (intact, expected) = served::closed_store().await;
    let file = fs::read(intact.path().join("store.db")).unwrap();
    let pages: Vec<_> = (0..file.len() / 4096).map(|page| page * 4096..(page + 1) * 4096).collect();
    let kind = |page: &Range<usize>| file[page.start + if page.start == 0 { 100 } else { 0 }];
    let interior = pages.iter().filter(|page| [2, 5].contains(&kind(page))).cloned();
    let mut places: Vec<_> = interior.collect();
    println!("{} pages, {} of them interior", pages.len(), places.len());
    // The header, interior pages, and all pages: mostly leaves.
    places.push(0..100);
    places.push(0..file.len());
    places.push(0..file.len());
    flip(&intact, &expected, "store.db", &places).await;
}

#[tokio::test]
async fn p55_a_bit_that_turned_in_the_log_ends_the_log_there() {
    let (crashed, expected) = served::crashed_store().await;
    let log = fs::read(crashed.path().join("store.db-wal")).unwrap().len();
    flip(&crashed, &expected, "store.db-wal", &[0..32, 32..log, 32..log, 32..log]).await;
}

/// What one turned bit makes of a number: the audit once met the same day again and again.
#[tokio::test]
async fn p55_a_time_that_became_a_text_does_not_keep_the_audit_for_ever() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    let task = world.task(&scope, "cgt-1", NOW).await;
    world.observe(&task, TaskStatus::Succeeded, at(1)).await;
    world.open_the_ledger().await;
    let lax = "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'ledger'";
    world.outsider().execute_batch(&format!("PRAGMA writable_schema = ON; {lax}")).unwrap();
    world.outsider().execute("UPDATE ledger SET settled_at = ''", []).unwrap();
    let found = world.store.audit().await.unwrap_err();
    assert!(found.is_corrupt(), "{found}");
    assert!(format!("{found:?}").contains("usage by day: 0 comes after 0"), "{found:?}");
}

/// What another turned bit makes of a task that was never deleted: SQLite looks for it only on a
/// connection that may write.
#[tokio::test]
async fn p55_a_row_against_the_rules_of_its_table_is_noticed() {
    let world = World::start().await;
    let scope = world.scope("acme").await;
    world.task(&scope, "cgt-1", NOW).await;
    let hidden = "PRAGMA ignore_check_constraints = ON; UPDATE tasks SET buried_at = 0";
    world.outsider().execute_batch(hidden).unwrap();
    let found = world.store.audit().await.unwrap();
    assert_eq!(found.damage.as_deref(), Some("CHECK constraint failed in tasks"));
    assert!(world.store.check_file().await.unwrap_err().is_corrupt());
}
