//! A well-behaved client.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Longer than anything takes on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long a test waits for something that must not come.
const SILENCE: Duration = Duration::from_millis(150);

pub struct Client {
    socket: WebSocketStream<TcpStream>,
}

/// What came.
#[derive(Debug, PartialEq)]
pub enum Heard {
    Message(Value),
    /// Code and reason.
    Closed(u16, String),
    Gone,
}

impl Client {
    /// Opens a socket at a path with its query.
    pub async fn open(address: SocketAddr, target: &str) -> Client {
        Client::try_open(address, target).await.expect("opens")
    }

    /// # Errors
    /// The HTTP status of a refusal.
    pub async fn try_open(address: SocketAddr, target: &str) -> Result<Client, u16> {
        let stream = TcpStream::connect(address).await.expect("connects");
        Client::shake_hands(stream, target).await
    }

    /// Opens a socket whose kernel keeps little for it.
    pub async fn open_narrow(address: SocketAddr, target: &str) -> Client {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4_096).expect("a size");
        let stream = socket.connect(address).await.expect("connects");
        Client::shake_hands(stream, target).await.expect("opens")
    }

    async fn shake_hands(stream: TcpStream, target: &str) -> Result<Client, u16> {
        match client_async(format!("ws://test{target}"), stream).await {
            Ok((socket, _)) => Ok(Client { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn say(&mut self, text: &str) {
        // A server that closed already is told nothing more.
        let _ = self.socket.send(Message::text(text)).await;
    }

    pub async fn send(&mut self, message: Message) {
        let _ = self.socket.send(message).await;
    }

    /// Returns what comes next, but for pings.
    pub async fn hear(&mut self) -> Heard {
        timeout(PATIENCE, self.next())
            .await
            .expect("something in time")
    }

    async fn next(&mut self) -> Heard {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Heard::Message(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(message)) => panic!("{message:?}"),
                Some(Err(_)) | None => return Heard::Gone,
            }
        }
    }

    /// Returns the next message.
    pub async fn message(&mut self) -> Value {
        match self.hear().await {
            Heard::Message(message) => message,
            heard => panic!("{heard:?}"),
        }
    }

    /// Subscribes and waits until it stands.
    pub async fn subscribe(&mut self, streams: &[&str]) {
        let answer = self
            .ask(json!({"method": "SUBSCRIBE", "params": streams, "id": 1}))
            .await;
        assert_eq!(answer, json!({"result": null, "id": 1}));
    }

    /// Says something and returns the answer.
    pub async fn ask(&mut self, question: Value) -> Value {
        self.say(&question.to_string()).await;
        self.message().await
    }

    /// Checks that nothing comes for a while.
    pub async fn expect_silence(&mut self) {
        if let Ok(heard) = timeout(SILENCE, self.next()).await {
            panic!("{heard:?}");
        }
    }
}
