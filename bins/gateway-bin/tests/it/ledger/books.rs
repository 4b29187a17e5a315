//! Books to keep: a store on a file, a configuration that names it, and sales of every kind.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use jiff::Timestamp;
use seedance_model::{Model, Resolution, TaskId, TaskStatus};
use seedance_pricing::{CnyPerUsd, PriceBook, Sku, Tariff, TokenCount, VideoInput};
use tempfile::TempDir;
use tenancy::{
    Binding, NewCorrection, NewIntent, NewLedgerEntry, NewTask, NewTenant, Observation, Opening,
    Recorded, Settlement, Store, TenantName, TenantScope, UnixMillis,
};

use crate::canary;

/// The exchange rates of the two tariffs; the configuration has the first.
const EXCHANGE_RATES: [&str; 2] = ["7.10", "7.0437"];

/// When the books were opened.
const OPENED_AT: &str = "2026-10-31T00:00:00Z";

/// A store, and the configuration that commands find it by.
pub(crate) struct Books {
    pub(crate) store: Store,
    folder: TempDir,
}

/// What is sold: a video, to the upstream's account `upstream`.
#[derive(Clone, Copy)]
pub(crate) struct Sale {
    pub(crate) task: &'static str,
    pub(crate) upstream: &'static str,
    pub(crate) model: Model,
    pub(crate) resolution: Resolution,
    pub(crate) has_video: bool,
    pub(crate) tokens: u64,
    pub(crate) cny_per_usd: &'static str,
    pub(crate) created_at: &'static str,
    pub(crate) settled_at: &'static str,
}

/// The sale that others differ from.
pub(crate) const SALE: Sale = Sale {
    task: "cgt-1",
    upstream: "default",
    model: Model::Standard,
    resolution: Resolution::P720,
    has_video: false,
    tokens: 108_900,
    cny_per_usd: EXCHANGE_RATES[0],
    created_at: "2026-11-01T08:00:00Z",
    settled_at: "2026-11-01T08:03:20Z",
};

impl Books {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("books.db").display());
        let store = Store::open(&url).await.unwrap();
        for rate in EXCHANGE_RATES {
            let tariff = tariff(rate);
            let (version, document) = (tariff.version(), tariff.to_document());
            store.record_tariff(&version, &document, at(OPENED_AT)).await.unwrap();
        }
        let written = format!(
            "server.listen = '127.0.0.1:0'\nserver.admin_listen = '127.0.0.1:0'\n\
             store.url = '{url}'\npricing.cny_per_usd = '{}'\n\
             upstreams.default.task_base_url = 'http://127.0.0.1:9/api/v3'\n\
             upstreams.default.api_key = '{}'\n",
            EXCHANGE_RATES[0],
            canary::KEY
        );
        std::fs::write(folder.path().join("phanedge.toml"), written).unwrap();
        Self { store, folder }
    }

    /// Two tenants and every kind of row, at fixed times: the world of the fixtures.
    pub(crate) async fn of_november() -> Self {
        let books = Self::open().await;
        let (acme, zen) = (books.tenant("acme").await, books.tenant("zen-studio").await);
        for (scope, sale) in november(&acme, &zen) {
            books.sell(scope, sale).await;
        }
        books.set_aside(&acme, "cgt-20261101120000-fffff", "2026-11-01T12:10:00Z").await;
        books.fail(&zen, "cgt-20261101130000-eeeee", "2026-11-01T13:00:30Z").await;
        let correction = NewCorrection {
            task: task_id("cgt-20261101080000-aaaaa"),
            number: 1,
            tokens: -85_700,
            charge_cny_micros: -2_228_200,
            charge_usd_micros: -313_831,
            reason: "the upstream's invoice has 700,000 tokens".to_owned(),
        };
        let now = at("2026-11-03T09:00:00Z");
        let corrected = books.store.add_correction(correction, "finance", now).await;
        assert!(corrected.unwrap().is_some());
        books.resolve(&acme, "2026-11-03T10:15:00Z").await;
        books
    }

    pub(crate) async fn tenant(&self, name: &str) -> TenantScope {
        let new = NewTenant {
            name: TenantName::parse(name).unwrap(),
            upstream: "default".to_owned(),
            tasks_enabled: true,
            assets_enabled: true,
        };
        let tenant = self.store.create_tenant(new, at(OPENED_AT)).await;
        self.store.scope(&tenant.unwrap().unwrap())
    }

    /// A task that succeeds and is charged.
    pub(crate) async fn sell(&self, scope: &TenantScope, sale: Sale) {
        sell(&self.store, scope, sale, sale.task).await;
    }

    /// A task that succeeds with a usage that makes no sense.
    async fn set_aside(&self, scope: &TenantScope, task: &str, settled_at: &'static str) {
        let settlement =
            Settlement::Quarantine { reason: "no usage".to_owned(), usage: String::new() };
        let sale = Sale { settled_at, ..SALE };
        end(&self.store, scope, sale, task, TaskStatus::Succeeded, settlement).await;
    }

    async fn fail(&self, scope: &TenantScope, task: &str, settled_at: &'static str) {
        let sale = Sale { settled_at, ..SALE };
        end(&self.store, scope, sale, task, TaskStatus::Failed, Settlement::Free).await;
    }

    /// A quarantine that a person ends with a charge; the id begins like a formula.
    async fn resolve(&self, scope: &TenantScope, resolved_at: &str) {
        let task = "-cgt_20261102";
        self.set_aside(scope, task, "2026-11-02T07:00:00Z").await;
        let charge = charge(Sale { resolution: Resolution::P1080, tokens: 490_050, ..SALE });
        let (task, now) = (task_id(task), at(resolved_at));
        let resolved =
            self.store.resolve_quarantine(&task, Some(charge), "finance", "by hand", now).await;
        assert!(resolved.unwrap());
    }

    /// Runs a command of the binary with the configuration of these books.
    pub(crate) fn phanedge(&self, arguments: &[&str]) -> Output {
        canary::output(&mut self.command(arguments))
    }

    /// The same, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_phanedge"));
        command.args(arguments).arg("--config").arg(self.config()).stdin(Stdio::null());
        command
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("books.db")
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("phanedge.toml")
    }

    /// The file without the crate that keeps it, and without what protects the rows.
    pub(crate) fn without_triggers(&self) -> rusqlite::Connection {
        let file = rusqlite::Connection::open(self.folder.path().join("books.db")).unwrap();
        let names = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
        let names: Vec<String> = {
            let mut statement = file.prepare(names).unwrap();
            let names = statement.query_map([], |row| row.get(0)).unwrap();
            names.map(Result::unwrap).collect()
        };
        for name in names {
            file.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        file
    }
}

