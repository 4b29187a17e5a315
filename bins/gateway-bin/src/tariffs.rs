//! The tariff for new tasks, and the stored ones that older tasks are settled with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use seedance_pricing::Tariff;
use tenancy::{Store, UnixMillis};

/// Tariffs by version; the store has every version that was ever in force.
#[derive(Clone, Debug)]
pub(crate) struct Tariffs {
    store: Store,
    current: Arc<Tariff>,
    known: Arc<Mutex<HashMap<String, Arc<Tariff>>>>,
}

impl Tariffs {
    /// Puts `current` in force and stores it, before the first task can be created with it.
    pub(crate) async fn put_in_force(
        store: Store,
        current: Tariff,
        now: UnixMillis,
    ) -> anyhow::Result<Self> {
        let version = current.version();
        store
            .record_tariff(&version, &current.to_document(), now)
            .await
            .with_context(|| format!("storing tariff `{version}`"))?;
        let current = Arc::new(current);
        let known = HashMap::from([(version, Arc::clone(&current))]);
        Ok(Self { store, current, known: Arc::new(Mutex::new(known)) })
    }

    /// The tariff for tasks that are created now.
    pub(crate) fn current(&self) -> &Tariff {
        &self.current
    }

    /// The tariff that was in force when a task was created.
    pub(crate) async fn of_version(&self, version: &str) -> anyhow::Result<Arc<Tariff>> {
        if let Some(tariff) = self.remembered(version) {
            return Ok(tariff);
        }
        let document = self.store.tariff_document(version).await?;
        let document = document.with_context(|| format!("tariff `{version}` is not stored"))?;
        let tariff = Tariff::from_document(&document)
            .with_context(|| format!("tariff `{version}` is not readable"))?;
        let tariff = Arc::new(tariff);
        self.remember(version, &tariff);
        Ok(tariff)
    }

    fn remembered(&self, version: &str) -> Option<Arc<Tariff>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(version).cloned()
    }

    fn remember(&self, version: &str, tariff: &Arc<Tariff>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(version.to_owned(), Arc::clone(tariff));
    }
}
