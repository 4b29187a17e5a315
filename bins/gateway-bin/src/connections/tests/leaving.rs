//! What connections see of a server that stops (P61).

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, DuplexStream, ReadBuf, duplex,
};
use tokio::time::{Instant, advance, sleep_until};

use super::super::LAST_LOOK;
use super::super::socket::Socket;
use super::super::stages::Stages;
use super::{Client, GET, PIPE_BYTES, connection, serve};

/// Everything up to the end of the connection.
async fn rest(client: &mut Client) -> String {
    let mut rest = String::new();
    client.pipe.read_to_string(&mut rest).await.unwrap();
    rest
}

#[tokio::test(start_paused = true)]
async fn p61_every_answer_of_a_server_that_leaves_is_the_last_of_its_connection() {
    let stages = Stages::default();
    let mut client = Client::connect_to(stages.clone());
    client.sends(GET).await;
    client.hears("quick").await;
    stages.leaving.cancel();
    // Whoever rests may go on to rest.
    sleep_until(client.opened + Duration::from_secs(50)).await;
    client.sends(GET).await;
    let last = rest(&mut client).await;
    assert!(last.contains("\r\nconnection: close\r\n") && last.ends_with("quick"), "{last}");
    assert_eq!(client.closed_after().await, 50);
}

#[tokio::test(start_paused = true)]
async fn p61_a_request_that_comes_in_the_last_look_is_answered_and_a_rest_is_ended() {
    let stages = Stages::default();
    let (mut client, idle) =
        (Client::connect_to(stages.clone()), Client::connect_to(stages.clone()));
    stages.leaving.cancel();
    stages.stop.cancel();
    sleep_until(client.opened + LAST_LOOK - Duration::from_millis(1)).await;
    client.sends(GET).await;
    assert!(rest(&mut client).await.ends_with("quick"));
    let closed = idle.served.await.unwrap();
    assert!((closed - idle.opened).as_millis().abs_diff(LAST_LOOK.as_millis()) <= 1);
}

#[tokio::test(start_paused = true)]
async fn p61_a_request_that_is_there_when_the_last_look_ends_is_answered() {
    let stages = Stages::default();
    let (mut pipe, served) = connection(stages.clone());
    let mut served = pin!(served);
    stages.stop.cancel();
    assert!(!is_over(served.as_mut()).await);
    // Nobody works on the connection meanwhile, as on a machine that has much else to do.
    advance(LAST_LOOK * 2).await;
    pipe.write_all(GET).await.unwrap();
    let (begun, mut answer) = (Instant::now(), String::new());
    let read = pipe.read_to_string(&mut answer);
    tokio::join!(served, async { read.await.unwrap() });
    assert!(answer.ends_with("quick"), "{answer}");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn p61_a_request_that_the_runtime_has_not_heard_of_is_answered() {
    let stages = Stages::default();
    let (mut pipe, answers) = duplex(PIPE_BYTES);
    let served = serve(Unheard { request: GET, answers }, stages.clone());
    stages.stop.cancel();
    let mut answer = String::new();
    tokio::join!(served, async { pipe.read_to_string(&mut answer).await.unwrap() });
    assert!(answer.ends_with("quick"), "{answer}");
}

/// A socket with a request of which nobody is told.
struct Unheard {
    request: &'static [u8],
    answers: DuplexStream,
}

impl Socket for Unheard {
    fn read_now(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match io::Read::read(&mut self.request, into)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }
}

impl AsyncRead for Unheard {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for Unheard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.answers).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.answers).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.answers).poll_shutdown(cx)
    }
}

/// Lets the server work once.
async fn is_over(mut served: Pin<&mut impl Future<Output = ()>>) -> bool {
    std::future::poll_fn(|cx| Poll::Ready(served.as_mut().poll(cx).is_ready())).await
}
