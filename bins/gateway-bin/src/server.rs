//! A running gateway: started from a checked configuration, stopped in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tenancy::{ServerLock, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::app::{App, Rules, Work};
use crate::callers::Callers;
use crate::clock::Clock;
use crate::config::Config;
use crate::limits::RequestRates;
use crate::look_up::LookUps;
use crate::metrics::Metrics;
use crate::tariffs::Tariffs;
use crate::upstream::Upstreams;
use crate::{connections, operators, reconcile, router, verification, watcher};

/// How long a probe under way may hold the end up.
const OPERATORS_DRAIN: Duration = Duration::from_millis(500);

/// A gateway that is serving.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin_address: SocketAddr,
    app: App,
    drain: Duration,
    stop: CancellationToken,
    gone: CancellationToken,
    serving: JoinHandle<()>,
    background: Vec<JoinHandle<()>>,
    _lock: ServerLock,
}

impl Server {
    /// Opens the store, puts the tariff in force, binds both addresses and starts to serve.
    ///
    /// A damaged file is refused first, which takes about a second for 100 000 tasks. The newest
    /// rows of the ledger are verified before it listens, and everything right after, in the
    /// background: see `verification/rounds.rs`.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let store = Store::open(&config.store_url).await?;
        let lock = store.lock_for_serving().await?;
        store.check_file().await?;
        verification::before_serving(&store).await;
        let listener = bind(config.server.listen).await?;
        let admin_listener = bind(config.server.admin_listen).await?;
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        let drain = config.server.drain_timeout;
        let store_url = config.store_url.clone();
        let app = build(store, config, clock).await?;
        let stop = CancellationToken::new();
        let tenants = router::router(app.clone());
        let serving = tokio::spawn(connections::serve(listener, tenants, stop.clone(), drain));
        let gone = CancellationToken::new();
        let operators = connections::serve(
            admin_listener,
            operators::router(&stop, &app),
            gone.clone(),
            OPERATORS_DRAIN,
        );
        let mut background = start_background(&app, &stop);
        background.push(tokio::spawn(verification::hourly(
            store_url,
            app.metrics.clone(),
            stop.clone(),
        )));
        background.push(tokio::spawn(operators));
        Ok(Self {
            address,
            admin_address,
            app,
            drain,
            stop,
            gone,
            serving,
            background,
            _lock: lock,
        })
    }

    /// Where tenants reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators reach it.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// The store, for commands that run in the same process.
    pub(crate) fn store(&self) -> &Store {
        &self.app.store
    }

    /// Stops in order: no new connections, requests under way, work that outlives its request,
    /// the store. All within the drain timeout; what is cut then is on disk as an open intent.
    /// The operators' listener answers until the end.
    pub async fn stop(self) -> anyhow::Result<()> {
        let deadline = Instant::now() + self.drain;
        self.stop.cancel();
        self.serving.await.context("serving tenants")?;
        self.app.work.tracker.close();
        if timeout_at(deadline, self.app.work.tracker.wait()).await.is_err() {
            tracing::error!("work was cut: it did not finish within the drain timeout");
        }
        self.gone.cancel();
        for task in self.background {
            task.await.context("background work")?;
        }
        self.app.store.close().await?;
        Ok(())
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on `{address}`"))
}

async fn build(store: Store, config: Config, clock: Clock) -> anyhow::Result<App> {
    let tariffs = Tariffs::put_in_force(store.clone(), config.tariff, clock.now()).await?;
    let rules = Rules {
        media: config.media,
        body_limit_bytes: config.server.body_limit_bytes,
        look_interval: config.watch.interval,
        max_staleness: config.watch.max_staleness,
    };
    let metrics = Metrics::new();
    let upstreams = Upstreams::connect(config.upstreams, rules.look_interval, &metrics)?;
    let look_ups = LookUps::new(config.nameservers)?;
    Ok(App {
        store,
        callers: Callers::default(),
        request_rates: RequestRates::default(),
        upstreams,
        tariffs,
        rules,
        look_ups,
        clock,
        metrics,
        work: Work::default(),
    })
}

fn start_background(app: &App, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    let ageing = watcher::keep_lists_short(app.clone(), stop.clone());
    let mut background = vec![tokio::spawn(ageing)];
    for upstream in app.upstreams.iter() {
        let watching = watcher::watch(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(watching));
        let reporting = watcher::report(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(reporting));
        let reconciling = reconcile::reconcile(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(reconciling));
    }
    background
}
