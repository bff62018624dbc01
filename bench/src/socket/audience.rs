//! Many sockets that listen to the streams of one market, and check that nothing is missing.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use crate::measure::latency::{Latencies, Percentiles};
use crate::socket::busy::STREAM_SYMBOL;
use crate::socket::frames::{self, Frame, Incoming};
use crate::socket::signing::since_1970;

/// All messages have arrived when none has for so long: the exchange tells of the book every 100 ms.
const QUIET: Duration = Duration::from_millis(500);

/// Sockets that are open and listen.
pub struct Audience {
    readers: Runtime,
    sockets: Vec<Arc<Mutex<Heard>>>,
    arrived: Arc<AtomicU64>,
}

/// What all sockets have heard, each the same.
pub struct Reception {
    /// Over all sockets.
    pub messages: u64,
    pub text_bytes: u64,
    /// At each socket.
    pub trades: u64,
    pub depths: u64,
    /// From when it happened until it was read.
    pub delays: Percentiles,
    /// What the first socket was told.
    pub kept: Vec<Kept>,
}

/// A message, and when what it tells happened.
#[derive(Debug)]
pub struct Kept {
    pub event_us: u64,
    pub text: String,
}

/// Whether a socket keeps what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeping {
    Everything,
    Nothing,
}

impl Audience {
    /// Opens sockets of a server, one after the other.
    ///
    /// # Errors
    /// The server does not open one.
    pub fn open(address: SocketAddr, count: u32) -> Result<Audience> {
        let readers = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let path = format!(
            "/stream?streams={STREAM_SYMBOL}@depth@100ms/{STREAM_SYMBOL}@trade&timeUnit=MICROSECOND"
        );
        let arrived = Arc::new(AtomicU64::new(0));
        let mut sockets = Vec::with_capacity(count as usize);
        for number in 0..count {
            let stream = readers.block_on(frames::open(address, &path))?;
            let keeping = if number == 0 {
                Keeping::Everything
            } else {
                Keeping::Nothing
            };
            let heard = Arc::new(Mutex::new(Heard::by_one(keeping)));
            readers.spawn(listen(stream, Arc::clone(&heard), Arc::clone(&arrived)));
            sockets.push(heard);
        }
        Ok(Audience {
            readers,
            sockets,
            arrived,
        })
    }

    /// Waits until nothing comes any more.
    pub fn wait_until_quiet(&self) {
        let mut messages = self.arrived.load(Ordering::Relaxed);
        let mut since = Instant::now();
        while since.elapsed() < QUIET {
            std::thread::sleep(Duration::from_millis(5));
            let now = self.arrived.load(Ordering::Relaxed);
            if now != messages {
                (messages, since) = (now, Instant::now());
            }
        }
    }

    /// Closes all sockets and returns what they have heard.
    ///
    /// # Errors
    /// A socket was cut off or has missed a message, or `trades` are not what they were told.
    pub fn close(self, trades: u64) -> Result<Reception> {
        self.readers.shutdown_background();
        let first = lock(self.sockets.first().context("nobody listens")?).spans();
        let mut latencies =
            Latencies::with_room_for(usize::try_from(self.arrived.load(Ordering::SeqCst))?);
        let mut reception = (0, 0);
        for (number, heard) in self.sockets.iter().enumerate() {
            let heard = lock(heard);
            heard
                .check(first, trades)
                .with_context(|| format!("socket {number}"))?;
            for delay_us in &heard.delays_us {
                latencies.record(Duration::from_micros(*delay_us));
            }
            reception.0 += heard.delays_us.len() as u64;
            reception.1 += heard.text_bytes;
        }
        let mut heard = lock(&self.sockets[0]);
        Ok(Reception {
            messages: reception.0,
            text_bytes: reception.1,
            trades,
            depths: heard.delays_us.len() as u64 - trades,
            delays: latencies.percentiles().context("nothing was told")?,
            kept: heard.kept.take().unwrap_or_default(),
        })
    }
}

fn lock(heard: &Mutex<Heard>) -> MutexGuard<'_, Heard> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(mut stream: TcpStream, heard: Arc<Mutex<Heard>>, arrived: Arc<AtomicU64>) {
    let mut incoming = Incoming::new();
    let error = loop {
        if let Err(error) = hear(&mut stream, &mut incoming, &heard, &arrived).await {
            break error;
        }
    };
    lock(&heard).ended = Some(format!("{error:#}"));
}

