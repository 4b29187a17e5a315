//! The handle of a running simulator: starting, stopping, and where it is reached.

mod driving;
mod truth;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinSet;

use crate::clock::{SimClock, pause};
use crate::faults::Faults;
use crate::http;
use crate::settings::SimSettings;
use crate::tasks::deliver_callbacks;
use crate::world::World;

/// How long the accept loop waits after an error.
const RESPITE: Duration = Duration::from_millis(10);

/// A running simulator. Dropping it closes the socket and every connection.
#[derive(Debug)]
pub struct Sim {
    addr: SocketAddr,
    world: Arc<World>,
    /// The accept loop, which owns the connections, and the couriers of callbacks. A dropped set
    /// ends what runs in it.
    running: JoinSet<()>,
}

/// The simulator has no task or asset with this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotThere {
    id: String,
}

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the simulator has no task or asset `{}`", self.id)
    }
}

impl std::error::Error for NotThere {}

impl Sim {
    /// Binds the socket and serves on the current tokio runtime until shutdown or drop.
    pub async fn start(settings: SimSettings) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.listen).await?;
        let addr = listener.local_addr()?;
        let mut running = JoinSet::new();
        let (sender, receiver) = unbounded_channel();
        let sink = settings.callback_sink;
        let world = World::new(settings, format!("http://{addr}"), sink.map(|_| sender));
        let world = Arc::new(world);
        if let Some(sink) = sink {
            running.spawn(deliver_callbacks(Arc::clone(&world), sink, receiver));
        }
        running.spawn(accept(listener, Arc::clone(&world)));
        Ok(Self { addr, world, running })
    }

    /// The address that was bound.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL of the task API, such as `http://127.0.0.1:4000/api/v3`.
    pub fn task_base_url(&self) -> String {
        format!("http://{}/api/v3", self.addr)
    }

    /// The base URL of the asset API, such as `http://127.0.0.1:4000`.
    pub fn asset_base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// The clock of the account.
    pub fn clock(&self) -> &SimClock {
        self.world.clock()
    }

    /// The plan of faults.
    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// Puts these texts into every header, message, `model` and unknown field of every answer
    /// from now on. Ids, states and codes stay true. An empty list ends it.
    pub fn set_canaries(&self, canaries: &[&str]) {
        self.world.canaries().texts = canaries.iter().map(ToString::to_string).collect();
    }

    /// Leaves `model` true as well, for a client that recognises its tasks by it.
    pub fn spare_models(&self) {
        self.world.canaries().spare_models = true;
    }

    /// Closes the socket and every connection, and waits until they are gone.
    pub async fn shutdown(mut self) {
        self.running.shutdown().await;
    }
}

/// Takes connections until it is dropped, and its connections with it.
async fn accept(listener: TcpListener, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                match accepted {
                    Ok((stream, _)) => drop(connections.spawn(http::serve(stream, Arc::clone(&world)))),
                    // One connection that failed, or too many of them: then time helps.
                    Err(_) => pause(RESPITE).await,
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