/// Sells under an id that is made up on the way.
pub(crate) async fn sell(store: &Store, scope: &TenantScope, sale: Sale, task: &str) {
    let charge = Settlement::Charge(charge(sale));
    end(store, scope, sale, task, TaskStatus::Succeeded, charge).await;
}

/// A task from its intent to its end.
async fn end(
    store: &Store,
    scope: &TenantScope,
    sale: Sale,
    task: &str,
    status: TaskStatus,
    settlement: Settlement,
) {
    let (created_at, observed_at) = (at(sale.created_at), at(sale.settled_at));
    let opened = scope.open_intent(intent(sale), created_at).await.unwrap();
    let Opening::Opened(intent) = opened else { panic!("{opened:?}") };
    let task = task_id(task);
    let new = NewTask { id: task.clone(), body: b"{}".to_vec(), next_check_at: created_at };
    assert_eq!(store.bind_intent(intent, new, created_at).await.unwrap(), Binding::Bound);
    let observation = Observation {
        task,
        status: Some(status),
        body: None,
        observed_at,
        next_check_at: observed_at,
        settlement,
    };
    assert_eq!(store.record_observation(observation).await.unwrap(), Recorded::Changed);
}

/// The sales of the fixtures, in the order of settlement.
fn november<'a>(acme: &'a TenantScope, zen: &'a TenantScope) -> [(&'a TenantScope, Sale); 4] {
    let of_4k = Sale {
        task: "cgt-20261101080000-aaaaa",
        resolution: Resolution::P4k,
        tokens: 785_700,
        ..SALE
    };
    let with_video = Sale {
        task: "cgt-20261101235959-bbbbb",
        has_video: true,
        tokens: 211_500,
        created_at: "2026-11-01T23:56:10.007Z",
        settled_at: "2026-11-01T23:59:59.999Z",
        ..SALE
    };
    let later = Sale {
        model: Model::Fast,
        task: "cgt-20261102000000-ccccc",
        tokens: 1,
        cny_per_usd: EXCHANGE_RATES[1],
        created_at: "2026-11-01T23:58:00Z",
        settled_at: "2026-11-02T00:00:00Z",
        ..SALE
    };
    let mini = Sale {
        model: Model::Mini,
        task: "cgt-20261102093000-ddddd",
        resolution: Resolution::P480,
        has_video: true,
        upstream: "overseas",
        tokens: 50_638,
        created_at: "2026-11-02T09:27:41Z",
        settled_at: "2026-11-02T09:30:00.25Z",
        ..later
    };
    [(acme, of_4k), (zen, with_video), (acme, later), (zen, mini)]
}

/// The official prices at an exchange rate.
fn tariff(cny_per_usd: &str) -> Tariff {
    Tariff::new(PriceBook::official(), CnyPerUsd::parse(cny_per_usd).unwrap())
}

/// The version of the tariff; hashed once, because many sales need it.
fn version(cny_per_usd: &str) -> String {
    static VERSIONS: LazyLock<[String; 2]> =
        LazyLock::new(|| EXCHANGE_RATES.map(|rate| tariff(rate).version()));
    let known = EXCHANGE_RATES.iter().position(|rate| *rate == cny_per_usd).unwrap();
    VERSIONS[known].clone()
}

fn intent(sale: Sale) -> NewIntent {
    NewIntent {
        upstream: sale.upstream.to_owned(),
        model: sale.model,
        has_video: sale.has_video,
        tariff: version(sale.cny_per_usd),
        terms: "{}".to_owned(),
        idempotency: None,
        reserve_usd_micros: 0,
    }
}

/// What a sale costs by its tariff.
fn charge(sale: Sale) -> NewLedgerEntry {
    let sku = Sku::of(sale.model, sale.resolution, VideoInput::of(sale.has_video));
    let charge = tariff(sale.cny_per_usd).charge(sku, TokenCount::new(sale.tokens).unwrap());
    NewLedgerEntry {
        sku: sku.name().to_owned(),
        resolution: sale.resolution.name().to_owned(),
        tokens: sale.tokens,
        price_cny_micros_per_million: charge.price.micros(),
        cny_per_usd_micros: charge.cny_per_usd.micros(),
        rate_usd_micros_per_million: charge.rate.micros(),
        charge_cny_micros: charge.charge_cny.micros(),
        charge_usd_micros: charge.charge_usd.micros(),
    }
}

pub(crate) fn task_id(id: &str) -> TaskId {
    TaskId::parse(id).unwrap()
}

fn at(time: &str) -> UnixMillis {
    UnixMillis(time.parse::<Timestamp>().unwrap().as_millisecond())
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
