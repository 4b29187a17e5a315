//! A name server on UDP and TCP at 127.0.0.1 that says what a test wants, and counts.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use public_url::{Guard, NameServers};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;

use crate::wire::{Family, Message, NXDOMAIN, Question, Record};

/// The datagram that clients have room for; a longer message goes over TCP.
const MAX_DATAGRAM: usize = 1_232;

/// What the server does with one question.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// This message, on UDP and TCP alike.
    Message(Message),
    /// On UDP these records and the truncation bit; on TCP the message.
    OverTcp(Vec<Record>, Message),
    /// Truncated on UDP; on TCP half the message, and then nothing for ever.
    Stalls(Message),
    /// Truncated on UDP; on TCP the connection is closed without a word.
    HangsUp,
    /// A forged message first: the same under another id. Then the message, if there is one.
    Forged(Message, Option<Message>),
    /// Nothing at all.
    Silence,
}

impl Reply {
    /// The addresses of the question's family under the question's name, or none.
    pub(crate) fn addresses(question: &Question, addresses: &[IpAddr]) -> Reply {
        let wants_v4 = question.family == Family::A;
        let records = addresses
            .iter()
            .filter(|address| address.is_ipv4() == wants_v4)
            .map(|address| Record::Address(question.name.clone(), *address))
            .collect::<Vec<_>>();
        if records.is_empty() {
            return Reply::no_records();
        }
        Reply::records(records)
    }

    pub(crate) fn records(answers: Vec<Record>) -> Reply {
        Reply::Message(Message { answers, ..Message::default() })
    }

    /// The honest "no such records": an empty answer and the zone's SOA.
    pub(crate) fn no_records() -> Reply {
        Reply::Message(Message {
            authority: vec![Record::Soa("example.com".to_owned())],
            ..Message::default()
        })
    }

    pub(crate) fn no_such_name() -> Reply {
        Reply::code(NXDOMAIN)
    }

    pub(crate) fn code(code: u8) -> Reply {
        Reply::Message(Message { code, ..Message::default() })
    }
}

type Zone = dyn Fn(&Question) -> Reply + Send + Sync;

/// Runs until it is dropped.
pub(crate) struct NameServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Question>>>,
    _tasks: JoinSet<()>,
}

impl NameServer {
    /// Answers every question by `zone`.
    pub(crate) async fn start(
        zone: impl Fn(&Question) -> Reply + Send + Sync + 'static,
    ) -> NameServer {
        Self::run(Arc::new(zone), true).await
    }

    /// The same, with nobody listening on TCP.
    pub(crate) async fn start_without_tcp(
        zone: impl Fn(&Question) -> Reply + Send + Sync + 'static,
    ) -> NameServer {
        Self::run(Arc::new(zone), false).await
    }

    async fn run(zone: Arc<Zone>, with_tcp: bool) -> NameServer {
        let (udp, tcp) = bind().await;
        let address = udp.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve_udp(udp, Arc::clone(&zone), Arc::clone(&asked)));
        if with_tcp {
            tasks.spawn(serve_tcp(tcp, zone, Arc::clone(&asked)));
        }
        NameServer { address, asked, _tasks: tasks }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A guard that asks this server alone.
    pub(crate) fn guard(&self) -> Guard {
        Guard::new(NameServers::Fixed(vec![self.address])).unwrap()
    }

    /// Every question so far, in order.
    pub(crate) fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }
}

/// One port, free on both protocols.
async fn bind() -> (UdpSocket, TcpListener) {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
            return (udp, tcp);
        }
    }
}

async fn serve_udp(socket: UdpSocket, zone: Arc<Zone>, asked: Arc<Mutex<Vec<Question>>>) {
    let mut buffer = [0; 4096];
    loop {
        let (length, client) = socket.recv_from(&mut buffer).await.unwrap();
        let question = Question::parse(&buffer[..length]);
        asked.lock().unwrap().push(question.clone());
        for datagram in datagrams(&question, zone(&question)) {
            socket.send_to(&datagram, client).await.unwrap();
        }
    }
}

fn datagrams(question: &Question, reply: Reply) -> Vec<Vec<u8>> {
    let truncated = |answers| Message { truncated: true, answers, ..Message::default() };
    match reply {
        Reply::Message(message) if message.write(question).len() > MAX_DATAGRAM => {
            vec![truncated(Vec::new()).write(question)]
        }
        Reply::Message(message) => vec![message.write(question)],
        Reply::OverTcp(records, _) => vec![truncated(records).write(question)],
        Reply::Stalls(_) | Reply::HangsUp => vec![truncated(Vec::new()).write(question)],
        Reply::Forged(forged, honest) => std::iter::once(forged.write(&question.with_another_id()))
            .chain(honest.map(|honest| honest.write(question)))
            .collect(),
        Reply::Silence => Vec::new(),
    }
}

async fn serve_tcp(listener: TcpListener, zone: Arc<Zone>, asked: Arc<Mutex<Vec<Question>>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        connections.spawn(serve_connection(stream, Arc::clone(&zone), Arc::clone(&asked)));
    }
}

/// Reads framed questions until the client leaves or the reply says to stop.
async fn serve_connection(
    mut stream: TcpStream,
    zone: Arc<Zone>,
    asked: Arc<Mutex<Vec<Question>>>,
) {
    while let Ok(length) = stream.read_u16().await {
        let mut query = vec![0; usize::from(length)];
        stream.read_exact(&mut query).await.unwrap();
        let question = Question::parse(&query);
        asked.lock().unwrap().push(question.clone());
        match zone(&question) {
            Reply::Message(message) | Reply::OverTcp(_, message) | Reply::Forged(message, _) => {
                stream.write_all(&frame(&message, &question)).await.unwrap();
            }
            Reply::Stalls(message) => {
                let frame = frame(&message, &question);
                stream.write_all(&frame[..frame.len() / 2]).await.unwrap();
            }
            Reply::HangsUp => return,
            Reply::Silence => {}
        }
    }
}

fn frame(message: &Message, question: &Question) -> Vec<u8> {
    let message = message.write(question);
    let length = u16::try_from(message.len()).unwrap();
    [&length.to_be_bytes(), message.as_slice()].concat()
}
