//! A bare server of the gateway's stack, in three parts.
//!
//! A request over HTTP is answered with its own query.
//! A text on a socket of the WebSocket API is answered with itself.
//! A text on a socket at `/feed` is told to every socket at any other path, each of which writes
//! all that waits for it at once, as the exchange does.
//! Same libraries, same settings, same number of threads as the shipped binary; nothing is read
//! but the query, nothing is checked, nothing is kept.

use std::convert::Infallible;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use axum::body::Body;
use axum::http::header::{
    CONNECTION, CONTENT_TYPE, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, UPGRADE,
};
use axum::http::{Request, Response, StatusCode};
use futures_util::{SinkExt, StreamExt};
use gateway::config::Bounds;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};

use crate::socket::calls;

/// As many as the shipped binary has.
const WORKERS: usize = 2;
/// Texts that a socket may be behind.
const TEXTS_MAX: usize = 65_536;
/// What is read or written at once, as in the shipped binary.
const READ_BYTES: usize = 4 * 1024;
const WRITE_BYTES: usize = 16 * 1024;
/// Where the texts to be told come in.
pub const FEED_PATH: &str = "/feed";

type Texts = broadcast::Sender<Utf8Bytes>;
type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Serves until the process is ended, or until whoever started it is gone.
///
/// # Errors
/// No socket can be listened on.
pub fn run() -> Result<ExitCode> {
    std::thread::spawn(|| {
        // The starter holds the other end: when it ends, however it does, so does this.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        serve(listener).await
    })
}

/// Serves until the listener fails.
async fn serve(listener: TcpListener) -> Result<ExitCode> {
    let (texts, _) = broadcast::channel(TEXTS_MAX);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve_connection(stream, texts.clone()));
    }
}

async fn serve_connection(stream: TcpStream, texts: Texts) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let response = respond(request, &texts);
        async move { Ok::<_, Infallible>(response) }
    });
    // An error is a client that went away.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Bounds::STANDARD.head_timeout)
        .max_header_size(Bounds::STANDARD.head_bytes_max)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

fn respond(mut request: Request<Incoming>, texts: &Texts) -> Response<Body> {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        return echo_query(&request);
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    match request.uri().path() {
        calls::PATH => tokio::spawn(echo_texts(upgrade)),
        FEED_PATH => tokio::spawn(take(upgrade, texts.clone())),
        _ => tokio::spawn(tell(upgrade, texts.subscribe())),
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    response
}

async fn socket(upgrade: OnUpgrade) -> Option<Socket> {
    let io = TokioIo::new(upgrade.await.ok()?);
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(WRITE_BYTES);
    Some(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await)
}

/// Answers each text with itself, until the client leaves.
async fn echo_texts(upgrade: OnUpgrade) {
    let Some(mut socket) = socket(upgrade).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        if message.is_text() && socket.send(message).await.is_err() {
            return;
        }
    }
}

/// Takes in what is to be told, until the client leaves.
async fn take(upgrade: OnUpgrade, texts: Texts) {
    let Some(mut socket) = socket(upgrade).await else {
        return;
    };
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message {
            // Whoever listened may have left since.
            let _ = texts.send(text);
        }
    }
}

/// Tells a socket each text, until it leaves or falls behind.
async fn tell(upgrade: OnUpgrade, mut texts: broadcast::Receiver<Utf8Bytes>) {
    let Some(mut socket) = socket(upgrade).await else {
        return;
    };
    while let Ok(text) = texts.recv().await {
        if write(&mut socket, text, &mut texts).await.is_none() {
            return;
        }
    }
}

/// Writes a text and all that wait behind it; `None` when the client has left.
async fn write(
    socket: &mut Socket,
    text: Utf8Bytes,
    texts: &mut broadcast::Receiver<Utf8Bytes>,
) -> Option<()> {
    socket.feed(Message::Text(text)).await.ok()?;
    while let Ok(text) = texts.try_recv() {
        socket.feed(Message::Text(text)).await.ok()?;
    }
    socket.flush().await.ok()
}

fn echo_query(request: &Request<Incoming>) -> Response<Body> {
    let query = request.uri().query().unwrap_or("").to_owned();
    let mut response = Response::new(Body::from(query));
    let media_type = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::pipeline::{self, Answers};
    use crate::socket::signing::Key;
    use crate::socket::{load, orders};
    use std::net::SocketAddr;
    use tokio::runtime::Runtime;

    fn start(runtime: &Runtime) -> SocketAddr {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener));
        address
    }

    #[test]
    fn the_client_gets_an_answer_to_every_request() {
        let runtime = Runtime::new().unwrap();
        let address = start(&runtime);
        let key = Key::for_tests();
        let connections = ["a", "b", "c"].map(|name| orders::signed(&key, name, 20).unwrap());
        let seen = load::run(address, connections.into()).unwrap();
        assert!(0.0 < seen.requests_per_s && 0 < seen.percentiles.p50_ns);
    }

    #[test]
    fn every_text_comes_back_in_its_turn() {
        let runtime = Runtime::new().unwrap();
        let address = start(&runtime);
        let key = Key::for_tests();
        let sockets = ["a", "b"].map(|name| (&key, calls::pairs(name, 50).unwrap()));
        let seen = pipeline::run(address, Answers::Echoed, sockets.into(), 7).unwrap();
        assert!(0.0 < seen.requests_per_s && 0 < seen.percentiles.p50_ns);
    }
}
