//! A client of sockets, of the public streams or of the WebSocket API: reads everything, answers pings, counts messages.

use super::http::find;
use anyhow::{Context, Result, anyhow, ensure};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const LOOK_PERIOD: Duration = Duration::from_millis(100);
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;
const TEXT: u8 = 0x81;

/// A subscriber on a thread of its own.
#[derive(Debug)]
pub struct Subscriber {
    stop: Arc<AtomicBool>,
    messages: Arc<AtomicU64>,
    thread: JoinHandle<Result<()>>,
    socket: TcpStream,
}

impl Subscriber {
    /// Connects and subscribes to these streams.
    ///
    /// # Errors
    /// The exchange refuses.
    pub fn start(address: SocketAddr, streams: &str) -> Result<Subscriber> {
        Subscriber::open(address, &format!("/stream?streams={streams}"))
    }

    /// Connects to a socket of this path.
    ///
    /// # Errors
    /// The exchange refuses.
    pub fn open(address: SocketAddr, path: &str) -> Result<Subscriber> {
        let mut socket = TcpStream::connect(address)?;
        socket.set_read_timeout(Some(LOOK_PERIOD))?;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: exchange\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.write_all(head.as_bytes())?;
        let rest = read_head(&mut socket)?;
        let (stop, messages) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let (stopped, counted) = (Arc::clone(&stop), Arc::clone(&messages));
        let own = socket.try_clone()?;
        let thread = std::thread::Builder::new()
            .name("subscriber".to_owned())
            .spawn(move || follow(socket, rest, &stopped, &counted))?;
        Ok(Subscriber {
            stop,
            messages,
            thread,
            socket: own,
        })
    }

    /// Sends a request and waits until something has come since.
    ///
    /// # Errors
    /// Nothing comes.
    pub fn ask(&mut self, request: &str) -> Result<()> {
        const LOOKS_MAX: u32 = 500;
        let before = self.messages.load(Ordering::Relaxed);
        self.socket.write_all(&masked(TEXT, request.as_bytes())?)?;
        for _ in 0..LOOKS_MAX {
            if before < self.messages.load(Ordering::Relaxed) {
                return Ok(());
            }
            std::thread::sleep(LOOK_PERIOD / 10);
        }
        Err(anyhow!("no answer to {request}"))
    }

    /// Ends the subscription and returns how many messages came.
    ///
    /// # Errors
    /// The exchange did not keep to the protocol.
    pub fn stop(self) -> Result<u64> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread
            .join()
            .map_err(|_| anyhow!("the subscriber panicked"))??;
        Ok(self.messages.load(Ordering::Relaxed))
    }
}

/// Reads the answer to the upgrade and returns what came after it.
fn read_head(socket: &mut TcpStream) -> Result<Vec<u8>> {
    const LOOKS_MAX: u32 = 100;
    let mut received = Vec::new();
    for _ in 0..LOOKS_MAX {
        if let Some(end) = find(&received, b"\r\n\r\n") {
            ensure!(
                received.starts_with(b"HTTP/1.1 101 "),
                "{}",
                String::from_utf8_lossy(&received)
            );
            return Ok(received.split_off(end + 4));
        }
        read_some(socket, &mut received)?;
    }
    Err(anyhow!("no answer to a subscription"))
}

/// Reads what has come; false when the exchange has closed the connection.
fn read_some(socket: &mut TcpStream, received: &mut Vec<u8>) -> Result<bool> {
    let mut bytes = [0; 64 * 1024];
    match socket.read(&mut bytes) {
        Ok(count) => {
            received.extend_from_slice(&bytes[..count]);
            Ok(0 < count)
        }
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
            ) =>
        {
            Ok(true)
        }
        Err(_) => Ok(false),
    }
}

fn follow(
    mut socket: TcpStream,
    mut received: Vec<u8>,
    stop: &AtomicBool,
    messages: &AtomicU64,
) -> Result<()> {
    while !stop.load(Ordering::Relaxed) && read_some(&mut socket, &mut received)? {
        while let Some(frame_bytes) = frame_bytes(&received) {
            let frame: Vec<u8> = received.drain(..frame_bytes).collect();
            match frame[0] {
                PING => pong(&mut socket, &frame[2..])?,
                TEXT => {
                    messages.fetch_add(1, Ordering::Relaxed);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Returns the length of the first frame, or `None` until all of it is there.
fn frame_bytes(received: &[u8]) -> Option<usize> {
    let total = match *received {
        [_, 126, high, low, ..] => 4 + usize::from(u16::from_be_bytes([high, low])),
        [_, 127, a, b, c, d, e, f, g, h, ..] => {
            10 + usize::try_from(u64::from_be_bytes([a, b, c, d, e, f, g, h])).ok()?
        }
        [_, length @ 0..126, ..] => 2 + usize::from(length),
        _ => return None,
    };
    (total <= received.len()).then_some(total)
}

fn pong(socket: &mut TcpStream, payload: &[u8]) -> Result<()> {
    socket.write_all(&masked(PONG, payload)?)?;
    Ok(())
}

/// Returns a frame of a client, which masks what it sends; a mask of zeros changes nothing.
fn masked(kind: u8, payload: &[u8]) -> Result<Vec<u8>> {
    const MASKED: u8 = 0x80;
    const MASK: [u8; 4] = [0; 4];
    let length = u16::try_from(payload.len()).context("a frame of a client is short")?;
    let head = match u8::try_from(length) {
        Ok(length @ 0..126) => vec![kind, MASKED | length],
        _ => [&[kind, MASKED | 126][..], &length.to_be_bytes()].concat(),
    };
    Ok([&head[..], &MASK, payload].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_taken_when_all_of_it_is_there() {
        assert_eq!(frame_bytes(&[TEXT, 2, b'a']), None);
        assert_eq!(frame_bytes(&[TEXT, 2, b'a', b'b', TEXT]), Some(4));
        let long = [&[TEXT, 126, 1, 0][..], &[0; 256]].concat();
        assert_eq!(frame_bytes(&long), Some(260));
        assert_eq!(frame_bytes(&long[..100]), None);
    }

    #[test]
    fn a_frame_of_a_client_is_masked_and_says_how_long_it_is() {
        let frame = |bytes: usize| masked(TEXT, &vec![b'a'; bytes]).expect("short");
        assert_eq!(frame(2), [TEXT, 0x82, 0, 0, 0, 0, b'a', b'a']);
        assert_eq!(frame(300)[..8], [TEXT, 0xfe, 1, 44, 0, 0, 0, 0]);
        assert_eq!(frame(300).len(), 308);
    }
}
