//! Request heads, read with httparse.

use std::io;

/// More headers than any client of this API sends.
const MAX_HEADERS: usize = 128;

/// The request line and the headers.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) method: String,
    pub(crate) path: String,
    /// What follows the question mark, as it came.
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body_length: BodyLength,
    /// Whether another request may follow on this connection.
    pub(crate) keep_alive: bool,
}

/// How the end of the body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyLength {
    Exactly(usize),
    Chunked,
}

impl Head {
    /// The head at the start of `bytes` and its length; `None` while it is incomplete.
    pub(crate) fn parse(bytes: &[u8]) -> io::Result<Option<(Self, usize)>> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(bytes).map_err(io::Error::other)? {
            httparse::Status::Complete(length) => length,
            httparse::Status::Partial => return Ok(None),
        };
        let headers: Vec<(String, String)> = request
            .headers
            .iter()
            .map(|field| {
                let value = String::from_utf8_lossy(field.value).into_owned();
                (field.name.to_owned(), value)
            })
            .collect();
        let target = request.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let head = Self {
            method: request.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            body_length: body_length(&headers)?,
            keep_alive: keep_alive(&headers, request.version == Some(1)),
            headers,
        };
        Ok(Some((head, length)))
    }

    /// The first header called `name`, in any letter case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The query's pairs, decoded.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned()
    }
}

/// The first header called `name`, in any letter case.
pub(crate) fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn body_length(headers: &[(String, String)]) -> io::Result<BodyLength> {
    if header(headers, "transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        return Ok(BodyLength::Chunked);
    }
    let length = header(headers, "content-length").unwrap_or("0");
    length.parse().map(BodyLength::Exactly).map_err(io::Error::other)
}

fn keep_alive(headers: &[(String, String)], is_http_1_1: bool) -> bool {
    match header(headers, "connection") {
        Some(word) if word.eq_ignore_ascii_case("close") => false,
        Some(word) if word.eq_ignore_ascii_case("keep-alive") => true,
        _ => is_http_1_1,
    }
}
