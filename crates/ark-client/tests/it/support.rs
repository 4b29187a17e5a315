//! A server on a real socket that says scripted bytes, and clients that talk to it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ark_client::{ArkClient, AssetSettings, ListQuery, Secret, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// The key of the task API in every test; it must show up nowhere but on the wire.
pub(crate) const API_KEY: &str = "ark-canary-5f0c";
pub(crate) const ACCESS_KEY_ID: &str = "AKLTcanary41d7";
pub(crate) const SECRET_ACCESS_KEY: &str = "c2VjcmV0LWNhbmFyeQ==";

/// The time that a call has in every test.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(1);

/// A list without a filter.
pub(crate) const EVERYTHING: ListQuery =
    ListQuery { page_num: 1, page_size: 500, task_ids: Vec::new(), status: None };

/// What the server does once it has read a whole request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says the bytes and waits for the next request.
    Say(Vec<u8>),
    /// Says the bytes and closes.
    SayAndClose(Vec<u8>),
    /// Says the bytes and keeps the connection open until the client closes it.
    SayAndHold(Vec<u8>),
    /// Says the bytes and resets the connection.
    SayAndReset(Vec<u8>),
    /// Says the head and then zeros for as long as the client takes them.
    SayAndFlood(Vec<u8>),
    /// Closes without a look at the request.
    CloseUnread,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<Request>,
    flooded: usize,
}

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: BTreeSet<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header, or "" if it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        let found = self.headers.iter().find_map(|h| h.strip_prefix(&prefix));
        found.unwrap_or_default()
    }
}

pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Upstream {
    /// A server that answers every request with the same act.
    pub(crate) async fn always(act: Act) -> Self {
        Self::script(vec![act]).await
    }

    /// A server that takes one act per request, and the last one for all that follow.
    pub(crate) async fn script(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let book = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                book.lock().unwrap().connections += 1;
                tokio::spawn(converse(stream, acts.clone(), Arc::clone(&book)));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// The one request that came.
    #[track_caller]
    pub(crate) fn request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }

    /// Bytes that the client has taken of a flood.
    pub(crate) fn flooded(&self) -> usize {
        self.seen.lock().unwrap().flooded
    }

    /// A client whose task API and Asset API are this server.
    pub(crate) fn client(&self) -> ArkClient {
        ArkClient::new(settings(&format!("http://{}", self.address))).unwrap()
    }
}

/// Settings with short timeouts for a server at `origin`.
pub(crate) fn settings(origin: &str) -> Settings {
    Settings {
        task_base_url: Url::parse(&format!("{origin}/api/v3")).unwrap(),
        api_key: Secret::new(API_KEY.to_owned()),
        connect_timeout: Duration::from_millis(500),
        create_timeout: TIMEOUT,
        request_timeout: TIMEOUT,
        assets: Some(AssetSettings {
            base_url: Url::parse(origin).unwrap(),
            region: "cn-beijing".to_owned(),
            project: "default".to_owned(),
            access_key_id: Secret::new(ACCESS_KEY_ID.to_owned()),
            secret_access_key: Secret::new(SECRET_ACCESS_KEY.to_owned()),
        }),
    }
}

/// An HTTP answer with this status and body, and a right `Content-Length`.
pub(crate) fn answer(status: u16, body: &str) -> Vec<u8> {
    answer_with(status, "", body)
}

/// The same with more header lines, each ended by `\r\n`.
pub(crate) fn answer_with(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

async fn converse(mut stream: TcpStream, acts: Vec<Act>, book: Arc<Mutex<Seen>>) {
    if let Some(Act::CloseUnread) = acts.first() {
        return;
    }
    while let Some(request) = read_request(&mut stream).await {
        let act = {
            let mut seen = book.lock().unwrap();
            let turn = seen.requests.len().min(acts.len() - 1);
            seen.requests.push(request);
            acts[turn].clone()
        };
        if perform(&mut stream, act, &book).await.is_none() {
            return;
        }
    }
}

/// Does what the act says; `None` if the connection is over.
async fn perform(stream: &mut TcpStream, act: Act, book: &Mutex<Seen>) -> Option<()> {
    match act {
        Act::Say(bytes) => return stream.write_all(&bytes).await.ok(),
        Act::SayAndClose(bytes) => stream.write_all(&bytes).await.ok()?,
        Act::SayAndHold(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.read_u8().await.ok()?;
        }
        Act::SayAndReset(bytes) => {
            stream.write_all(&bytes).await.ok()?;
            stream.set_zero_linger().ok()?;
        }
        Act::SayAndFlood(head) => {
            stream.write_all(&head).await.ok()?;
            while let Ok(taken) = stream.write(&[b'0'; 16_384]).await {
                book.lock().unwrap().flooded += taken;
            }
        }
        Act::CloseUnread => {}
    }
    None
}

async fn read_request(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().split("\r\n").map(str::to_owned);
    let mut request = Request { line: lines.next()?, headers: lines.collect(), body: Vec::new() };
    let length = request.header("content-length").parse().unwrap_or(0);
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).await.ok()?;
    Some(request)
}
