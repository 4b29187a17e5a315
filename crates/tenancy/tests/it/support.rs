//! A store in a folder of its own, and the steps that most tests start with.

use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;
use seedance_model::{LibraryId, MediaKind, Model, TaskId, TaskQuery, TaskStatus};
use tempfile::TempDir;
use tenancy::{
    Binding, Idempotency, IntentId, LibraryBinding, LibraryIntentId, NewIntent, NewLedgerEntry,
    NewLibraryIntent, NewLibraryItem, NewTask, NewTenant, Observation, Opening, Recorded,
    Settlement, Store, Tenant, TenantName, TenantScope, UnixMillis,
};

/// The time at which most tests start.
pub(crate) const NOW: UnixMillis = UnixMillis(1_780_000_000_000);

pub(crate) const TARIFF: &str = "tariff-1";
pub(crate) const UPSTREAM: &str = "default";

/// This many seconds after [`NOW`].
pub(crate) fn at(seconds: u64) -> UnixMillis {
    NOW.plus(Duration::from_secs(seconds))
}

/// A store of its own.
pub(crate) struct World {
    pub(crate) store: Store,
    place: Place,
}

/// Where its rows are.
enum Place {
    /// On a file, which goes away with this.
    File(TempDir),
    /// In a database of this URL.
    #[cfg(feature = "postgres")]
    Server(String),
}

#[cfg_attr(
    not(feature = "postgres"),
    expect(clippy::unused_async, reason = "a server is waited for, and a file is not")
)]
impl World {
    /// An empty store that knows one tariff.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::at(Place::File(folder)).await
    }

    /// The same on PostgreSQL, if there is one.
    #[cfg(feature = "postgres")]
    pub(crate) async fn start_on_postgres() -> Option<Self> {
        let url = crate::cluster::migrated_database().await?;
        Some(Self::at(Place::Server(url)).await)
    }

    async fn at(place: Place) -> Self {
        let store = Store::open(&place.url()).await.unwrap();
        store.record_tariff(TARIFF, "{}", NOW).await.unwrap();
        Self { store, place }
    }

    pub(crate) fn url(&self) -> String {
        self.place.url()
    }

    /// The file of a world on SQLite.
    pub(crate) fn path(&self) -> PathBuf {
        match &self.place {
            Place::File(folder) => folder.path().join("store.db"),
            #[cfg(feature = "postgres")]
            Place::Server(_) => panic!("this world has no file"),
        }
    }

    /// Runs SQL beside the store, as the owner of the tables. An error is the database's words.
    pub(crate) async fn sql(&self, sql: &str) -> Result<(), String> {
        match &self.place {
            Place::File(_) => self.outsider().execute_batch(sql).map_err(|error| error.to_string()),
            #[cfg(feature = "postgres")]
            Place::Server(url) => {
                let outsider = crate::cluster::connect_as_platform(url).await;
                let told = |error: tokio_postgres::Error| error.as_db_error().unwrap().to_string();
                outsider.batch_execute(sql).await.map_err(told)
            }
        }
    }

    /// The one text that a query answers, beside the store.
    pub(crate) async fn text(&self, query: &str) -> String {
        match &self.place {
            Place::File(_) => self.outsider().query_row(query, [], |row| row.get(0)).unwrap(),
            #[cfg(feature = "postgres")]
            Place::Server(url) => {
                let outsider = crate::cluster::connect_as_platform(url).await;
                outsider.query_one(query, &[]).await.unwrap().get(0)
            }
        }
    }

    /// Takes away what keeps the ledger from being changed.
    pub(crate) async fn open_the_ledger(&self) {
        let opened = match &self.place {
            Place::File(_) => {
                "DROP TRIGGER ledger_is_not_changed; DROP TRIGGER ledger_is_not_deleted"
            }
            #[cfg(feature = "postgres")]
            Place::Server(_) => "DROP TRIGGER ledger_is_append_only ON ledger",
        };
        self.sql(opened).await.unwrap();
    }

    /// Another process's way to the file: SQLite without this crate.
    pub(crate) fn outsider(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// A new tenant with everything switched on.
    pub(crate) async fn tenant(&self, name: &str) -> Tenant {
        self.store.create_tenant(tenant_of(name), NOW).await.unwrap().unwrap()
    }

    pub(crate) async fn scope(&self, name: &str) -> TenantScope {
        self.store.scope(&self.tenant(name).await)
    }

    /// A task that is queued since `now`.
    pub(crate) async fn task(&self, scope: &TenantScope, id: &str, now: UnixMillis) -> TaskId {
        self.task_of(scope, Model::Standard, id, now).await
    }

    pub(crate) async fn task_of(
        &self,
        scope: &TenantScope,
        model: Model,
        id: &str,
        now: UnixMillis,
    ) -> TaskId {
        let intent = NewIntent { model, ..intent() };
        let intent = opened(scope.open_intent(intent, now).await.unwrap());
        let bound = self.store.bind_intent(intent, new_task(id), now).await;
        assert_eq!(bound.unwrap(), Binding::Bound);
        task_id(id)
    }

    /// Records a status, with a charge if it is a success.
    pub(crate) async fn observe(
        &self,
        task: &TaskId,
        status: TaskStatus,
        now: UnixMillis,
    ) -> Recorded {
        let observation = seen(task, status, now);
        self.store.record_observation(observation).await.unwrap()
    }

    /// A task that succeeded, and whose usage made no sense.
    pub(crate) async fn quarantined(&self, scope: &TenantScope, id: &str) -> TaskId {
        let task = self.task(scope, id, NOW).await;
        let settlement = Settlement::Quarantine { reason: "odd".into(), usage: "{}".into() };
        let observation = Observation { settlement, ..seen(&task, TaskStatus::Succeeded, at(9)) };
        self.store.record_observation(observation).await.unwrap();
        task
    }

    /// A group that is the tenant's.
    pub(crate) async fn group(&self, scope: &TenantScope, id: &str) -> LibraryId {
        self.made(scope.open_library_intent(group_intent(), NOW).await.unwrap(), id).await
    }

    /// An image that is the tenant's.
    pub(crate) async fn asset(
        &self,
        scope: &TenantScope,
        group: &LibraryId,
        id: &str,
    ) -> LibraryId {
        let intent = image_intent(group);
        self.made(scope.open_library_intent(intent, NOW).await.unwrap(), id).await
    }

    async fn made(&self, intent: LibraryIntentId, id: &str) -> LibraryId {
        let id = library_id(id);
        let bound = self.store.bind_library_intent(intent, &id, NOW).await.unwrap();
        assert_eq!(bound, LibraryBinding::Bound);
        id
    }

    /// The end of a test: whatever it did, the books are in order.
    pub(crate) async fn finish(self) {
        let audit = self.store.audit().await.unwrap();
        assert!(audit.is_clean(), "{audit:?}");
        self.store.close().await.unwrap();
    }
}

