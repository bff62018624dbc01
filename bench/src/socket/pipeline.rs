//! The client of the WebSocket API: some sockets, each with many requests under way.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::measure::latency::Latencies;
use crate::socket::beside::Seen;
use crate::socket::calls::{self, check_granted};
use crate::socket::frames::{self, Frame, Incoming};
use crate::socket::requests::Requests;
use crate::socket::signing::Key;

/// Who answers, and how.
#[derive(Debug, Clone, Copy)]
pub enum Answers {
    /// The bare server: each request with itself.
    Echoed,
    /// The exchange, to whoever has logged on.
    Granted,
}

/// Sends every socket's requests, `window` of them at a time, and waits for all answers.
///
/// # Errors
/// An answer that is not the one expected, or a socket that ends.
pub fn run(
    address: SocketAddr,
    answers: Answers,
    sockets: Vec<(&Key, Requests)>,
    window: usize,
) -> Result<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run_async(address, answers, sockets, window))
}

async fn run_async(
    address: SocketAddr,
    answers: Answers,
    sockets: Vec<(&Key, Requests)>,
    window: usize,
) -> Result<Seen> {
    let mut streams = Vec::with_capacity(sockets.len());
    for (key, _) in &sockets {
        streams.push(match answers {
            Answers::Echoed => frames::open(address, calls::PATH).await?,
            Answers::Granted => calls::log_on(address, key).await?,
        });
    }
    let count: usize = sockets.iter().map(|(_, requests)| requests.len()).sum();
    let mut latencies = Latencies::with_room_for(count);
    let mut tasks = JoinSet::new();
    let started = Instant::now();
    for (stream, (_, requests)) in streams.into_iter().zip(sockets) {
        tasks.spawn(drive(stream, requests, answers, window));
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
    answers: Answers,
    window: usize,
) -> Result<Vec<Duration>> {
    let mut incoming = Incoming::new();
    let mut sent_at = Vec::with_capacity(requests.len());
    let mut times = Vec::with_capacity(requests.len());
    while times.len() < requests.len() {
        let end = requests.len().min(times.len() + window);
        let fresh = requests.slice(sent_at.len()..end);
        sent_at.resize(end, Instant::now());
        stream.write_all(fresh).await?;
        incoming.fill(&mut stream).await?;
        while let Some(frame) = incoming.next()? {
            // Pings need no answer within a minute; a run is shorter.
            if let Frame::Text(answer) = frame {
                answers.check(answer, times.len())?;
                times.push(sent_at[times.len()].elapsed());
            }
        }
    }
    Ok(times)
}

impl Answers {
    /// Checks the answer to request `number`; answers come in the order of the requests.
    fn check(self, answer: &[u8], number: usize) -> Result<()> {
        match self {
            Answers::Granted => check_granted(answer, number),
            Answers::Echoed => {
                let expected = format!(r#"{{"id":{number},"method""#);
                let is_echo = answer.starts_with(expected.as_bytes());
                ensure!(is_echo, "{number}: {}", String::from_utf8_lossy(answer));
                Ok(())
            }
        }
    }
}
