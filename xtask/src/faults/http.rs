//! One kept connection to the API, which tells exactly how it ended.

use anyhow::{Context, Result};
use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// No answer takes longer: the exchange itself gives up before.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);
const HEAD_END: &[u8] = b"\r\n\r\n";

/// A kept connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Nobody listens.
    Refused,
    /// The connection was closed and not one byte of an answer had come.
    Closed,
    /// The connection was reset and not one byte of an answer had come.
    Reset,
    /// Part of an answer came.
    Torn { received_bytes: usize },
    /// Nothing came in time.
    Slow,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Broken::Refused => f.write_str("refused"),
            Broken::Closed => f.write_str("closed"),
            Broken::Reset => f.write_str("reset"),
            Broken::Torn { received_bytes } => write!(f, "torn after {received_bytes} bytes"),
            Broken::Slow => f.write_str("slow"),
        }
    }
}

impl std::error::Error for Broken {}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens.
    pub fn open(address: SocketAddr) -> Result<Connection, Broken> {
        let stream = TcpStream::connect(address).map_err(|_| Broken::Refused)?;
        let is_set = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(ANSWER_TIME_MAX)));
        is_set.map_err(|_| Broken::Refused)?;
        Ok(Connection {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends a request without a body and waits for its answer.
    ///
    /// # Errors
    /// There is none, and why; the connection is of no use then.
    pub fn ask(&mut self, method: &str, target: &str, key: &str) -> Result<Answer, Broken> {
        let head =
            format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nX-MBX-APIKEY: {key}\r\n\r\n");
        // What was written in vain says less than what can still be read.
        let _ = self.stream.write_all(head.as_bytes());
        self.receive()
    }

    fn receive(&mut self) -> Result<Answer, Broken> {
        let head_bytes = loop {
            if let Some(end) = find(&self.received, HEAD_END) {
                break end + HEAD_END.len();
            }
            self.read()?;
        };
        let head = parse_head(&self.received[..head_bytes]).map_err(|_| self.torn())?;
        while self.received.len() < head_bytes + head.body_bytes {
            self.read()?;
        }
        let body = self.received[head_bytes..head_bytes + head.body_bytes].to_vec();
        self.received.drain(..head_bytes + head.body_bytes);
        Ok(Answer {
            status: head.status,
            body,
        })
    }

    fn read(&mut self) -> Result<(), Broken> {
        let mut bytes = [0; 16 * 1024];
        let broken = match self.stream.read(&mut bytes) {
            Ok(0) => Broken::Closed,
            Ok(count) => {
                self.received.extend_from_slice(&bytes[..count]);
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Broken::Slow
            }
            Err(_) => Broken::Reset,
        };
        Err(if self.received.is_empty() {
            broken
        } else {
            self.torn()
        })
    }

    fn torn(&self) -> Broken {
        Broken::Torn {
            received_bytes: self.received.len(),
        }
    }
}

struct Head {
    status: u16,
    body_bytes: usize,
}

fn parse_head(bytes: &[u8]) -> Result<Head> {
    let text = std::str::from_utf8(bytes)?;
    let mut lines = text.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .context("a status line")?
        .parse()?;
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let body_bytes = length
        .context("an answer tells its length")?
        .1
        .trim()
        .parse()?;
    Ok(Head { status, body_bytes })
}

/// Returns where `part` begins.
pub fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_status_and_length() {
        let head = parse_head(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 12\r\n\r\n")
            .expect("a head");
        assert_eq!((head.status, head.body_bytes), (503, 12));
        assert!(parse_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
