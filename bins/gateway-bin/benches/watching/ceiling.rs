//! What the client can do at most, so that its own limit is not taken for the server's.

use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use crate::Options;
use crate::door::{Bought, Door};
use crate::gateway::TASKS;
use crate::load::Load;

/// Length of a body, about that of a finished task.
const BODY_BYTES: usize = 700;
/// How long is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// Polls a server that does nothing, as fast as it goes, and prints what that takes.
pub(crate) async fn measure(options: &Options) -> anyhow::Result<()> {
    let server = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let listener = listener.into_std()?;
    server.spawn(async { accept(TcpListener::from_std(listener)?).await });
    let keys = (0..options.tenants).map(|tenant| format!("key-{tenant}")).collect();
    let door = Door { address, path: TASKS, keys };
    let tasks: Vec<Bought> = (0..options.tasks)
        .map(|number| Bought { tenant: number % options.tenants, id: format!("cgt-{number}") })
        .collect();
    let load = Load {
        door: &door,
        tasks: &tasks,
        connections: options.connections,
        // Every poll is late, so none waits.
        period: Duration::from_millis(1),
        polled_for: MEASURED,
        patience: Duration::ZERO,
    };
    let before = thread_cpu_nanos()?;
    let seen = load.run().await?;
    let nanos = thread_cpu_nanos()? - before;
    server.shutdown_background();
    let polls = u64::try_from(seen.polls())?.max(1);
    let (cost, ceiling) = (nanos / polls / 1000, 1_000_000_000 * polls / nanos.max(1));
    let wanted = options.tasks;
    println!("client: {cost} us of processor a poll, {ceiling} polls/s at most; {wanted}/s needed");
    Ok(())
}

async fn accept(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        // A client that leaves ends its connection.
        tokio::spawn(async { answer(stream).await.ok() });
    }
}

/// Answers whatever comes in one piece; a poll does.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let body = " ".repeat(BODY_BYTES);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {BODY_BYTES}\r\n\r\n{body}");
    let mut request = [0; 2048];
    while stream.read(&mut request).await? > 0 {
        stream.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// Processor time of the calling thread, in nanoseconds.
fn thread_cpu_nanos() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split(' ').next().context("an empty schedstat")?.parse()?)
}
