//! A bare server of the gateway's stack: it answers every request with the request's own query.
//!
//! Same libraries, same settings, same number of threads as the shipped binary; nothing is read
//! but the query, nothing is checked, nothing is kept.

use std::convert::Infallible;
use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Request, Response};
use gateway::config::Bounds;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

/// As many as the shipped binary has.
const WORKERS: usize = 2;

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
    runtime.block_on(serve())
}

async fn serve() -> Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr().context("the socket has no address")?;
    println!("{address}");
    std::io::stdout().flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve_connection(stream));
    }
}

async fn serve_connection(stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| async move { Ok::<_, Infallible>(echo(&request)) });
    // An error is a client that went away.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Bounds::STANDARD.head_timeout)
        .max_header_size(Bounds::STANDARD.head_bytes_max)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}

fn echo(request: &Request<Incoming>) -> Response<Body> {
    let query = request.uri().query().unwrap_or("").to_owned();
    let mut response = Response::new(Body::from(query));
    let media_type = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}
