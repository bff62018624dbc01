//! A bare HTTP client that sends exactly the bytes it is given.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

/// One kept-alive connection.
pub struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
    /// The body as it came.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }

    /// Status, code and text of an error.
    pub fn error(&self) -> (u16, i64, String) {
        let body = self.json();
        let code = body["code"]
            .as_i64()
            .unwrap_or_else(|| panic!("no code: {self:?}"));
        let msg = body["msg"]
            .as_str()
            .unwrap_or_else(|| panic!("no msg: {self:?}"));
        assert_eq!(
            self.header("content-type"),
            Some("application/json;charset=UTF-8")
        );
        (self.status, code, msg.to_owned())
    }
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).await.expect("connects");
        Client {
            stream,
            unread: Vec::new(),
        }
    }

    pub async fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, "", "").await
    }

    pub async fn send(&mut self, method: &str, target: &str, headers: &str, body: &str) -> Answer {
        let length = if body.is_empty() {
            String::new()
        } else {
            let form = "Content-Type: application/x-www-form-urlencoded\r\n";
            format!("{form}Content-Length: {}\r\n", body.len())
        };
        let request =
            format!("{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}{length}\r\n{body}");
        self.send_bytes(request.as_bytes()).await;
        self.read().await.expect("an answer")
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        // A server that has answered and closed already is told nothing more.
        let _ = self.stream.write_all(bytes).await;
    }

    /// Ends what is said, and goes on listening.
    pub async fn say_no_more(&mut self) {
        self.stream.shutdown().await.expect("a connection");
    }

    /// Returns the next answer, or `None` when the connection ended.
    pub async fn read(&mut self) -> Option<Answer> {
        tokio::time::timeout(PATIENCE, self.read_answer())
            .await
            .expect("an answer in time")
    }

    async fn read_answer(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = find(&self.unread, b"\r\n\r\n") {
                break end + 4;
            }
            self.fill().await?;
        };
        let head = String::from_utf8(self.unread[..end].to_vec()).expect("an ASCII head");
        let answer = Answer {
            status: head[9..12].parse().expect("a status"),
            head,
            body: String::new(),
            bytes: Vec::new(),
        };
        if answer.header("transfer-encoding") == Some("chunked") {
            self.unread.drain(..end);
            let bytes = self.read_pieces().await?;
            return Some(Answer { bytes, ..answer });
        }
        let length: usize = answer
            .header("content-length")
            .map_or(0, |text| text.parse().expect("a length"));
        while self.unread.len() < end + length {
            self.fill().await?;
        }
        let bytes = self.unread[end..end + length].to_vec();
        self.unread.drain(..end + length);
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Some(Answer {
            body,
            bytes,
            ..answer
        })
    }

    /// Returns the pieces of a body as one, `None` when it broke off.
    async fn read_pieces(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let end = loop {
                match find(&self.unread, b"\r\n") {
                    Some(end) => break end,
                    None => self.fill().await?,
                }
            };
            let length = core::str::from_utf8(&self.unread[..end]).expect("a length");
            let length = usize::from_str_radix(length, 16).expect("a length");
            let (first, last) = (end + 2, end + 2 + length);
            while self.unread.len() < last + 2 {
                self.fill().await?;
            }
            bytes.extend_from_slice(&self.unread[first..last]);
            self.unread.drain(..last + 2);
            if length == 0 {
                return Some(bytes);
            }
        }
    }

    async fn fill(&mut self) -> Option<()> {
        let mut buffer = vec![0; 65_536];
        let count = self.stream.read(&mut buffer).await.unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..count]);
        (0 < count).then_some(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
