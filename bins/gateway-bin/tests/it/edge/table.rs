//! Requests that servers read differently, and what each comes to here.
//!
//! `docs/SECURITY.md` has the same table, and a test holds the two together.

/// A body that every later check lets through.
pub(crate) const BODY: &str =
    r#"{"model":"doubao-seedance-2-0","content":[{"type":"text","text":"a boat"}]}"#;

/// What is sent behind each request on the same connection. It is answered with 404 if, and only
/// if, the request before it left no doubt about its end.
pub(crate) const SENTINEL: &str =
    "GET /sentinel HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n";

/// Name, bytes, and the statuses of all answers on the connection, without the sentinel's.
pub(crate) type Case = (&'static str, &'static str, &'static [u16]);

/// The answer that leaves the connection open.
const READ: &[u16] = &[200];
/// The one answer of a connection that ends with it.
const REFUSED: &[u16] = &[400];
const LONG_TARGET: &[u16] = &[414];
const LARGE_HEAD: &[u16] = &[431];
/// Read, and the connection ends.
const LAST: &[u16] = &[200];
/// Nothing can be said to that.
const TWO: &[u16] = &[200, 200];

/// Every case. `<…>` stands for something that `expanded` puts in.
pub(crate) const CASES: [Case; 72] = [
    // What is read.
    ("a body with its length", "<POST><HOST>Content-Length: <LEN>\r\n\r\n<BODY>", READ),
    ("a body in chunks", "<POST><HOST>Transfer-Encoding: chunked\r\n\r\n<CHUNKS>", READ),
    (
        "`Transfer-Encoding: Chunked`",
        "<POST><HOST>Transfer-Encoding: Chunked\r\n\r\n<CHUNKS>",
        READ,
    ),
    ("no body", "<GET><HOST>\r\n", READ),
    ("two requests in one go", "<GET><HOST>\r\n<GET><HOST>\r\n", TWO),
    ("a header value that is not ASCII", "<GET><HOST>X-City: S\u{e3}o Paulo\r\n\r\n", READ),
    (
        "an absolute target with the host of `Host`",
        "GET http://gateway.test<TASKS> HTTP/1.1\r\n<AUTH><HOST>\r\n",
        READ,
    ),
    (
        "`Expect: 100-continue`",
        "<POST><HOST>Expect: 100-continue\r\nContent-Length: <LEN>\r\n\r\n<BODY>",
        &[100, 200],
    ),
    ("HTTP/1.0 with `Host`", "GET <TASKS> HTTP/1.0\r\n<AUTH><HOST>\r\n", LAST),
    // Lengths.
    (
        "two `Content-Length` that differ",
        "<POST><HOST>Content-Length: <LEN>\r\nContent-Length: 3\r\n\r\n<BODY>",
        REFUSED,
    ),
    (
        "two `Content-Length` that are equal",
        "<POST><HOST>Content-Length: <LEN>\r\nContent-Length: <LEN>\r\n\r\n<BODY>",
        REFUSED,
    ),
    ("`Content-Length: 5, 5`", "<POST><HOST>Content-Length: 5, 5\r\n\r\nhello", REFUSED),
    ("`Content-Length: +5`", "<POST><HOST>Content-Length: +5\r\n\r\nhello", REFUSED),
    ("`Content-Length: -1`", "<POST><HOST>Content-Length: -1\r\n\r\nhello", REFUSED),
    ("`Content-Length: 0x5`", "<POST><HOST>Content-Length: 0x5\r\n\r\nhello", REFUSED),
    ("`Content-Length: 0005`", "<POST><HOST>Content-Length: 0005\r\n\r\nhello", REFUSED),
    ("an empty `Content-Length`", "<POST><HOST>Content-Length: \r\n\r\nhello", REFUSED),
    (
        "`Content-Length` of 2^64",
        "<POST><HOST>Content-Length: 18446744073709551616\r\n\r\nhello",
        REFUSED,
    ),
    (
        "`Content-Length`, then `Transfer-Encoding`",
        "<POST><HOST>Content-Length: <LEN>\r\nTransfer-Encoding: chunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "`Transfer-Encoding`, then `Content-Length`",
        "<POST><HOST>Transfer-Encoding: chunked\r\nContent-Length: <LEN>\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "two `Transfer-Encoding`",
        "<POST><HOST>Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "`Transfer-Encoding: identity, chunked`",
        "<POST><HOST>Transfer-Encoding: identity, chunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "`Transfer-Encoding: chunked, identity`",
        "<POST><HOST>Transfer-Encoding: chunked, identity\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    ("`Transfer-Encoding: gzip`", "<POST><HOST>Transfer-Encoding: gzip\r\n\r\n<CHUNKS>", REFUSED),
    (
        "`Transfer-Encoding: xchunked`",
        "<POST><HOST>Transfer-Encoding: xchunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "a vertical tab before `chunked`",
        "<POST><HOST>Transfer-Encoding: \u{b}chunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "`Transfer-Encoding` in HTTP/1.0",
        "POST <TASKS> HTTP/1.0\r\n<AUTH><HOST>Transfer-Encoding: chunked\r\n\r\n<CHUNKS>",
        REFUSED,
    ),
    (
        "bytes behind the body",
        "<POST><HOST>Content-Length: <LEN>\r\n\r\n<BODY>\r\nhello",
        &[200, 400],
    ),
    // Chunks.
    ("a chunk size `+5`", "<CHUNKED>+5\r\nhello\r\n0\r\n\r\n", REFUSED),
    ("a chunk size `0x5`", "<CHUNKED>0x5\r\nhello\r\n0\r\n\r\n", REFUSED),
    ("a chunk size with a blank behind it", "<CHUNKED><HEX> \r\n<BODY>\r\n0\r\n\r\n", REFUSED),
    ("a chunk size over 64 bits", "<CHUNKED>10000000000000005\r\nhello\r\n0\r\n\r\n", REFUSED),
    ("a chunk size that ends with LF", "<CHUNKED><HEX>\n<BODY>\r\n0\r\n\r\n", REFUSED),
    ("a chunk with an extension", "<CHUNKED><HEX>;a=b\r\n<BODY>\r\n0\r\n\r\n", REFUSED),
    (
        "a chunk with an extension of 20 KB",
        "<CHUNKED><HEX>;<A*20000>\r\n<BODY>\r\n0\r\n\r\n",
        REFUSED,
    ),
    ("a chunk without its CRLF", "<CHUNKED><HEX>\r\n<BODY>XX0\r\n\r\n", REFUSED),
    ("a trailer", "<CHUNKED><HEX>\r\n<BODY>\r\n0\r\nX-Sum: 1\r\n\r\n", REFUSED),
    ("2,000 trailers", "<CHUNKED><HEX>\r\n<BODY>\r\n0\r\n<LINE*2000>\r\n", REFUSED),
    // Lines.
    ("header lines that end with LF", "<GET>Host: gateway.test\n\r\n", REFUSED),
    ("a head that ends with LF LF", "GET <TASKS> HTTP/1.1\nHost: gateway.test\n\n", REFUSED),
    ("a bare CR in a value", "<GET><HOST>X-A: b\rc\r\n\r\n", REFUSED),
    ("a NUL in a value", "<GET><HOST>X-A: b\0c\r\n\r\n", REFUSED),
    ("a continued header line", "<GET><HOST>X-A: b\r\n c\r\n\r\n", REFUSED),
    ("a blank before the colon", "<GET><HOST>X-A : b\r\n\r\n", REFUSED),
    ("a blank in a header name", "<GET><HOST>X A: b\r\n\r\n", REFUSED),
    ("a header line without a colon", "<GET><HOST>nonsense\r\n\r\n", REFUSED),
    ("a header name with `_`", "<GET><HOST>Content_Length: 5\r\n\r\n", REFUSED),
    ("a header name that is not ASCII", "<GET><HOST>X-\u{e3}: b\r\n\r\n", REFUSED),
    ("an empty header name", "<GET><HOST>: b\r\n\r\n", REFUSED),
    ("blank lines before the request", "\r\n\r\n<GET><HOST>\r\n", REFUSED),
    ("two blanks in the request line", "GET  <TASKS> HTTP/1.1\r\n<AUTH><HOST>\r\n", REFUSED),
    ("HTTP/1.2", "GET <TASKS> HTTP/1.2\r\n<AUTH><HOST>\r\n", REFUSED),
    ("HTTP/0.9", "GET <TASKS>\r\n\r\n", REFUSED),
    ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", REFUSED),
    ("the beginning of TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0", REFUSED),
    // Hosts and targets.
    ("no `Host`", "<GET>\r\n", REFUSED),
    ("two `Host`", "<GET><HOST><HOST>\r\n", REFUSED),
    ("an empty `Host`", "<GET>Host: \r\n\r\n", REFUSED),
    ("a `Host` with a blank", "<GET>Host: gateway .test\r\n\r\n", REFUSED),
    ("a `Host` with `@`", "<GET>Host: evil@gateway.test\r\n\r\n", REFUSED),
    ("HTTP/1.0 without `Host`", "GET <TASKS> HTTP/1.0\r\n<AUTH>\r\n", REFUSED),
    (
        "an absolute target with another host",
        "GET http://other.test<TASKS> HTTP/1.1\r\n<AUTH><HOST>\r\n",
        REFUSED,
    ),
    ("a target that is no path", "GET * HTTP/1.1\r\n<AUTH><HOST>\r\n", REFUSED),
    ("a target with a fragment", "GET <TASKS>#a HTTP/1.1\r\n<AUTH><HOST>\r\n", REFUSED),
    // Methods and upgrades.
    ("`CONNECT`", "CONNECT gateway.test:80 HTTP/1.1\r\nHost: gateway.test:80\r\n\r\n", REFUSED),
    ("`TRACE`", "TRACE <TASKS> HTTP/1.1\r\n<AUTH><HOST>\r\n", REFUSED),
    (
        "an upgrade, and bytes behind it",
        "<GET><HOST>Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n<GET><HOST>\r\n",
        REFUSED,
    ),
    (
        "an upgrade to h2c",
        "<GET><HOST>Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
        REFUSED,
    ),
    // Sizes.
    ("a target of 70 KB", "GET /<A*70000> HTTP/1.1\r\n<HOST>\r\n", LONG_TARGET),
    ("101 headers", "<GET><HOST><LINE*99>\r\n", LARGE_HEAD),
    ("a header of 64 KB", "<GET><HOST>X-A: <A*65536>\r\n\r\n", LARGE_HEAD),
    ("a header of 1 MB", "<GET><HOST>X-A: <A*1000000>\r\n\r\n", LARGE_HEAD),
];

/// The bytes of a case, for this token.
pub(crate) fn expanded(request: &str, token: &str) -> String {
    let chunks = format!("<HEX>\r\n{BODY}\r\n0\r\n\r\n");
    let mut text = request
        .replace("<CHUNKED>", "<POST><HOST>Transfer-Encoding: chunked\r\n\r\n")
        .replace("<CHUNKS>", &chunks)
        .replace("<POST>", "POST <TASKS> HTTP/1.1\r\n<AUTH>")
        .replace("<GET>", "GET <TASKS> HTTP/1.1\r\n<AUTH>")
        .replace("<HOST>", "Host: gateway.test\r\n")
        .replace("<AUTH>", &format!("Authorization: Bearer {token}\r\n"))
        .replace("<TASKS>", crate::support::TASKS)
        .replace("<LEN>", &BODY.len().to_string())
        .replace("<HEX>", &format!("{:x}", BODY.len()))
        .replace("<BODY>", BODY);
    for (mark, one) in [("<A*", "a"), ("<LINE*", "X-A: b\r\n")] {
        while let Some((before, rest)) = text.clone().split_once(mark) {
            let (count, after) = rest.split_once('>').unwrap();
            text = format!("{before}{}{after}", one.repeat(count.parse().unwrap()));
        }
    }
    text + SENTINEL
}
