//! DNS messages, written by hand so that the tests share no mistake with the resolver library.

use std::net::IpAddr;

pub(crate) const SERVFAIL: u8 = 2;
pub(crate) const NXDOMAIN: u8 = 3;
pub(crate) const REFUSED: u8 = 5;

/// The two questions that are asked of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    A,
    Aaaa,
}

/// A question as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// Lower case, without the final dot.
    pub(crate) name: String,
    pub(crate) family: Family,
    id: [u8; 2],
    /// The section itself, to be echoed with its letter case.
    section: Vec<u8>,
}

impl Question {
    /// Reads the only question of a query.
    pub(crate) fn parse(query: &[u8]) -> Question {
        let mut labels = Vec::new();
        let mut at = 12;
        while query[at] != 0 {
            let label = &query[at + 1..=at + usize::from(query[at])];
            labels.push(String::from_utf8(label.to_ascii_lowercase()).unwrap());
            at += 1 + label.len();
        }
        let family = match u16::from_be_bytes([query[at + 1], query[at + 2]]) {
            1 => Family::A,
            28 => Family::Aaaa,
            other => panic!("question of type {other}"),
        };
        Question {
            name: labels.join("."),
            family,
            id: [query[0], query[1]],
            section: query[12..at + 5].to_vec(),
        }
    }

    /// This question under another id, as a forger would guess it.
    pub(crate) fn with_another_id(&self) -> Question {
        let mut forged = self.clone();
        forged.id[0] = !self.id[0];
        forged
    }
}

/// A resource record of the answer or the authority section.
#[derive(Clone, Debug)]
pub(crate) enum Record {
    Address(String, IpAddr),
    Alias(String, String),
    Soa(String),
    Ns(String),
}

impl Record {
    fn write(&self, message: &mut Vec<u8>) {
        let (owner, kind, content) = match self {
            Record::Address(owner, IpAddr::V4(address)) => {
                (owner, 1_u16, address.octets().to_vec())
            }
            Record::Address(owner, IpAddr::V6(address)) => (owner, 28, address.octets().to_vec()),
            Record::Alias(owner, target) => (owner, 5, name(target)),
            Record::Ns(zone) => (zone, 2, name("ns.elsewhere.example.com")),
            Record::Soa(zone) => (zone, 6, soa()),
        };
        message.extend(name(owner));
        message.extend(kind.to_be_bytes());
        message.extend(1_u16.to_be_bytes());
        message.extend(300_u32.to_be_bytes());
        message.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        message.extend(content);
    }
}

fn name(text: &str) -> Vec<u8> {
    let mut wire = Vec::new();
    for label in text.split('.') {
        wire.push(u8::try_from(label.len()).unwrap());
        wire.extend(label.bytes());
    }
    wire.push(0);
    wire
}

fn soa() -> Vec<u8> {
    let mut content = name("ns.example.com");
    content.extend(name("admin.example.com"));
    for number in [1_u32, 7200, 3600, 86400, 60] {
        content.extend(number.to_be_bytes());
    }
    content
}

/// A reply, before it knows its question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) code: u8,
    pub(crate) truncated: bool,
    pub(crate) answers: Vec<Record>,
    pub(crate) authority: Vec<Record>,
}

impl Message {
    pub(crate) fn write(&self, question: &Question) -> Vec<u8> {
        let mut message = question.id.to_vec();
        message.push(0x81 | u8::from(self.truncated) << 1);
        message.push(0x80 | self.code);
        for count in [1, self.answers.len(), self.authority.len(), 0] {
            message.extend(u16::try_from(count).unwrap().to_be_bytes());
        }
        message.extend(&question.section);
        for record in self.answers.iter().chain(&self.authority) {
            record.write(&mut message);
        }
        message
    }
}
