//! A client of the public stream.

use super::levels::Change;
use super::recording::stream_changes;
use super::trades::Trade;
use crate::sandbox::Sandbox;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::{Error, WebSocket};

/// How long the stream is silent before the replay's end is looked for.
const SILENCE: Duration = Duration::from_secs(2);
/// A replay that is silent for longer without ending is stuck.
const SILENCES_MAX: u32 = 60;

/// What a message says.
pub enum Message {
    Depth(Vec<Change>),
    Trade(Trade),
}

/// An open stream.
pub struct Stream {
    socket: WebSocket<TcpStream>,
    last_update: u64,
}

impl Stream {
    /// Opens a stream.
    pub fn open(url: &str) -> Result<Stream> {
        let address = url
            .trim_start_matches("ws://")
            .split('/')
            .next()
            .context("a stream's address")?;
        let connection = TcpStream::connect(address)?;
        connection.set_read_timeout(Some(SILENCE))?;
        let (socket, _) =
            tungstenite::client(url, connection).map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Stream {
            socket,
            last_update: 0,
        })
    }

    /// Returns the next message, or `None` once the replay has ended and everything was read.
    pub fn next(&mut self, sandbox: &Sandbox) -> Result<Option<Message>> {
        let mut silences = 0;
        loop {
            match self.socket.read() {
                Ok(message) if message.is_text() => return self.read(message.to_text()?).map(Some),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    silences += 1;
                    if sandbox.log().contains("replay") {
                        return Ok(None);
                    }
                    if SILENCES_MAX < silences {
                        bail!("nothing came for {} s:\n{}", silences * 2, sandbox.log());
                    }
                }
                Err(error) => return Err(error).context("the public stream broke off"),
            }
        }
    }

    fn read(&mut self, text: &str) -> Result<Message> {
        let value: Value = serde_json::from_str(text)?;
        let data = &value["data"];
        match data["e"].as_str() {
            Some("depthUpdate") => {
                let number = |name: &str| {
                    data[name]
                        .as_u64()
                        .with_context(|| format!("no {name} in {text}"))
                };
                if number("U")? != self.last_update + 1 {
                    bail!("after update {} came {}", self.last_update, number("U")?);
                }
                self.last_update = number("u")?;
                Ok(Message::Depth(stream_changes(data)?))
            }
            Some("aggTrade") => Ok(Message::Trade(Trade::read(data)?)),
            _ => bail!("a message nobody asked for: {text}"),
        }
    }
}
