//! The client's end of a WebSocket, cheap enough to leave the machine to the servers.
//!
//! Frames are written with a mask of zeros, which leaves their text as it is, so that they can be
//! made before the clock starts. Messages in pieces do not occur.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio_tungstenite::client_async;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
/// Set on a frame that is a whole message.
const WHOLE: u8 = 0x80;
/// Set on the length of a frame with a mask.
const MASKED: u8 = 0x80;
/// In place of a length: it follows in two bytes, or in eight.
const LENGTH_IN_2: u8 = 126;
const LENGTH_IN_8: u8 = 127;
const ROOM_BYTES: usize = 4 * 1024;

/// Opens a socket of a server at `path`.
///
/// # Errors
/// The server does not open it.
pub async fn open(address: SocketAddr, path: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let opened = client_async(format!("ws://{address}{path}"), stream).await;
    // Nothing has been told yet that could lie between: whoever reads on begins with a frame.
    Ok(opened.context("a socket cannot be opened")?.0.into_inner())
}

/// Returns the frame of a text as a client writes it.
pub fn text(text: &str) -> Vec<u8> {
    frame(TEXT, text.as_bytes())
}

/// Returns the frame that answers a ping.
pub fn pong(payload: &[u8]) -> Vec<u8> {
    frame(PONG, payload)
}

fn frame(code: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(WHOLE | code);
    let length = payload.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < LENGTH_IN_2 => frame.push(MASKED | short),
        (_, Ok(long)) => {
            frame.push(MASKED | LENGTH_IN_2);
            frame.extend_from_slice(&long.to_be_bytes());
        }
        _ => {
            frame.push(MASKED | LENGTH_IN_8);
            frame.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(payload);
    frame
}

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
}

/// What has been read from a server, and not yet looked at.
#[derive(Debug)]
pub struct Incoming {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Incoming {
    pub fn new() -> Incoming {
        Incoming {
            buffer: vec![0; ROOM_BYTES],
            start: 0,
            end: 0,
        }
    }

    /// Waits until the server has said something more.
    ///
    /// # Errors
    /// It never will.
    pub async fn fill(&mut self, stream: &mut (impl AsyncRead + Unpin)) -> Result<()> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(2 * self.end, 0);
        }
        let count = stream.read(&mut self.buffer[self.end..]).await?;
        ensure!(0 < count, "the server closed a socket");
        self.end += count;
        Ok(())
    }

    /// Returns the next frame; `None` while it is not whole.
    ///
    /// # Errors
    /// A close frame, or one that is not expected.
    pub fn next(&mut self) -> Result<Option<Frame<'_>>> {
        let read = &self.buffer[self.start..self.end];
        let Some((head_bytes, length)) = head(read) else {
            return Ok(None);
        };
        let Some(payload) = read.get(head_bytes..head_bytes + length) else {
            return Ok(None);
        };
        self.start += head_bytes + length;
        match read[0] ^ WHOLE {
            TEXT => Ok(Some(Frame::Text(payload))),
            PING => Ok(Some(Frame::Ping(payload))),
            CLOSE => bail!("cut off: {}", String::from_utf8_lossy(payload)),
            other => bail!("a frame of kind {other}"),
        }
    }
}

/// Returns the length of a frame's head and that of its payload; `None` while the head is not whole.
fn head(read: &[u8]) -> Option<(usize, usize)> {
    match *read.get(1)? {
        LENGTH_IN_2 => {
            let length = u16::from_be_bytes(read.get(2..4)?.try_into().ok()?);
            Some((4, usize::from(length)))
        }
        LENGTH_IN_8 => {
            let length = u64::from_be_bytes(read.get(2..10)?.try_into().ok()?);
            Some((10, usize::try_from(length).ok()?))
        }
        short => Some((2, usize::from(short))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a frame as a server writes it: without a mask.
    fn served(code: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = frame(code, payload);
        let mask_at = frame.len() - payload.len() - 4;
        frame.drain(mask_at..mask_at + 4);
        frame[1] &= !MASKED;
        frame
    }

    #[tokio::test]
    async fn frames_of_every_length_come_out_as_they_went_in() {
        let mut incoming = Incoming::new();
        let texts = [3, 125, 126, 5_000, 65_535, 65_536].map(|length| vec![b'x'; length]);
        let bytes = texts.iter().flat_map(|text| served(TEXT, text));
        let bytes: Vec<u8> = bytes.chain(served(PING, b"1")).collect();
        let mut stream = bytes.as_slice();
        for text in &texts {
            loop {
                match incoming.next().unwrap() {
                    Some(frame) => break assert_eq!(frame, Frame::Text(text)),
                    None => incoming.fill(&mut stream).await.unwrap(),
                }
            }
        }
        assert_eq!(incoming.next().unwrap(), Some(Frame::Ping(b"1")));
        assert_eq!(incoming.next().unwrap(), None);
        assert!(incoming.fill(&mut stream).await.is_err());
    }

    #[tokio::test]
    async fn a_close_frame_is_an_error() {
        let mut incoming = Incoming::new();
        let bytes = served(CLOSE, b"\x03\xf0slow");
        incoming.fill(&mut bytes.as_slice()).await.unwrap();
        let error = incoming.next().unwrap_err();
        assert!(error.to_string().contains("slow"), "{error}");
    }
}
