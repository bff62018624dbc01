//! A client that sends any bytes it likes.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::PATIENCE;

pub struct RawClient {
    stream: TcpStream,
}

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl RawClient {
    /// Opens a socket at a path.
    pub async fn open(address: SocketAddr, path: &str) -> RawClient {
        let mut client = RawClient {
            stream: TcpStream::connect(address).await.expect("connects"),
        };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\n\
             Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        client.send(request.as_bytes()).await;
        let head = client.read_head().await.to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 101"), "{head}");
        // The example of RFC 6455 §1.3, and no extension.
        assert!(
            head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{head}"
        );
        assert!(!head.contains("sec-websocket-extensions"), "{head}");
        client
    }

    async fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.stream.read_u8().await.expect("a head"));
        }
        String::from_utf8(head).expect("ASCII")
    }

    /// Sends bytes; a server that has closed already gets no more of them.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    /// Returns the next frame, or `None` when the connection ended.
    pub async fn frame(&mut self) -> Option<Frame> {
        timeout(PATIENCE, self.read_frame())
            .await
            .expect("a frame in time")
    }

    async fn read_frame(&mut self) -> Option<Frame> {
        let first = self.stream.read_u8().await.ok()?;
        let length = match self.stream.read_u8().await.ok()? {
            126 => u64::from(self.stream.read_u16().await.ok()?),
            127 => self.stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).expect("small")];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some(Frame {
            opcode: first & 0x0f,
            payload,
        })
    }

    /// Skips what comes until the close frame and returns its code.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            let frame = self.frame().await?;
            if frame.opcode == CLOSE {
                let code = frame.payload.first_chunk()?;
                return Some(u16::from_be_bytes(*code));
            }
        }
    }
}

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;
/// The last frame of its message.
pub const FINAL: u8 = 0x80;

/// Returns a masked frame whose first byte is this.
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first];
    frame.extend_from_slice(&length(payload.len(), 0x80));
    frame.extend_from_slice(&MASK);
    frame.extend(
        payload
            .iter()
            .zip(MASK.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}

/// Returns the length of a frame as it is written.
pub fn length(bytes: usize, mask_bit: u8) -> Vec<u8> {
    match bytes {
        0..126 => vec![mask_bit | u8::try_from(bytes).expect("short")],
        126..65_536 => {
            let mut length = vec![mask_bit | 126];
            length.extend_from_slice(&u16::try_from(bytes).expect("medium").to_be_bytes());
            length
        }
        _ => {
            let mut length = vec![mask_bit | 127];
            length.extend_from_slice(&(bytes as u64).to_be_bytes());
            length
        }
    }
}
