//! A wire between the store and its server that reads the messages, and can be cut at one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Where the wire is cut, once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Not at all.
    Never,
    /// When a COMMIT is about to reach the server.
    BeforeCommit,
    /// When the answer to a COMMIT is about to reach the store.
    AfterCommit,
    /// When this many messages of the store have passed, from now on.
    AfterMessages(usize),
}

/// The wire. Each cut is made once, and then it is whole again.
#[derive(Clone)]
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    cut: watch::Sender<Cut>,
    cuts: AtomicUsize,
}

impl Proxy {
    /// In front of the server on this port.
    pub(crate) async fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Shared { cut: watch::channel(Cut::Never).0, cuts: AtomicUsize::new(0) };
        let proxy = Self { port, shared: Arc::new(shared) };
        let wire = proxy.clone();
        tokio::spawn(async move {
            while let Ok((store, _)) = listener.accept().await {
                // A server that is down refuses, and so does the wire.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)).await {
                    wire.connect(store, server);
                }
            }
        });
        proxy
    }

    /// The URL of the same database through the wire.
    pub(crate) fn through(&self, url: &str) -> String {
        let (user, rest) = url.split_once('@').unwrap();
        let (_, database) = rest.split_once('/').unwrap();
        format!("{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// The next such message cuts the connection that it is on.
    pub(crate) fn cut(&self, cut: Cut) {
        self.shared.cut.send_replace(cut);
    }

    /// How often the wire was cut.
    pub(crate) fn cuts(&self) -> usize {
        self.shared.cuts.load(Ordering::SeqCst)
    }

    fn connect(&self, store: TcpStream, server: TcpStream) {
        store.set_nodelay(true).unwrap();
        server.set_nodelay(true).unwrap();
        let (from_store, to_store) = store.into_split();
        let (from_server, to_server) = server.into_split();
        let (there, back) = (self.clone(), self.clone());
        tokio::spawn(async move {
            // Whichever side ends first ends both: the other halves are dropped with it.
            tokio::select! {
                _ = there.carry_there(from_store, to_server) => {}
                _ = back.carry_back(from_server, to_store) => {}
            }
        });
    }

    async fn carry_there(
        &self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
    ) -> std::io::Result<()> {
        // The first message has no kind.
        let start = read_rest(&mut from).await?;
        to.write_all(&start).await?;
        loop {
            let kind = from.read_u8().await?;
            let rest = read_rest(&mut from).await?;
            if self.is_cut_there(kind, &rest) {
                return Ok(());
            }
            to.write_all(&[&[kind], &rest[..]].concat()).await?;
        }
    }

    async fn carry_back(
        &self,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
    ) -> std::io::Result<()> {
        loop {
            let kind = from.read_u8().await?;
            let rest = read_rest(&mut from).await?;
            let is_commit = kind == b'C' && rest.ends_with(b"COMMIT\0");
            if is_commit && self.take(|cut| cut == Cut::AfterCommit) {
                return Ok(());
            }
            to.write_all(&[&[kind], &rest[..]].concat()).await?;
        }
    }

    fn is_cut_there(&self, kind: u8, rest: &[u8]) -> bool {
        let is_commit = kind == b'Q' && rest.ends_with(b"COMMIT\0");
        self.shared.cut.send_if_modified(|cut| {
            let Cut::AfterMessages(left) = cut else { return false };
            *left = left.saturating_sub(1);
            true
        });
        self.take(|cut| match cut {
            Cut::BeforeCommit => is_commit,
            Cut::AfterMessages(left) => left == 0,
            Cut::Never | Cut::AfterCommit => false,
        })
    }

    /// Makes the cut, if it is this one.
    fn take(&self, is_due: impl Fn(Cut) -> bool) -> bool {
        let taken = self.shared.cut.send_if_modified(|cut| {
            let due = is_due(*cut);
            if due {
                *cut = Cut::Never;
            }
            due
        });
        self.shared.cuts.fetch_add(usize::from(taken), Ordering::SeqCst);
        taken
    }
}

/// The length and the rest of a message.
async fn read_rest(from: &mut OwnedReadHalf) -> std::io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut message = length.to_be_bytes().to_vec();
    message.resize(length as usize, 0);
    from.read_exact(&mut message[4..]).await?;
    Ok(message)
}
