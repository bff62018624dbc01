//! Requests that hide another from one of two readers: from the proxy, or from the exchange behind it.

/// How the metrics show that the hidden request was carried out; the proxy keeps its path from everybody.
pub const HIDDEN_ROUTE: &str = "route=\"outbox\",";

const HIDDEN: &str = "GET /dev/outbox HTTP/1.1\r\nHost: localhost\r\n\r\n";
const HEAD: &str = "POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\n";

/// Ways to write that a body comes in chunks, so that one reader may miss it.
const CODINGS: &[&str] = &[
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding:\tchunked",
    "Transfer-Encoding: \x0bchunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
    "TRANSFER-ENCODING: CHUNKED",
    "Transfer_Encoding: chunked",
    " Transfer-Encoding: chunked",
    "X: x\r\n Transfer-Encoding: chunked",
    "X: x\nTransfer-Encoding: chunked",
    "X: x\rTransfer-Encoding: chunked",
    "Transfer-Encoding\r\n : chunked",
    "Transfer-Encoding: chun\0ked",
    "Transfer-Encoding\0: chunked",
    "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
];

/// Ways to write a length.
const LENGTHS: &[&str] = &[
    "Content-Length: 0\r\nContent-Length: 45",
    "Content-Length: 45\r\nContent-Length: 0",
    "Content-Length: 0, 45",
    "Content-Length: +0",
    "Content-Length: -1",
    "Content-Length: 0x2d",
    "Content-Length: 0 45",
    "Content-Length : 45",
    "Content-Length: 18446744073709551616",
    "Content-Length: 0\r\nContent_Length: 45",
    "Content-Length: \r\n 45",
    "Content-Length: 0\x0b",
    "Connection: Content-Length\r\nContent-Length: 45",
];

/// First chunks whose size two readers may understand differently, each before the end of all chunks.
const CHUNKS: &[&str] = &[
    "10000000000000000\r\n",
    "FFFFFFFFFFFFFFFF\r\n",
    "-1\r\nx\r\n",
    "0x1\r\nx\r\n",
    "1 \r\nx\r\n",
    " 1\r\nx\r\n",
    "1;a=b\r\nx\r\n",
    "1;a=\"\r\n\"\r\nx\r\n",
    "1;\nx\r\n",
    "1\nx\n",
    "1\r\nxx\r\n",
    "1\r\nx",
    "g\r\n",
    "\r\n",
];

/// Returns each request with its name.
pub fn requests() -> Vec<(&'static str, Vec<u8>)> {
    let ended = format!("0\r\n\r\n{HIDDEN}");
    let mut all = Vec::new();
    let chunked = format!("{:x}\r\n{HIDDEN}\r\n{ended}", HIDDEN.len());
    let length = format!("Content-Length: {}", ended.len());
    for coding in CODINGS {
        all.extend([
            (
                *coding,
                format!("{HEAD}{length}\r\n{coding}\r\n\r\n{ended}"),
            ),
            (
                *coding,
                format!("{HEAD}Content-Length: 4\r\n{coding}\r\n\r\n{chunked}"),
            ),
            (
                *coding,
                format!("{HEAD}{coding}\r\nContent-Length: 4\r\n\r\n{chunked}"),
            ),
            (*coding, format!("{HEAD}{coding}\r\n\r\n{ended}")),
        ]);
    }
    for length in LENGTHS {
        all.push((*length, format!("{HEAD}{length}\r\n\r\n{HIDDEN}")));
    }
    // If its marks were escaped beyond the line of the request, the body would end just before what is hidden.
    let marks = "\"".repeat(HIDDEN.len().div_ceil(2)) + "\n";
    let length = marks.len() + HIDDEN.len();
    let head = format!("{HEAD}Content-Length: {length}\r\n\r\n");
    all.push((
        "quotation marks that grow",
        format!("{head}{marks}{HIDDEN}"),
    ));
    for chunk in CHUNKS {
        let head = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n");
        all.push((*chunk, format!("{head}{chunk}{ended}")));
    }
    let other = OTHER
        .iter()
        .map(|(name, request)| (*name, format!("{request}{HIDDEN}")));
    let all = all.into_iter().chain(other);
    all.map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Requests behind which another stands.
const OTHER: &[(&str, &str)] = &[
    (
        "a pair",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    (
        "a body of GET without its length",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nX: y\r\n\r\n",
    ),
    (
        "a body of GET",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a body of HEAD",
        "HEAD /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "quotation marks in a body",
        "POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: 53\r\n\r\na=\"\"\"\"\"\"\"",
    ),
    (
        "quotation marks in a target",
        "GET /api/v3/ticker/price?symbols=[\"BTCUSDT\",\"ETHUSDT\"] HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    (
        "an end of line in a target",
        "GET /api/v3/ping?a=b\nHost:x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    (
        "ends of lines without CR",
        "POST /api/v3/order HTTP/1.1\nHost: localhost\nContent-Length: 45\n\n",
    ),
    (
        "an empty line before",
        "\r\n\r\nPOST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a fold",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nX: y\r\n z\r\n\r\n",
    ),
    (
        "a name with a blank",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nX y: z\r\n\r\n",
    ),
    (
        "a NUL",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nX: \0\r\n\r\n",
    ),
    (
        "two hosts",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    ),
    ("no host", "GET /api/v3/ping HTTP/1.1\r\n\r\n"),
    (
        "another host in the target",
        "GET http://evil.example/api/v3/ping HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    (
        "a hidden path in another form",
        "GET http://localhost//dev/outbox HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    ("HTTP/0.9", "GET /api/v3/ping\r\n"),
    (
        "HTTP/1.0 with chunks",
        "POST /api/v3/order HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "HTTP/1.2",
        "GET /api/v3/ping HTTP/1.2\r\nHost: localhost\r\n\r\n",
    ),
    (
        "HTTP/2 by upgrade",
        "GET /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
    ),
    ("HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    (
        "a socket of another version",
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ),
    (
        "a socket that is posted",
        "POST /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a body that is asked for",
        "POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a body that is expected oddly",
        "POST /api/v3/order HTTP/1.1\r\nHost: localhost\r\nExpect: x 100-continue\r\nContent-Length: 0\r\n\r\n",
    ),
    (
        "TRACE",
        "TRACE /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "CONNECT",
        "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ),
    (
        "an unknown method",
        "GETX /api/v3/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a page with a body",
        "GET /markets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\n\r\n",
    ),
    (
        "a refused body",
        "POST /v1/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 45\r\nContent-Type: text/plain\r\n\r\n",
    ),
];
