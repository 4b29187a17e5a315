//! All groups and assets, by id and in the order of their creation.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::assets::asset::{Asset, Failure, SimAsset};
use crate::assets::group::{Group, SimGroup};

/// The library of the account.
#[derive(Debug, Default)]
pub(crate) struct AssetTable {
    library: Mutex<Library>,
}

/// The records. Ids are unique, and a number keeps the order of creation.
#[derive(Debug, Default)]
pub(super) struct Library {
    pub(super) groups: Shelf<Group>,
    pub(super) assets: Shelf<Asset>,
}

/// Records by number and numbers by id.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    records: BTreeMap<u64, T>,
    numbers: BTreeMap<String, u64>,
    next: u64,
}

/// An `asset://` in the content of a create.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) id: String,
    /// Where in the request it stands.
    pub(crate) path: String,
    /// What the content item needs it to be.
    pub(crate) asset_type: &'static str,
}

impl AssetTable {
    /// Whether a task of `project` may use the asset, or what the upstream says against it.
    pub(crate) fn usable(
        &self,
        reference: &Reference,
        project: &str,
        now_ms: i64,
    ) -> Result<(), String> {
        let library = self.lock();
        let asset = library.assets.get(&reference.id);
        let asset = asset.filter(|asset| asset.project == project);
        let Some(asset) = asset else {
            return Err(format!("The specified asset {} is not found", reference.id));
        };
        // Assumed: only the message of an unknown asset was measured.
        if asset.kind != reference.asset_type {
            return Err(format!("The specified asset {} has another type", asset.id));
        }
        if asset.status(now_ms) != "Active" {
            return Err(format!("The specified asset {} is not active", asset.id));
        }
        Ok(())
    }

    pub(crate) fn assets(&self, now_ms: i64) -> Vec<SimAsset> {
        let library = self.lock();
        library.assets.iter().map(|asset| asset.show(now_ms)).collect()
    }

    pub(crate) fn groups(&self) -> Vec<SimGroup> {
        self.lock().groups.iter().map(Group::show).collect()
    }

    /// Whether there was such an asset to make `Active`.
    pub(crate) fn activate(&self, id: &str, now_ms: i64) -> bool {
        let mut library = self.lock();
        let asset = library.assets.get_mut(id);
        asset
            .map(|asset| {
                asset.active_ms = now_ms;
                asset.failure = None;
            })
            .is_some()
    }

    /// Whether there was such an asset to make `Failed`.
    pub(crate) fn fail(&self, id: &str, code: &str, message: &str, now_ms: i64) -> bool {
        let mut library = self.lock();
        let asset = library.assets.get_mut(id);
        asset
            .map(|asset| {
                asset.failure = Some(Failure {
                    code: code.to_owned(),
                    message: message.to_owned(),
                    since_ms: now_ms,
                });
            })
            .is_some()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Library> {
        self.library.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { records: BTreeMap::new(), numbers: BTreeMap::new(), next: 0 }
    }
}

impl<T> Shelf<T> {
    pub(super) fn add(&mut self, id: String, record: T) {
        self.numbers.insert(id, self.next);
        self.records.insert(self.next, record);
        self.next += 1;
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.records.get(self.numbers.get(id)?)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.records.get_mut(self.numbers.get(id)?)
    }

    pub(super) fn remove(&mut self, id: &str) {
        if let Some(number) = self.numbers.remove(id) {
            self.records.remove(&number);
        }
    }

    /// Keeps the records that `keep` wants.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let Self { records, numbers, .. } = self;
        records.retain(|_, record| keep(record));
        numbers.retain(|_, number| records.contains_key(number));
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.records.values()
    }
}