impl Place {
    fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:{}", folder.path().join("store.db").display()),
            #[cfg(feature = "postgres")]
            Self::Server(url) => url.clone(),
        }
    }
}

/// A tenant with everything switched on.
pub(crate) fn tenant_of(name: &str) -> NewTenant {
    NewTenant {
        name: TenantName::parse(name).unwrap(),
        upstream: UPSTREAM.into(),
        tasks_enabled: true,
        assets_enabled: true,
    }
}

pub(crate) fn task_id(id: &str) -> TaskId {
    TaskId::parse(id).unwrap()
}

pub(crate) fn library_id(id: &str) -> LibraryId {
    LibraryId::parse(id).unwrap()
}

/// A group to create.
pub(crate) fn group_intent() -> NewLibraryIntent {
    let creates = NewLibraryItem::Group { name: "shots".into() };
    NewLibraryIntent { upstream: UPSTREAM.into(), creates }
}

/// An image to create in this group.
pub(crate) fn image_intent(group: &LibraryId) -> NewLibraryIntent {
    let creates =
        NewLibraryItem::Asset { group: group.clone(), kind: MediaKind::Image, name: None };
    NewLibraryIntent { upstream: UPSTREAM.into(), creates }
}

pub(crate) fn intent() -> NewIntent {
    NewIntent {
        upstream: UPSTREAM.into(),
        model: Model::Standard,
        has_video: false,
        tariff: TARIFF.into(),
        terms: r#"{"seed":7}"#.into(),
        idempotency: None,
        reserve_usd_micros: 1_000_000,
    }
}

/// An intent with an idempotency key, for a body that hashes to `body` 32 times.
pub(crate) fn keyed_intent(key: &str, body: u8) -> NewIntent {
    let key = key.to_owned();
    let body_sha256 = [body; 32];
    NewIntent { idempotency: Some(Idempotency { key, body_sha256 }), ..intent() }
}

#[track_caller]
pub(crate) fn opened(opening: Opening) -> IntentId {
    match opening {
        Opening::Opened(id) => id,
        Opening::Known(intent) => panic!("it was opened before: {intent:?}"),
        refusal @ (Opening::Conflict
        | Opening::TooManyLiveTasks { .. }
        | Opening::OverBudget { .. }) => panic!("nothing was opened: {refusal:?}"),
    }
}

pub(crate) fn new_task(id: &str) -> NewTask {
    NewTask {
        id: task_id(id),
        body: format!(r#"{{"id":"{id}","status":"queued"}}"#).into_bytes(),
        next_check_at: NOW,
    }
}

/// An observation of `status`, with a charge that counts only if it is a success.
pub(crate) fn seen(task: &TaskId, status: TaskStatus, now: UnixMillis) -> Observation {
    Observation {
        task: task.clone(),
        status: Some(status),
        body: Some(format!(r#"{{"status":"{status}"}}"#).into_bytes()),
        observed_at: now,
        next_check_at: now.plus(Duration::from_secs(1)),
        settlement: Settlement::Charge(charge()),
    }
}

pub(crate) fn charge() -> NewLedgerEntry {
    NewLedgerEntry {
        sku: "standard-720p".into(),
        resolution: "720p".into(),
        tokens: 108_900,
        price_cny_micros_per_million: 46_000_000,
        cny_per_usd_micros: 7_100_000,
        rate_usd_micros_per_million: 6_478_873,
        charge_cny_micros: 5_009_400,
        charge_usd_micros: 705_549,
    }
}

/// The first page, without a filter.
pub(crate) fn first_page() -> TaskQuery {
    TaskQuery {
        page_num: 1,
        page_size: 10,
        status: None,
        task_ids: Vec::new(),
        model: None,
        service_tier: None,
    }
}

/// The number in a variable of the environment, if somebody asks for another than the usual one.
#[cfg(feature = "postgres")]
pub(crate) fn asked(variable: &str) -> Option<usize> {
    Some(std::env::var_os(variable)?.to_str().unwrap().parse().unwrap())
}

/// Runs an async step of a test that is not async itself.
pub(crate) fn run<T>(step: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(step)
}
