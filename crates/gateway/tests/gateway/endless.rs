//! What is too much, or never ends, over real sockets: ten megabytes of digits, a million keys, chunks without end.
//!
//! The exchange takes no more of it than what is on its way when it has seen enough, says so, and serves others.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use gateway::config::Bounds;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::world::{Setting, World};

/// Far more than what the two ends of a connection hold.
const GIVEN_BYTES: usize = 64 << 20;
/// What an exchange that reads no further leaves in the buffers of both ends, with room.
const TAKEN_BYTES_MAX: usize = 16 << 20;
/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer may be lost where the connection is cut behind it: it comes in one of so many attempts.
const ATTEMPTS: usize = 5;
const DIGITS: usize = 10 << 20;
const KEYS: usize = 1_000_000;

/// Paths that take a body from anybody.
const PATHS: [&str; 4] = [
    "/v1/login",
    "/v1/register",
    "/api/v3/order",
    "/v1/kyc/provider",
];

/// What became of it.
struct Ended {
    status: Option<u16>,
    taken_bytes: usize,
}

/// Sends a head and then the pieces, as long as somebody takes them.
async fn flood(world: &World, head: &str, pieces: impl Iterator<Item = Vec<u8>>) -> Ended {
    let stream = TcpStream::connect(world.address).await.expect("connects");
    let (mut answers, mut asked) = stream.into_split();
    let heard = tokio::spawn(async move {
        let mut answer = Vec::new();
        let _ = answers.read_to_end(&mut answer).await;
        answer
    });
    let mut taken_bytes = 0;
    let sending = async {
        asked.write_all(head.as_bytes()).await?;
        for piece in pieces {
            asked.write_all(&piece).await?;
            taken_bytes += piece.len();
        }
        asked.shutdown().await
    };
    let sent = timeout(PATIENCE, sending).await;
    // Whether it was told of its end while it spoke says nothing.
    let _ = sent.expect("taken or refused in time");
    let answer = timeout(PATIENCE, heard).await.expect("ended in time");
    let answer = answer.expect("read");
    let status = String::from_utf8_lossy(&answer);
    let status = status.get(9..12).and_then(|status| status.parse().ok());
    Ended {
        status,
        taken_bytes,
    }
}

/// Sends it until an answer is seen, which is a refusal, and holds each attempt to what may be taken.
async fn refused<P: Iterator<Item = Vec<u8>>>(world: &World, head: &str, pieces: impl Fn() -> P) {
    let what = head.lines().next().unwrap_or_default();
    let what = &what[..what.len().min(80)];
    for _ in 0..ATTEMPTS {
        let started = Instant::now();
        let ended = flood(world, head, pieces()).await;
        let taken = ended.taken_bytes;
        assert!(taken < TAKEN_BYTES_MAX, "{what}: {taken} bytes were taken");
        assert!(started.elapsed() < PATIENCE, "{what}");
        if let Some(status) = ended.status {
            assert!((400..500).contains(&status), "{what}: {status}");
            assert_eq!(world.get("/api/v3/ping").await.status, 200);
            return;
        }
    }
    panic!("{what}: nobody was told why");
}

fn told(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n")
}

fn chunked(path: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n")
}

/// Returns a body in pieces of 64 KiB.
fn cut(body: &str) -> impl Iterator<Item = Vec<u8>> {
    body.as_bytes().chunks(64 << 10).map(<[u8]>::to_vec)
}

/// Returns a body as chunks of 64 KiB, with their end.
fn in_chunks(body: &str) -> impl Iterator<Item = Vec<u8>> {
    let chunk =
        |data: Vec<u8>| [format!("{:x}\r\n", data.len()).as_bytes(), &data, b"\r\n"].concat();
    cut(body).map(chunk).chain([b"0\r\n\r\n".to_vec()])
}

/// Returns the piece over and over.
fn endless(piece: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let piece = piece.repeat(((64 << 10) / piece.len()).max(1));
    let count = GIVEN_BYTES / piece.len();
    core::iter::repeat_n(piece, count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_megabytes_of_digits_are_refused_wherever_a_number_stands() {
    let world = World::start().await;
    let digits = "7".repeat(DIGITS);
    for path in PATHS {
        for body in [
            format!("quantity={digits}"),
            format!("{{\"application\":{digits}}}"),
        ] {
            refused(&world, &told(path, body.len()), || cut(&body)).await;
            refused(&world, &chunked(path), || in_chunks(&body)).await;
        }
    }
    for head in [
        "GET /api/v3/order?orderId=",
        "GET /api/v3/ping HTTP/1.1\r\nHost: test\r\nX-MBX-APIKEY: ",
        "POST /v1/login HTTP/1.1\r\nHost: test\r\nContent-Length: ",
        "POST /v1/login HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        refused(&world, head, || cut(&digits)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_million_keys_are_refused_in_a_form_and_in_json() {
    let world = World::start().await;
    let (mut form, mut json) = (String::new(), String::from("{"));
    for key in 0..KEYS {
        write!(form, "k{key}=1&").expect("a text takes everything");
        write!(json, "\"k{key}\":1,").expect("a text takes everything");
    }
    json.push_str("\"end\":1}");
    for path in PATHS {
        for body in [&form, &json] {
            refused(&world, &told(path, body.len()), || cut(body)).await;
            refused(&world, &chunked(path), || in_chunks(body)).await;
        }
    }
    // As many as a body has room for: read in no time, and refused for what they are.
    for path in PATHS {
        let some = &form[..60_000];
        let started = Instant::now();
        refused(&world, &told(path, some.len()), || cut(some)).await;
        assert!(started.elapsed() < PATIENCE / 10, "{path}");
    }
}

/// They say nothing, so that no bound in bytes meets them, and are no longer read when the time for a body is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zeros_before_the_length_of_a_chunk_are_read_for_the_time_of_a_body_and_refused() {
    let world = World::start_with(Setting {
        bounds: Bounds {
            body_timeout: Duration::from_millis(300),
            ..Bounds::STANDARD
        },
        ..Setting::STANDARD
    })
    .await;
    let zeros = || core::iter::repeat_with(|| vec![b'0'; 64 << 10]);
    for path in PATHS {
        // Before the first chunk, and behind one.
        for begun in ["", "1\r\nx\r\n"] {
            let head = format!("{}{begun}", chunked(path));
            let mut statuses = Vec::new();
            while statuses.len() < ATTEMPTS && !statuses.contains(&Some(408)) {
                statuses.push(flood(&world, &head, zeros()).await.status);
            }
            assert!(statuses.contains(&Some(408)), "{path}: {statuses:?}");
            assert_eq!(world.get("/api/v3/ping").await.status, 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_without_end_are_taken_to_a_bound_and_refused() {
    let world = World::start().await;
    let large = [
        b"10000\r\n".to_vec(),
        vec![b'x'; 0x1_0000],
        b"\r\n".to_vec(),
    ]
    .concat();
    for path in PATHS {
        for piece in [&large[..], b"1\r\nx\r\n"] {
            refused(&world, &chunked(path), || endless(piece)).await;
        }
        // A name of a chunk, one line behind the last chunk, and many.
        for (begun, piece) in [("1;", "x"), ("0\r\nx: ", "y"), ("0\r\n", "x: y\r\n")] {
            let head = format!("{}{begun}", chunked(path));
            refused(&world, &head, || endless(piece.as_bytes())).await;
        }
    }
}
