//! The invariants of the fuzz targets with the ordinary toolchain: every corpus is replayed, and
//! mutated for a while.
//!
//! `FUZZ_SECONDS` is the time for each target, and `FUZZ_SEED` repeats a run. What libFuzzer does
//! with the same invariants is guided by coverage, and wants a nightly toolchain: see
//! `fuzz/Cargo.toml`.

#[path = "../../fuzz/invariants.rs"]
mod invariants;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use invariants::TARGETS;

use crate::support::workspace;

/// Executions of each target where no time is asked for.
const EXECUTIONS: u64 = 500;
/// Longest input that is made, in bytes.
const LONGEST: usize = 8 * 1024;
/// Pieces that mean something to one of the targets.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\\u0000",
    b"\xff",
    b"\0",
    b"1e400",
    b"-0",
    b"18446744073709551616",
    b"null",
    b"asset://",
    b"https://",
    b"%2f",
    b"\r\n",
    b"..",
    b"@",
    "\u{ff0e}".as_bytes(),
    b"oh-",
    b"ark-CANARYKEY0123456789",
    b"canaryproj",
];

/// Small numbers in a row that a seed decides.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 8).unwrap() % sides.max(1)
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = workspace().join("bins/gateway-bin/fuzz/corpus").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// One input made of the corpus: cut, repeated, flipped, spliced.
fn mutated(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.roll(corpus.len())].clone();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(bytes.len() + 1);
        let end = at + dice.roll(bytes.len() - at + 1);
        match dice.roll(6) {
            0 => drop(bytes.drain(at..end.min(at + 16))),
            1 => bytes.extend_from_within(at..end),
            2 => drop(bytes.splice(at..at, PIECES[dice.roll(PIECES.len())].iter().copied())),
            3 => {
                let other = &corpus[dice.roll(corpus.len())];
                let from = dice.roll(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            4 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            _ if at < bytes.len() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            _ => bytes.push(u8::try_from(dice.roll(256)).unwrap()),
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

/// Holds the input against the invariant, and says how to see a failure again.
fn hold(name: &str, seed: u64, invariant: fn(&[u8]), bytes: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| invariant(bytes))) {
        let hex = bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        panic!("{name} fails with seed {seed} at {hex}: {:?}", panic.downcast_ref::<String>());
    }
}

#[expect(clippy::disallowed_methods, reason = "a person asks for a longer run")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn p24_the_invariants_hold_for_the_corpora_and_for_what_becomes_of_them() {
    let time = number("FUZZ_SECONDS").map(Duration::from_secs);
    // Without a time, every run is the same.
    let fresh = || if time.is_some() { getrandom::u64().unwrap() } else { 1 };
    let seed = number("FUZZ_SEED").unwrap_or_else(fresh).max(1);
    for (name, invariant) in TARGETS {
        let (corpus, mut dice) = (corpus(name), Dice(seed));
        for bytes in &corpus {
            hold(name, seed, invariant, bytes);
        }
        let (began, mut executions) = (Instant::now(), 0);
        while time.map_or(executions < EXECUTIONS, |time| began.elapsed() < time) {
            hold(name, seed, invariant, &mutated(&corpus, &mut dice));
            executions += 1;
        }
        if time.is_some() {
            // Past the capture of test output: this is what a long run is asked for.
            writeln!(std::io::stderr(), "{name}: {executions} executions, seed {seed}").unwrap();
        }
    }
}

#[test]
fn every_fuzz_target_has_a_corpus_and_a_file() {
    let manifest = crate::support::workspace_file("bins/gateway-bin/fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(corpus(name).len() > 2, "{name}");
        assert!(manifest.contains(&format!("fuzz_targets/{name}.rs")), "{name}");
    }
}
