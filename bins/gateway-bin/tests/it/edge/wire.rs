//! Raw HTTP/1.1: bytes out, and every answer that comes back on the connection.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::canary;

/// Longest wait for the end of a connection.
const PATIENCE: Duration = Duration::from_secs(20);

/// One answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    /// Whether the connection ends with it.
    pub(crate) fn is_last(&self) -> bool {
        self.header("connection") == Some("close") || self.head.starts_with("HTTP/1.0 ")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(given, _)| given.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

/// The statuses alone.
pub(crate) fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status).collect()
}

/// Sends everything on one connection, and gives every answer until the server closes it.
pub(crate) async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<Answer> {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (mut reader, mut writer) = socket.split();
    let mut received = Vec::new();
    // A server that has heard enough may stop to listen before everything is sent.
    let sending = async { writer.write_all(bytes).await.ok() };
    let both = async { tokio::join!(sending, reader.read_to_end(&mut received)) };
    let (_, read) = timeout(PATIENCE, both).await.expect("the server left the connection open");
    read.unwrap_or_else(|error| panic!("{error} after {:?}", String::from_utf8_lossy(&received)));
    answers(&received)
}

/// Takes the bytes of a connection apart; anything that is no answer fails.
pub(crate) fn answers(mut bytes: &[u8]) -> Vec<Answer> {
    canary::answered(bytes);
    let mut answers = Vec::new();
    while !bytes.is_empty() {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let rest = head.strip_prefix("HTTP/1.1 ").or_else(|| head.strip_prefix("HTTP/1.0 "));
        let status = rest.and_then(|rest| rest[..3].parse().ok());
        let status = status.unwrap_or_else(|| panic!("no status: {head}"));
        let mut answer = Answer { status, head, body: String::new() };
        let length = answer.header("content-length").map_or(0, |text| text.parse().unwrap());
        let body = &bytes[end + 4..][..length];
        answer.body = String::from_utf8(body.to_vec()).unwrap();
        bytes = &bytes[end + 4 + length..];
        answers.push(answer);
    }
    answers
}
