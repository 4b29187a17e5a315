//! The tariff for new tasks, and the stored ones that older tasks are settled with.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, ensure};
use seedance_pricing::Tariff;
use tenancy::{Store, UnixMillis};

/// Tariffs by version; the store has every version that was ever in force.
#[derive(Clone, Debug)]
pub(crate) struct Tariffs {
    store: Store,
    current: Arc<Tariff>,
    /// Of the current one; working it out takes longer than the rest of an order.
    version: Arc<str>,
    known: Arc<Mutex<HashMap<String, Arc<Tariff>>>>,
}

impl Tariffs {
    /// Puts `current` in force and stores it, before the first task can be created with it.
    pub(crate) async fn put_in_force(
        store: Store,
        current: Tariff,
        now: UnixMillis,
    ) -> anyhow::Result<Self> {
        let (same, version) = (Arc::new(current.clone()), current.version().into());
        let earlier = Self { store, current: same, version, known: Arc::default() };
        earlier.replaced_by(current, now).await
    }

    /// Puts another tariff in force, for tasks that are created from now on.
    pub(crate) async fn replaced_by(
        &self,
        current: Tariff,
        now: UnixMillis,
    ) -> anyhow::Result<Self> {
        let version = current.version();
        self.store
            .record_tariff(&version, &current.to_document(), now)
            .await
            .with_context(|| format!("storing tariff `{version}`"))?;
        let current = Arc::new(current);
        self.remember(&version, &current);
        let (store, known) = (self.store.clone(), Arc::clone(&self.known));
        Ok(Self { store, current, version: version.into(), known })
    }

    /// The tariff for tasks that are created now.
    pub(crate) fn current(&self) -> &Tariff {
        &self.current
    }

    /// The version of that tariff.
    pub(crate) fn current_version(&self) -> &str {
        &self.version
    }

    /// The tariff that was in force when a task was created.
    pub(crate) async fn of_version(&self, version: &str) -> anyhow::Result<Arc<Tariff>> {
        if let Some(tariff) = self.remembered(version) {
            return Ok(tariff);
        }
        let tariff = Arc::new(stored(&self.store, version).await?);
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

/// The tariff that is stored under this version, and is the one that it stands for.
pub(crate) async fn stored(store: &Store, version: &str) -> anyhow::Result<Tariff> {
    let document = store.tariff_document(version).await?;
    let document = document.with_context(|| format!("tariff `{version}` is not stored"))?;
    let tariff = Tariff::from_document(&document)
        .with_context(|| format!("tariff `{version}` is not readable"))?;
    // A document under another's version would charge by other prices.
    let holds = tariff.version();
    ensure!(holds == version, "tariff `{version}` holds the document of `{holds}`");
    Ok(tariff)
}

#[cfg(test)]
mod tests {
    use seedance_pricing::{CnyPerUsd, PriceBook, Tariff};
    use tenancy::{Store, UnixMillis};

    use super::Tariffs;

    fn tariff(cny_per_usd: &str) -> Tariff {
        Tariff::new(PriceBook::official(), CnyPerUsd::parse(cny_per_usd).unwrap())
    }

    #[tokio::test]
    async fn p06_a_tariff_under_the_version_of_another_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("tariffs.db").display());
        let store = Store::open(&url).await.unwrap();
        let now = UnixMillis(0);
        let (version, other) = (tariff("7.2").version(), tariff("7.3"));
        store.record_tariff(&version, &other.to_document(), now).await.unwrap();
        let tariffs = Tariffs::put_in_force(store.clone(), tariff("7.1"), now).await.unwrap();
        let refusal = tariffs.of_version(&version).await.unwrap_err().to_string();
        let expected = format!("tariff `{version}` holds the document of `{}`", other.version());
        assert_eq!(refusal, expected);
        store.close().await.unwrap();
    }
}
