//! A client of the WebSocket API and of user data streams.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use gateway::clock;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::world::{Login, hmac_hex};

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a test waits for something that must not come.
const SILENCE: Duration = Duration::from_millis(150);

pub struct Socket {
    socket: WebSocketStream<TcpStream>,
    id: u64,
}

impl Socket {
    pub async fn open(address: SocketAddr, target: &str) -> Socket {
        let stream = TcpStream::connect(address).await.expect("connects");
        let opened = client_async(format!("ws://test{target}"), stream).await;
        Socket::of(opened.expect("opens").0)
    }

    /// Opens a socket where the server takes one.
    pub async fn try_open(address: SocketAddr, target: &str) -> Option<Socket> {
        let stream = TcpStream::connect(address).await.ok()?;
        let opened = client_async(format!("ws://test{target}"), stream).await;
        opened.ok().map(|(socket, _)| Socket::of(socket))
    }

    pub const fn of(socket: WebSocketStream<TcpStream>) -> Socket {
        Socket { socket, id: 0 }
    }

    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    /// Returns the next message.
    pub async fn hear(&mut self) -> Value {
        let heard = timeout(PATIENCE, self.next()).await;
        heard.expect("something in time").expect("a message")
    }

    /// Waits until the exchange closes the socket because its right has ended; what comes before is passed over.
    pub async fn expect_close(&mut self) {
        let ended = timeout(PATIENCE, async {
            loop {
                match self.socket.next().await.expect("it is closed first") {
                    Ok(Message::Close(frame)) => return frame,
                    Ok(_) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
        let frame = ended.await.expect("it ends in time").expect("with a word");
        let (code, reason) = (frame.code, frame.reason.as_str());
        assert_eq!((code, reason), (CloseCode::Policy, "authorization ended"));
    }

    /// Returns the next message; `None` when the socket ended.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    pub async fn expect_silence(&mut self) {
        if let Ok(heard) = timeout(SILENCE, self.next()).await {
            panic!("{heard:?}");
        }
    }

    /// Sends a request and returns the next message, which is its answer unless events come before.
    pub async fn ask(&mut self, method: &str, params: Value) -> Value {
        self.request(method, params).await;
        self.hear().await
    }

    pub async fn request(&mut self, method: &str, params: Value) {
        self.id += 1;
        let request = json!({"id": self.id, "method": method, "params": params});
        self.say(&request.to_string()).await;
    }

    /// Sends a signed request and returns the next message.
    pub async fn ask_signed(&mut self, login: &Login, method: &str, params: Value) -> Value {
        self.ask(method, signed(login, params)).await
    }
}

/// Returns the parameters with key, time and signature.
pub fn signed(login: &Login, params: Value) -> Value {
    let mut params = stamped(params);
    params["apiKey"] = json!(login.public_id);
    let payload = payload(&params);
    params["signature"] = json!(hmac_hex(&login.secret, payload.as_bytes()));
    params
}

/// Returns the parameters with the time.
pub fn stamped(mut params: Value) -> Value {
    params["timestamp"] = json!(clock::now().millis());
    params
}

/// Returns what is signed: the map of `json!` is sorted by name.
pub fn payload(params: &Value) -> String {
    let pairs = params.as_object().expect("an object").iter();
    let pairs: Vec<String> = pairs
        .map(|(name, value)| match value {
            Value::String(text) => format!("{name}={text}"),
            other => format!("{name}={other}"),
        })
        .collect();
    pairs.join("&")
}
