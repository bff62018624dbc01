//! The client: many kept-alive connections, each with one request under way.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::measure::latency::Latencies;
use crate::socket::beside::Seen;
use crate::socket::requests::Requests;

const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Sends every connection's requests and waits for all answers.
///
/// # Errors
/// An answer that is not 200, or a connection that ends.
pub fn run(address: SocketAddr, connections: Vec<Requests>) -> Result<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run_async(address, connections))
}

async fn run_async(address: SocketAddr, connections: Vec<Requests>) -> Result<Seen> {
    let mut streams = Vec::with_capacity(connections.len());
    for _ in &connections {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let count: usize = connections.iter().map(Requests::len).sum();
    let mut latencies = Latencies::with_room_for(count);
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for (stream, requests) in streams.into_iter().zip(connections) {
        tasks.spawn(drive(stream, requests));
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

async fn drive(mut stream: TcpStream, requests: Requests) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(requests.len());
    let mut buffer = vec![0; ANSWER_BYTES_MAX];
    for request in requests.iter() {
        let started = Instant::now();
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
