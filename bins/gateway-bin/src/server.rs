//! A running gateway: started from a checked configuration, stopped in order.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tenancy::{ServerLock, Store};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::admission::Admission;
use crate::app::{App, Current, Parts, Rules, Work};
use crate::callers::Callers;
use crate::clock::Clock;
use crate::config::{Changes, Config, ServerConfig};
use crate::connections::{Deadlines, Limits, Listening, connections_within};
use crate::limits::RequestRates;
use crate::look_up::LookUps;
use crate::metrics::{Listener, Metrics};
use crate::operators::Desk;
use crate::reload::{self, NotReloaded};
use crate::replica::Replica;
use crate::tariffs::Tariffs;
use crate::upstream::Upstreams;
use crate::verification::Verified;
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
    parts: watch::Sender<App>,
    /// What is in force.
    config: Config,
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
        let limits = limits_of(&config.server);
        let (requests, body_bytes) = (config.server.max_requests, config.server.body_limit_bytes);
        let app = build(store, &config, clock).await?;
        let (parts, current) = watch::channel(app.clone());
        let current = Current::new(current);
        let (leaving, stop) = (CancellationToken::new(), CancellationToken::new());
        let edge = app.metrics.edge();
        let admission = Admission::new(requests, body_bytes, edge.clone());
        let admission = admission.of_tenants(app.callers.clone());
        let tenants = router::router(current.clone(), admission, edge.clone());
        let watched = (Listener::Tenants, edge.clone());
        let tenants = Listening::start(listener, tenants, limits, watched);
        let verified = Verified::default();
        let desk = Desk { current: current.clone(), verified: verified.clone() };
        let operators = operators::router(&leaving, desk);
        let watched = (Listener::Operators, edge);
        let operators = Listening::start(admin_listener, operators, OPERATORS, watched);
        let mut background = start_background(&app, &current, &stop);
        let told = (app.metrics.clone(), verified, app.clock.clone());
        let verifying = verification::repeated(config.store_url.clone(), told, stop.clone());
        background.push(tokio::spawn(verifying));
        Ok(Self {
            address,
            admin_address,
            parts,
            config,
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
    pub(crate) fn store(&self) -> Store {
        self.app().store.clone()
    }

    /// The parts as they are now.
    pub(crate) fn app(&self) -> App {
        self.parts.borrow().clone()
    }

    /// Takes over another configuration, all of it or nothing, and gives the changes. Requests
    /// under way end with the one that they began with.
    ///
    /// # Errors
    ///
    /// A key has changed that needs a restart, or the tariff could not be stored.
    pub async fn reload(&mut self, config: Config) -> Result<Changes, NotReloaded> {
        let changes = self.config.changes_to(&config);
        if !changes.restart.is_empty() {
            return Err(NotReloaded::NeedsRestart(changes.restart));
        }
        let next = reload::parts(&self.app(), &config, &changes).await;
        self.parts.send_replace(next.map_err(NotReloaded::Failed)?);
        self.config = config;
        Ok(changes)
    }

    /// Stops in order: no new connections, requests under way, work that outlives its request,
    /// the store. All within the drain timeout; what is cut then is on disk as an open intent.
    /// The operators' listener answers until the end.
    pub async fn stop(self) -> anyhow::Result<()> {
        let deadline = Instant::now() + self.config.server.drain_timeout;
        self.finish(deadline, &CancellationToken::new()).await.map(drop)
    }

    /// As [`Server::stop`], and before it a while of serving as ever while `/readyz` says 503,
    /// because balancers hear of it late. `hurry` ends every wait.
    ///
    /// Fails if work was cut.
    pub async fn drain(self, hurry: &CancellationToken) -> anyhow::Result<()> {
        let (now, drain) = (Instant::now(), self.config.server.drain_timeout);
        let (delay, deadline) = (self.config.server.drain_delay.min(drain / 2), now + drain);
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
        let app = self.app();
        let answered = self.tenants.end(deadline, hurry).await?;
        if !answered {
            tracing::warn!("connections were cut: they did not finish within the drain timeout");
        }
        let tracker = &app.work.tracker;
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
        app.store.close().await?;
        Ok(answered && done)
    }
}

/// What tenants are held to. The caps fit under the limit of open files.
fn limits_of(config: &ServerConfig) -> Limits {
    Limits {
        deadlines: config.deadlines,
        connections: connections_within(config.max_connections, config.max_requests),
        connections_per_source: config.max_connections_per_source,
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on `{address}`"))
}

async fn build(store: Store, config: &Config, clock: Clock) -> anyhow::Result<App> {
    let tariff = config.tariff.clone();
    let tariffs = Tariffs::put_in_force(store.clone(), tariff, clock.now()).await?;
    let rules = Rules::of(config);
    let metrics = Metrics::new();
    let replica = Replica::new(store.now().await?.is_some())?;
    let shared = replica.has_others.then(|| (store.clone(), clock.clone()));
    let accounts = config.upstreams.clone();
    let upstreams = Upstreams::connect(accounts, rules.look_interval, &metrics, shared.as_ref())?;
    let look_ups = LookUps::new(config.nameservers.clone())?;
    Ok(App::from(Parts {
        store,
        callers: Callers::default(),
        request_rates: RequestRates::default(),
        upstreams,
        tariffs,
        rules,
        look_ups,
        admin_token: config.server.admin_token.clone(),
        clock,
        metrics,
        replica,
        work: Work::default(),
    }))
}

fn start_background(app: &App, current: &Current, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
    let ageing = watcher::keep_lists_short(app.clone(), stop.clone());
    let following = app.clock.clone().follow(app.store.clone(), stop.clone());
    let mut background = vec![tokio::spawn(ageing), tokio::spawn(following)];
    for upstream in app.upstreams.iter() {
        let watching = watcher::watch(current.clone(), upstream.name.clone(), stop.clone());
        background.push(tokio::spawn(watching));
        let reporting = watcher::report(current.clone(), upstream.name.clone(), stop.clone());
        background.push(tokio::spawn(reporting));
        let reconciling =
            reconcile::reconcile(current.clone(), upstream.name.clone(), stop.clone());
        background.push(tokio::spawn(reconciling));
        let (account, stop) = (upstream.clone(), stop.clone());
        let reserving = async move { account.get_quota.reserve_ahead(stop).await };
        background.push(tokio::spawn(reserving));
    }
    background
}
