//! A bare server of the gateway's stack: it answers every request with the request's own query.
//!
//! Whoever opens a WebSocket gets the queries of all selling orders, each as a message.
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
use futures_util::SinkExt;
use gateway::config::Bounds;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role};

/// As many as the shipped binary has.
const WORKERS: usize = 2;
/// Queries that a socket may be behind.
const QUERIES_MAX: usize = 65_536;

type Queries = broadcast::Sender<Utf8Bytes>;

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
    let (queries, _) = broadcast::channel(QUERIES_MAX);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve_connection(stream, queries.clone()));
    }
}

async fn serve_connection(stream: TcpStream, queries: Queries) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let response = respond(request, &queries);
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

fn respond(mut request: Request<Incoming>, queries: &Queries) -> Response<Body> {
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        return echo(&request, queries);
    };
    let accept = derive_accept_key(key.as_bytes());
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(tell(upgrade, queries.subscribe()));
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

/// Sends each such query to a socket, until that leaves or falls behind.
async fn tell(upgrade: OnUpgrade, mut queries: broadcast::Receiver<Utf8Bytes>) {
    let Ok(upgraded) = upgrade.await else {
        return;
    };
    let io = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
    while let Ok(query) = queries.recv().await {
        if socket.send(Message::Text(query)).await.is_err() {
            return;
        }
    }
}

fn echo(request: &Request<Incoming>, queries: &Queries) -> Response<Body> {
    let query = request.uri().query().unwrap_or("").to_owned();
    if 0 < queries.receiver_count() && query.contains("side=SELL") {
        // Whoever listened may have left since.
        let _ = queries.send(Utf8Bytes::from(query.as_str()));
    }
    let mut response = Response::new(Body::from(query));
    let media_type = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::exchange::Key;
    use crate::socket::load;
    use crate::socket::orders::Requests;

    #[test]
    fn the_client_gets_an_answer_to_every_request() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener));
        let key = Key {
            id: "id".to_owned(),
            secret: "secret".to_owned(),
        };
        let connections = ["a", "b", "c"].map(|name| Requests::signed(&key, name, 20).unwrap());
        let seen = load::run(address, connections.into()).unwrap();
        assert!(0.0 < seen.requests_per_s && 0 < seen.percentiles.p50_ns);
    }
}
