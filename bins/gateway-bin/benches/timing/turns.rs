//! Foreign and missing ids in random turn, on one connection, each with its time.

use std::time::Instant;

use anyhow::{Context as _, ensure};

use crate::door::Door;
use crate::welch::Trimmed;
use crate::wire::Wire;

/// Which ids are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// Each time another one, which its owner has not asked for.
    Cold,
    /// Always the same one, which its owner asks for all the time.
    Hot,
}

impl Names {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cold => "cold ids",
            Self::Hot => "a hot id",
        }
    }
}

/// The asker's connection, the owner's, and the times so far, in nanoseconds.
pub(crate) struct Turns<'a> {
    door: &'a Door,
    theirs: &'a [String],
    names: Names,
    asker: Wire,
    owner: Wire,
    dice: u64,
    foreign: Vec<u64>,
    missing: Vec<u64>,
}

impl<'a> Turns<'a> {
    pub(crate) async fn begin(
        door: &'a Door,
        theirs: &'a [String],
        names: Names,
    ) -> anyhow::Result<Self> {
        let (asker, owner) =
            (Wire::connect(door.address).await?, Wire::connect(door.address).await?);
        let (foreign, missing, dice) = (Vec::new(), Vec::new(), 0x9e37_79b9_7f4a_7c15);
        Ok(Self { door, theirs, names, asker, owner, dice, foreign, missing })
    }

    /// Asks until there are this many times of either kind.
    pub(crate) async fn play(&mut self, requests: usize) -> anyhow::Result<()> {
        while self.foreign.len() < requests || self.missing.len() < requests {
            let roll = self.roll();
            let number = if self.names == Names::Hot { 0 } else { roll >> 1 };
            let place = usize::try_from(number)? % self.theirs.len();
            let theirs = self.theirs.get(place).context("no tasks")?.clone();
            if self.names == Names::Hot && roll.is_multiple_of(16) {
                let request = get(self.door, 0, &theirs);
                ensure!(self.owner.call(&request).await?.status == 200, "the owner lost its task");
            }
            let is_foreign = (roll >> 32) & 1 == 0;
            let id = if is_foreign { theirs } else { nobodys(&theirs) };
            let request = get(self.door, 1, &id);
            let begun = Instant::now();
            let status = self.asker.call(&request).await?.status;
            let nanos = u64::try_from(begun.elapsed().as_nanos())?;
            ensure!(status == 404, "`{id}` was answered with {status}");
            let times = if is_foreign { &mut self.foreign } else { &mut self.missing };
            times.push(nanos);
        }
        Ok(())
    }

    /// Leaves out what was only to warm up.
    pub(crate) fn forget(&mut self) {
        self.foreign.clear();
        self.missing.clear();
    }

    /// Another's and nobody's.
    pub(crate) fn trimmed(self) -> (Trimmed, Trimmed) {
        (Trimmed::of(self.foreign), Trimmed::of(self.missing))
    }

    fn roll(&mut self) -> u64 {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice
    }
}

/// An id of the same form that nobody has: no id has capitals.
fn nobodys(id: &str) -> String {
    let (rest, tail) = id.split_at(id.len().saturating_sub(1));
    format!("{rest}{}", if tail == "Z" { "Y" } else { "Z" })
}

fn get(door: &Door, tenant: usize, id: &str) -> Vec<u8> {
    let Door { address, path, .. } = door;
    let key = door.key(tenant);
    format!("GET {path}/{id} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n")
        .into_bytes()
}
