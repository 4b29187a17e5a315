//! A running gateway: started from a checked configuration, stopped in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tenancy::{ServerLock, Store};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::admission::Admission;
use crate::app::{App, Parts, Rules, Work};
use crate::callers::Callers;
use crate::clock::Clock;
use crate::config::{Config, ServerConfig};
use crate::connections::{Deadlines, Limits, Listening, connections_within};
use crate::limits::RequestRates;
use crate::look_up::LookUps;
use crate::metrics::Metrics;
use crate::replica::Replica;
use crate::tariffs::Tariffs;
use crate::upstream::Upstreams;
use crate::{operators, patience, reconcile, router, verification, watcher};

/// How long a probe under way may hold the end up.
const OPERATORS_DRAIN: Duration = Duration::from_millis(500);
/// What operators are held to: probes and scrapes are few.
const OPERATORS: Limits =
    Limits { deadlines: Deadlines::DEFAULT, connections: 64, connections_per_source: 64 };

/// A gateway that is serving.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin_address: SocketAddr,
    app: App,
    drain: Duration,
    drain_delay: Duration,
    leaving: CancellationToken,
    stop: CancellationToken,
    tenants: Listening,
    operators: Listening,
    background: Vec<JoinHandle<()>>,
    _lock: ServerLock,
}

impl Server {
    /// Opens the store, puts the tariff in force, binds both addresses and starts to serve.
    ///
    /// A damaged file is refused first, as far as that can be seen quickly. The newest rows of the
    /// ledger are verified before it listens, and everything right after, in the background: see
    /// `verification/rounds.rs`.
    pub async fn start(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let store = Store::open(&config.store_url).await?;
        let clock = clock.of(&store).await?;
        let lock = store.lock_for_serving().await?;
        store.check_file().await?;
        verification::before_serving(&store).await;
        let listener = bind(config.server.listen).await?;
        let admin_listener = bind(config.server.admin_listen).await?;
        let (address, admin_address) = (listener.local_addr()?, admin_listener.local_addr()?);
        let (drain, drain_delay) = (config.server.drain_timeout, config.server.drain_delay);
        let (limits, admission) = limits_of(&config.server);
        let store_url = config.store_url.clone();
        let app = build(store, config, clock).await?;
        let (leaving, stop) = (CancellationToken::new(), CancellationToken::new());
        let tenants = router::router(app.clone(), admission);
        let tenants = Listening::start(listener, tenants, limits);
        let operators = operators::router(&leaving, &app);
        let operators = Listening::start(admin_listener, operators, OPERATORS);
        let mut background = start_background(&app, &stop);
        let verifying = verification::hourly(store_url, app.metrics.clone(), stop.clone());
        background.push(tokio::spawn(verifying));
        Ok(Self {
            address,
            admin_address,
            app,
            drain,
            drain_delay,
            leaving,
            stop,
            tenants,
            operators,
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
        self.finish(deadline, &CancellationToken::new()).await.map(drop)
    }

    /// As [`Server::stop`], and before it a while of serving as ever while `/readyz` says 503,
    /// because balancers hear of it late. `hurry` ends every wait.
    ///
    /// Fails if work was cut.
    pub async fn drain(self, hurry: &CancellationToken) -> anyhow::Result<()> {
        let now = Instant::now();
        let (delay, deadline) = (self.drain_delay.min(self.drain / 2), now + self.drain);
        self.leaving.cancel();
        hurry.run_until_cancelled(sleep_until(now + delay)).await;
        let finished = self.finish(deadline, hurry).await?;
        ensure!(finished, "work was cut: it did not finish within the drain timeout");
        Ok(())
    }

    /// Tells whether everything finished by itself.
    async fn finish(self, deadline: Instant, hurry: &CancellationToken) -> anyhow::Result<bool> {
        self.leaving.cancel();
        self.stop.cancel();
        let answered = self.tenants.end(deadline, hurry).await?;
        if !answered {
            tracing::warn!("connections were cut: they did not finish within the drain timeout");
        }
        let tracker = &self.app.work.tracker;
        tracker.close();
        patience::wait(deadline, hurry, tracker.wait()).await;
        let done = tracker.is_empty();
        if !done {
            tracing::error!("work was cut: it did not finish within the drain timeout");
        }
        self.operators.end(Instant::now() + OPERATORS_DRAIN, hurry).await?;
        for task in self.background {
            task.await.context("background work")?;
        }
        self.app.store.close().await?;
        Ok(answered && done)
    }
}

/// What tenants are held to. The caps fit under the limit of open files.
fn limits_of(config: &ServerConfig) -> (Limits, Admission) {
    let connections = connections_within(config.max_connections, config.max_requests);
    let limits = Limits {
        deadlines: config.deadlines,
        connections,
        connections_per_source: config.max_connections_per_source,
    };
    (limits, Admission::new(config.max_requests, config.body_limit_bytes))
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
    let replica = Replica::new(store.now().await?.is_some())?;
    let shared = replica.has_others.then(|| (store.clone(), clock.clone()));
    let upstreams =
        Upstreams::connect(config.upstreams, rules.look_interval, &metrics, shared.as_ref())?;
    let look_ups = LookUps::new(config.nameservers)?;
    Ok(App::from(Parts {
        store,
        callers: Callers::default(),
        request_rates: RequestRates::default(),
        upstreams,
        tariffs,
        rules,
        look_ups,
        clock,
        metrics,
        replica,
        work: Work::default(),
    }))
}

fn start_background(app: &App, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    let ageing = watcher::keep_lists_short(app.clone(), stop.clone());
    let following = app.clock.clone().follow(app.store.clone(), stop.clone());
    let mut background = vec![tokio::spawn(ageing), tokio::spawn(following)];
    for upstream in app.upstreams.iter() {
        let watching = watcher::watch(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(watching));
        let reporting = watcher::report(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(reporting));
        let reconciling = reconcile::reconcile(app.clone(), upstream.clone(), stop.clone());
        background.push(tokio::spawn(reconciling));
        let (account, stop) = (upstream.clone(), stop.clone());
        let reserving = async move { account.get_quota.reserve_ahead(stop).await };
        background.push(tokio::spawn(reserving));
    }
    background
}
