//! Callbacks: the body of a GET, posted on every change of status.
//!
//! They go to the registered sink, whatever host the URL names. Without a sink nothing is dialled.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use crate::tasks::life::Moment;
use crate::tasks::report::{self, Media};
use crate::world::World;

/// How long the receiver has to acknowledge.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often the end of a task is told again when it was not acknowledged.
const RETRIES: usize = 3;

/// Follows every task that comes through `tasks`, each on its own, until it is dropped.
pub(crate) async fn deliver_callbacks(
    world: Arc<World>,
    sink: SocketAddr,
    mut tasks: UnboundedReceiver<String>,
) {
    let mut couriers = JoinSet::new();
    while let Some(id) = tasks.recv().await {
        couriers.spawn(follow(Arc::clone(&world), sink, id));
        while couriers.try_join_next().is_some() {}
    }
}

/// Tells the statuses of one task in their order, until it has ended.
async fn follow(world: Arc<World>, sink: SocketAddr, id: String) {
    let mut told = 0;
    let mut changes = world.tasks.changes();
    loop {
        changes.borrow_and_update();
        let now_ms = world.clock().now_ms();
        let Some(news) = News::of(&world, &id, told, now_ms) else {
            return;
        };
        for (moment, message) in news.messages {
            told += 1;
            // The documented list of callbacks has no `cancelled`.
            if moment.status != "cancelled" {
                tell(sink, &message, moment.is_final()).await;
            }
            if moment.is_final() {
                return;
            }
        }
        tokio::select! {
            // The sender lives as long as the world, which this task keeps alive.
            _ = changes.changed() => {}
            () = world.clock().wait_until(news.next_ms) => {}
        }
    }
}

/// What there is to tell about a task.
struct News {
    /// New moments, each with its request.
    messages: Vec<(Moment, Vec<u8>)>,
    /// When to look again.
    next_ms: i64,
}

impl News {
    /// The moments after the first `told`; `None` for a task without callbacks.
    fn of(world: &World, id: &str, told: usize, now_ms: i64) -> Option<Self> {
        let records = world.tasks.lock();
        let (_, task) = records.task(id)?;
        let url = task.order.callback_url.as_deref()?;
        let media = Media::of(world);
        let moments = task.life.until(now_ms).into_iter().skip(told);
        let messages = moments.map(|moment| {
            let body = report::of(task, &moment, &media).to_string();
            (moment, post(url, &body))
        });
        Some(Self {
            messages: messages.collect(),
            next_ms: task.life.next_change_ms(now_ms).unwrap_or(i64::MAX),
        })
    }
}

async fn tell(sink: SocketAddr, message: &[u8], is_final: bool) {
    let attempts = if is_final { 1 + RETRIES } else { 1 };
    for _ in 0..attempts {
        let attempt = tokio::time::timeout(PATIENCE, attempt(sink, message)).await;
        if matches!(attempt, Ok(Ok(true))) {
            return;
        }
    }
}

/// One POST; whether it was answered with 2xx.
async fn attempt(sink: SocketAddr, message: &[u8]) -> io::Result<bool> {
    let mut stream = TcpStream::connect(sink).await?;
    stream.write_all(message).await?;
    let mut start = [0; 10];
    stream.read_exact(&mut start).await?;
    Ok(start.starts_with(b"HTTP/1.1 2"))
}

/// The bytes of the POST, with the host and the path of `url`.
fn post(url: &str, body: &str) -> Vec<u8> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
