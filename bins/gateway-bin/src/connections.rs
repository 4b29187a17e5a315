//! Accepts connections and serves strict HTTP/1.1 on them: every byte is screened, every wait for
//! a client has a deadline, and there is a cap on connections.
//!
//! What a request says beyond its framing is not looked at here, and how many are handled at a
//! time is the matter of `admission.rs`.

mod awaited;
mod chunks;
mod complaint;
mod crowd;
mod deadlines;
mod exchange;
mod flaw;
mod gate;
mod head;
mod open_files;
mod progress;
mod rest;
mod screen;
mod socket;
mod stages;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use deadlines::Deadlines;
pub(crate) use flaw::{FLAW_HEADER, Flaw};
pub(crate) use open_files::connections_within;
pub(crate) use rest::ComeBackLater;

use crate::metrics::{EdgeMetrics, Listener, Shed};
use crate::patience;
use complaint::Complaint;
use crowd::Crowd;
use stages::Stages;

/// The pause after a failed accept: usually the process is out of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a stop looks for what is on its way already: connections that the system has taken and
/// nobody has accepted, and requests on connections that rest.
const LAST_LOOK: Duration = Duration::from_millis(50);

/// What one listener puts up with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) deadlines: Deadlines,
    /// Most connections at a time.
    pub(crate) connections: usize,
    /// Most connections at a time from one source.
    pub(crate) connections_per_source: usize,
}

/// An address that is being served.
#[derive(Debug)]
pub(crate) struct Listening {
    accepting: JoinHandle<()>,
    open: TaskTracker,
    stages: Stages,
}

impl Listening {
    /// Serves `router` on the listener until `end`, and counts what happens there.
    pub(crate) fn start(
        listener: TcpListener,
        router: Router,
        limits: Limits,
        watched: (Listener, EdgeMetrics),
    ) -> Self {
        let (open, stages) = (TaskTracker::new(), Stages::default());
        let door = Door { router, limits, watched, open: open.clone(), stages: stages.clone() };
        Self { accepting: tokio::spawn(door.accept(listener)), open, stages }
    }

    /// From now on every answer is the last one of its connection. New connections are welcome: a
    /// client that is sent away here may still need a while to hear of another place.
    pub(crate) fn leave(&self) {
        self.stages.leaving.cancel();
    }

    /// No more connections. Requests under way have until the deadline, or until somebody is in a
    /// hurry. Tells whether all of them finished.
    pub(crate) async fn end(
        self,
        deadline: Instant,
        hurry: &CancellationToken,
    ) -> anyhow::Result<bool> {
        self.leave();
        self.stages.stop.cancel();
        self.accepting.await.context("accepting connections")?;
        self.open.close();
        patience::wait(deadline, hurry, self.open.wait()).await;
        let finished = self.open.is_empty();
        self.stages.cut.cancel();
        self.open.wait().await;
        Ok(finished)
    }
}

/// What the log hears of now and then.
#[derive(Debug, Default)]
struct Complaints {
    full: Complaint,
    failing: Complaint,
}

/// Where connections come in.
struct Door {
    router: Router,
    limits: Limits,
    watched: (Listener, EdgeMetrics),
    open: TaskTracker,
    stages: Stages,
}

impl Door {
    /// Accepts until it is told to stop; whatever fails, it goes on.
    async fn accept(self, listener: TcpListener) {
        let crowd = Crowd::new(self.limits.connections, self.limits.connections_per_source);
        let mut complaints = Complaints::default();
        while let Some(accepted) = self.stages.stop.run_until_cancelled(listener.accept()).await {
            self.take(accepted, &crowd, &mut complaints).await;
        }
        let last = Instant::now() + LAST_LOOK;
        while let Ok(accepted) = timeout_at(last, listener.accept()).await {
            self.take(accepted, &crowd, &mut complaints).await;
        }
        // The runtime may not have heard of the last ones yet, and closing would reset them.
        let Ok(listener) = listener.into_std() else { return };
        while let Ok((socket, peer)) = listener.accept() {
            let socket = socket.set_nonblocking(true).and_then(|()| TcpStream::from_std(socket));
            self.take(socket.map(|socket| (socket, peer)), &crowd, &mut complaints).await;
        }
    }

    async fn take(
        &self,
        accepted: io::Result<(TcpStream, SocketAddr)>,
        crowd: &Crowd,
        complaints: &mut Complaints,
    ) {
        match accepted {
            Ok((socket, peer)) => {
                if let Some(place) = crowd.admit(peer.ip()) {
                    return self.serve(socket, place);
                }
                self.watched.1.shed(Shed::Connections);
                if let Some(count) = complaints.full.due() {
                    tracing::warn!(count, source = %peer.ip(), "connections are shed");
                }
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if let Some(count) = complaints.failing.due() {
                    tracing::warn!(%error, count, "accepting a connection failed");
                }
                sleep_until(Instant::now() + ACCEPT_PAUSE).await;
            }
        }
    }

    fn serve(&self, socket: TcpStream, place: crowd::Place) {
        // Without it an answer in two writes waits for the client's acknowledgement.
        socket.set_nodelay(true).ok();
        let (stages, cut) = (self.stages.clone(), self.stages.cut.clone());
        let (listener, metrics) = &self.watched;
        let (connected, metrics) = (metrics.connected(*listener), metrics.clone());
        let deadlines = self.limits.deadlines;
        let exchange = exchange::run(socket, self.router.clone(), deadlines, stages, metrics);
        self.open.spawn(async move {
            cut.run_until_cancelled(exchange).await;
            drop((place, connected));
        });
    }
}

/// The client gave up before it was accepted; the listener is well.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
