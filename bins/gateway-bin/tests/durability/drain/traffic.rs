//! Clients on plain sockets, which know of each request when it was sent and what came back.

use std::time::Duration;

use anyhow::{Context as _, bail};
use rustix::io::Errno;
use seedance_model::TaskId;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::canary;
use crate::dice::Dice;
use crate::orders::Order;
use crate::tenant_client::TASKS;
use crate::world::{CREATE_TIMEOUT, World};

/// The longest rest between two requests of a client that rests, in milliseconds.
const LONGEST_REST: u64 = 150;

/// What clients have heard in one round.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) answered: u64,
    /// Of them, those for which the gateway had waited for the account as long as it may. Whose
    /// the task is then, the books tell.
    pub(super) in_vain: u64,
    pub(super) promised: Vec<TaskId>,
    pub(super) cuts: Vec<Cut>,
    /// When the last request was sent whose answer did not end its connection.
    pub(super) kept_open: Option<Instant>,
    /// Answers that should not be.
    pub(super) odd: Vec<String>,
}

/// A request without a whole answer.
#[derive(Debug)]
pub(super) struct Cut {
    pub(super) sent_at: Instant,
    pub(super) ended_at: Instant,
    pub(super) order: Option<u64>,
    /// Which request of its connection it was, from 1 on.
    pub(super) number: u64,
    pub(super) reason: String,
    /// Whether some of the answer came.
    pub(super) is_partial: bool,
}

/// What becomes of a connection between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resting {
    Open,
    Closed,
}

/// A whole answer.
#[derive(Debug)]
struct Answer {
    status: String,
    head: String,
    body: Vec<u8>,
}

impl Heard {
    pub(super) fn absorb(&mut self, other: Self) {
        self.answered += other.answered;
        self.in_vain += other.in_vain;
        self.promised.extend(other.promised);
        self.cuts.extend(other.cuts);
        self.kept_open = self.kept_open.max(other.kept_open);
        self.odd.extend(other.odd);
    }

    /// Takes an answer; tells whether the connection goes on.
    fn answer(&mut self, order: Option<u64>, answer: &Answer, took: Duration) -> bool {
        let Answer { status, head, body } = answer;
        self.answered += 1;
        if status == "502" && order.is_some() && took >= CREATE_TIMEOUT {
            self.in_vain += 1;
        } else if status != "200" {
            let body = String::from_utf8_lossy(body);
            self.odd.push(format!("order {order:?} was answered with {status}: {body}"));
        } else if order.is_some() {
            let json: Value = serde_json::from_slice(body).unwrap_or_default();
            match json["id"].as_str().and_then(TaskId::parse) {
                Some(id) => self.promised.push(id),
                None => self.odd.push(format!("order {order:?} has no id: {json}")),
            }
        }
        !head.to_ascii_lowercase().contains("connection: close")
    }
}

/// A client that asks until nobody listens any more, as fast as it is answered or with rests.
#[derive(Debug)]
pub(super) struct Client {
    address: String,
    /// The longest rest between two requests, in milliseconds.
    rest_millis: u64,
    tokens: Vec<String>,
    next_order: u64,
    dice: Dice,
}

impl Client {
    pub(super) fn new(world: &World, address: &str, first_order: u64, mut dice: Dice) -> Self {
        let tokens: Vec<String> = world.customers.iter().map(|one| one.token.clone()).collect();
        let rest_millis = if dice.chance(50) { LONGEST_REST } else { 0 };
        Self { address: address.to_owned(), rest_millis, tokens, next_order: first_order, dice }
    }

    pub(super) async fn work(mut self) -> Heard {
        let mut heard = Heard::default();
        while let Ok(socket) = TcpStream::connect(&self.address).await {
            self.one_connection(socket, &mut heard).await;
        }
        heard
    }

    /// Requests on one connection, until it is closed or the client wants another.
    async fn one_connection(&mut self, mut socket: TcpStream, heard: &mut Heard) {
        for number in 1.. {
            if self.rests(&socket).await == Resting::Closed {
                return;
            }
            let (order, request) = self.request();
            let written = socket.write_all(request.as_bytes()).await;
            let sent_at = Instant::now();
            let mut got = Vec::new();
            let answer = match written {
                Ok(()) => read_answer(&mut socket, &mut got).await,
                Err(error) => Err(error.into()),
            };
            canary::answered("an answer of a gateway that stops", &got);
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    let (is_partial, reason) = (!got.is_empty(), error.to_string());
                    let ended_at = Instant::now();
                    heard.cuts.push(Cut { sent_at, ended_at, order, number, reason, is_partial });
                    return;
                }
            };
            if !heard.answer(order, &answer, sent_at.elapsed()) {
                return;
            }
            heard.kept_open = heard.kept_open.max(Some(sent_at));
            if self.dice.chance(10) {
                return;
            }
        }
    }

    /// Waits before the next request, unless the connection is closed meanwhile: what no client
    /// would send is no request. It looks into the socket itself, because the runtime of a bench
    /// under load hears of an end late.
    async fn rests(&mut self, socket: &TcpStream) -> Resting {
        let rest = self.dice.millis(self.rest_millis);
        if !rest.is_zero() && timeout(rest, socket.readable()).await.is_ok() {
            return Resting::Closed;
        }
        match rustix::io::read(socket, &mut [0; 1]) {
            Err(Errno::AGAIN) => Resting::Open,
            Ok(_) | Err(_) => Resting::Closed,
        }
    }

    fn request(&mut self) -> (Option<u64>, String) {
        let tenant = self.dice.place(self.tokens.len());
        let token = self.tokens.get(tenant).cloned().unwrap_or_default();
        if self.dice.chance(40) {
            let head = format!("GET {TASKS}?page_size=5 HTTP/1.1\r\nHost: a\r\n");
            return (None, format!("{head}Authorization: Bearer {token}\r\n\r\n"));
        }
        let number = self.next_order;
        self.next_order += 1;
        let order = Order::new(number, tenant, &mut self.dice, true);
        (Some(number), head(&token, order.body.len()) + &order.body)
    }
}

fn head(token: &str, length: usize) -> String {
    format!(
        "POST {TASKS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

/// The next answer; what came of it is in `got` in any case.
async fn read_answer(socket: &mut TcpStream, got: &mut Vec<u8>) -> anyhow::Result<Answer> {
    loop {
        let text = String::from_utf8_lossy(got);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower.split_once("content-length: ").context("no length")?.1;
            let length: usize = length.lines().next().unwrap_or_default().trim().parse()?;
            if body.len() >= length {
                let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let (head, body) = (head.to_owned(), body.as_bytes().to_vec());
                return Ok(Answer { status, head, body });
            }
        }
        if socket.read_buf(got).await? == 0 {
            bail!("closed");
        }
    }
}

/// Connections that say half of something, and then nothing.
pub(super) async fn half_requests(
    address: &str,
    token: &str,
    dice: &mut Dice,
) -> anyhow::Result<Vec<TcpStream>> {
    let whole = head(token, 100);
    let mut open = Vec::new();
    for number in 0..=dice.below(6) {
        let mut socket = TcpStream::connect(address).await?;
        // The first one has half a body in any case.
        let half = match if number == 0 { 2 } else { dice.below(3) } {
            0 => String::new(),
            1 => whole.chars().take(1 + dice.place(whole.len() - 5)).collect(),
            _ => format!("{whole}{{\"model\":"),
        };
        socket.write_all(half.as_bytes()).await?;
        open.push(socket);
    }
    Ok(open)
}