/// Waits for what comes next, and takes all of it in.
async fn hear(
    stream: &mut TcpStream,
    incoming: &mut Incoming,
    heard: &Mutex<Heard>,
    arrived: &AtomicU64,
) -> Result<()> {
    incoming.fill(stream).await?;
    let now_us = u64::try_from(since_1970()?.as_micros())?;
    let mut pongs = Vec::new();
    let mut count = 0;
    {
        let mut heard = lock(heard);
        while let Some(frame) = incoming.next()? {
            match frame {
                Frame::Text(text) => {
                    heard.take_in(text, now_us)?;
                    count += 1;
                }
                Frame::Ping(payload) => pongs.extend(frames::pong(payload)),
            }
        }
    }
    arrived.fetch_add(count, Ordering::SeqCst);
    if !pongs.is_empty() {
        stream.write_all(&pongs).await?;
    }
    Ok(())
}

/// What one socket has heard.
#[derive(Debug)]
struct Heard {
    trades: Option<Span>,
    updates: Option<Span>,
    delays_us: Vec<u64>,
    text_bytes: u64,
    kept: Option<Vec<Kept>>,
    /// Why the socket hears nothing more.
    ended: Option<String>,
}

/// Numbers without a gap, both ends inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: u64,
    last: u64,
}

impl Heard {
    fn by_one(keeping: Keeping) -> Heard {
        Heard {
            trades: None,
            updates: None,
            delays_us: Vec::new(),
            text_bytes: 0,
            kept: (keeping == Keeping::Everything).then(Vec::new),
            ended: None,
        }
    }

    fn spans(&self) -> [Option<Span>; 2] {
        [self.trades, self.updates]
    }

    /// # Errors
    /// A message is missing before this one.
    fn take_in(&mut self, text: &[u8], now_us: u64) -> Result<()> {
        let event_us = number(text, br#""E":"#)?;
        if contains(text, br#""e":"trade""#) {
            let trade = number(text, br#""t":"#)?;
            extend(&mut self.trades, trade, trade).context("trades")?;
        } else if contains(text, br#""e":"depthUpdate""#) {
            let first = number(text, br#""U":"#)?;
            let last = number(text, br#""u":"#)?;
            extend(&mut self.updates, first, last).context("updates")?;
        } else {
            bail!(
                "a message of neither stream: {}",
                String::from_utf8_lossy(text)
            );
        }
        self.delays_us.push(now_us.saturating_sub(event_us));
        self.text_bytes += text.len() as u64;
        if let Some(kept) = &mut self.kept {
            let text = String::from_utf8(text.to_vec())?;
            kept.push(Kept { event_us, text });
        }
        Ok(())
    }

    fn check(&self, spans: [Option<Span>; 2], trades: u64) -> Result<()> {
        if let Some(error) = &self.ended {
            bail!("{error}");
        }
        ensure!(
            self.spans() == spans,
            "heard {:?}, and the first socket {spans:?}",
            self.spans()
        );
        let heard = self.trades.map_or(0, |span| span.last - span.first + 1);
        ensure!(heard == trades, "heard {heard} trades of {trades}");
        Ok(())
    }
}

fn extend(span: &mut Option<Span>, first: u64, last: u64) -> Result<()> {
    let start = match span {
        Some(before) => {
            ensure!(first == before.last + 1, "{first} after {}", before.last);
            before.first
        }
        None => first,
    };
    *span = Some(Span { first: start, last });
    Ok(())
}

/// All that is looked for stands near the beginning.
const HEAD_BYTES: usize = 160;

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    position(text, wanted).is_some()
}

fn number(text: &[u8], name: &[u8]) -> Result<u64> {
    let start = position(text, name).context("a message without a number")? + name.len();
    let digits = text[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    Ok(digits.fold(0, |sum, digit| 10 * sum + u64::from(digit - b'0')))
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text[..text.len().min(HEAD_BYTES)]
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(first: u64, last: u64) -> String {
        format!(
            r#"{{"stream":"btcusdt@depth@100ms","data":{{"e":"depthUpdate","E":1000,"s":"BTCUSDT","U":{first},"u":{last},"b":[],"a":[]}}}}"#
        )
    }

    #[test]
    fn a_missing_message_is_noticed() {
        let mut heard = Heard::by_one(Keeping::Everything);
        heard.take_in(depth(3, 5).as_bytes(), 1_500).unwrap();
        heard.take_in(depth(6, 6).as_bytes(), 1_700).unwrap();
        assert_eq!(heard.delays_us, [500, 700]);
        assert_eq!(heard.updates, Some(Span { first: 3, last: 6 }));
        assert!(heard.take_in(depth(8, 8).as_bytes(), 1_700).is_err());
        assert!(heard.check(heard.spans(), 0).is_ok());
        assert!(heard.check([None, None], 0).is_err());
        assert!(heard.check(heard.spans(), 1).is_err());
        heard.ended = Some("gone".to_owned());
        assert!(heard.check(heard.spans(), 0).is_err());
    }
}
