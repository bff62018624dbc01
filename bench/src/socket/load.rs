//! The client: many kept-alive connections, each with one request under way, as fast as answers come or at a steady rate.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::measure::latency::Latencies;
use crate::socket::beside::Seen;
use crate::socket::requests::Requests;

const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// How often requests fall due at a steady rate: all of this time at once.
const TICK: Duration = Duration::from_millis(1);

/// When a connection begins its next request.
enum Begin {
    /// As soon as the last was answered.
    AtOnce,
    /// When it is due, or as soon as the last was answered, if that is later.
    AtDue(UnboundedReceiver<Instant>),
}

impl Begin {
    /// Waits, and returns the instant from which the time of the answer counts.
    async fn wait(&mut self) -> Result<Instant> {
        match self {
            Begin::AtOnce => Ok(Instant::now()),
            Begin::AtDue(dues) => dues.recv().await.context("the pace has ended"),
        }
    }
}

/// Sends every connection's requests and waits for all answers.
///
/// # Errors
/// An answer that is not 200, or a connection that ends.
pub fn run(address: SocketAddr, connections: Vec<Requests>) -> Result<Seen> {
    block_on(async {
        let streams = connect(address, connections.len()).await?;
        let begins = connections.iter().map(|_| Begin::AtOnce).collect();
        drive_all(streams, connections, begins).await
    })
}

/// Sends every connection's requests, so many a second over all of them, and waits for all answers. Their times count from
/// when a request was due: one that has to wait for its connection is late, and not left out.
///
/// # Errors
/// As `run`.
pub fn run_at(address: SocketAddr, connections: Vec<Requests>, rate: f64) -> Result<Seen> {
    block_on(async {
        let streams = connect(address, connections.len()).await?;
        let count = connections.iter().map(Requests::len).sum();
        let (senders, begins) = connections
            .iter()
            .map(|_| unbounded_channel())
            .map(|(sender, dues)| (sender, Begin::AtDue(dues)))
            .unzip();
        std::thread::spawn(move || keep_pace(senders, count, rate));
        drive_all(streams, connections, begins).await
    })
}

/// Tells the connections in turn that a request is due. A timer of the runtime is not fine enough.
fn keep_pace(connections: Vec<UnboundedSender<Instant>>, count: usize, rate: f64) {
    let started = Instant::now();
    let mut sent = 0;
    for tick in 1.. {
        let time = TICK * tick;
        std::thread::sleep((started + time).saturating_duration_since(Instant::now()));
        let due = count.min((rate * time.as_secs_f64()) as usize);
        for number in sent..due {
            // Gone with an error that its runtime tells.
            let _ = connections[number % connections.len()].send(started + time);
        }
        sent = due;
        if sent == count {
            return;
        }
    }
}

fn block_on(run: impl Future<Output = Result<Seen>>) -> Result<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run)
}

async fn connect(address: SocketAddr, count: usize) -> Result<Vec<TcpStream>> {
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    Ok(streams)
}

async fn drive_all(
    streams: Vec<TcpStream>,
    connections: Vec<Requests>,
    begins: Vec<Begin>,
) -> Result<Seen> {
    let count: usize = connections.iter().map(Requests::len).sum();
    let mut latencies = Latencies::with_room_for(count);
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for ((stream, requests), begin) in streams.into_iter().zip(connections).zip(begins) {
        tasks.spawn(drive(stream, requests, begin));
    }
    while let Some(times) = tasks.join_next().await {
        for time in times?? {
            latencies.record(time);
        }
    }
    let elapsed_s = started.elapsed().as_secs_f64();
    Ok(Seen {
        requests: count,
        requests_per_s: count as f64 / elapsed_s,
        percentiles: latencies.percentiles().context("nothing was sent")?,
    })
}

async fn drive(
    mut stream: TcpStream,
    requests: Requests,
    mut begin: Begin,
) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests.len());
    let mut buffer = vec![0; ANSWER_BYTES_MAX];
    for request in requests.iter() {
        let started = begin.wait().await?;
        stream.write_all(request).await?;
        read_answer(&mut stream, &mut buffer).await?;
        times.push(started.elapsed());
    }
    Ok(times)
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    loop {
        let count = stream.read(&mut buffer[filled..]).await?;
        ensure!(0 < count, "the server closed a connection");
        filled += count;
        if answer_bytes(&buffer[..filled])?.is_some_and(|bytes| bytes <= filled) {
            return check(&buffer[..filled]);
        }
    }
}

/// Returns the length of the answer that begins here; `None` while its head is not whole.
fn answer_bytes(read: &[u8]) -> Result<Option<usize>> {
    const LENGTH: &[u8] = b"\r\ncontent-length: ";
    let Some(head_end) = position(read, b"\r\n\r\n") else {
        return Ok(None);
    };
    let start = position(&read[..head_end], LENGTH).context("an answer without its length")?;
    let digits = read[start + LENGTH.len()..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let body_bytes = digits.fold(0, |sum, digit| 10 * sum + usize::from(digit - b'0'));
    Ok(Some(head_end + 4 + body_bytes))
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

fn check(answer: &[u8]) -> Result<()> {
    if !answer.starts_with(b"HTTP/1.1 200 ") {
        bail!("refused: {}", String::from_utf8_lossy(answer));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_length_says() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\nx: y\r\n\r\nhello, world";
        assert_eq!(answer_bytes(answer).unwrap(), Some(answer.len()));
        assert_eq!(answer_bytes(&answer[..30]).unwrap(), None);
        assert!(answer_bytes(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(check(b"HTTP/1.1 400 Bad Request\r\n\r\n").is_err());
    }
}
