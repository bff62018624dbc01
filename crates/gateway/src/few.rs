//! A listener for few: the same bounds as the public one, and nothing shared with it.

use core::future::Future;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use wire::binance::error::{Fault, Refusal};

use crate::body::RequestBody;
use crate::config::Bounds;
use crate::correlation;
use crate::in_time::in_time;
use crate::reply::{Reply, Sharing, add_allowed};
use crate::transport::{RequestEnd, Transport};

const CONNECTIONS_MAX: usize = 64;
/// Pause after the system refused to accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Whoever answers on such a listener.
pub trait Answerer: Send + Sync + 'static {
    fn bounds(&self) -> Bounds;

    /// Returns the end at which it learns that the process stops.
    fn stopping(&self) -> watch::Receiver<bool>;

    /// Returns the methods that a path has.
    fn methods_of(&self, path: &str) -> Vec<&'static str>;

    /// Answers a request.
    fn answer(
        &self,
        peer: SocketAddr,
        parts: &Parts,
        body: RequestBody,
    ) -> impl Future<Output = Reply> + Send;
}

/// Serves connections until the process stops.
pub async fn serve(listener: TcpListener, answerer: Arc<impl Answerer>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut stopping = answerer.stopping();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            continue;
        };
        let answerer = Arc::clone(&answerer);
        tokio::spawn(async move {
            serve_connection(stream, peer, answerer).await;
            drop(permit);
        });
    }
}

async fn serve_connection(stream: TcpStream, peer: SocketAddr, answerer: Arc<impl Answerer>) {
    let bounds = answerer.bounds();
    let mut stopping = answerer.stopping();
    let transport = Transport::new(stream);
    let request_end = transport.request_end();
    let service = service_fn(|request| {
        let answerer = Arc::clone(&answerer);
        let request_end = request_end.clone();
        correlation::of_request(async move {
            Ok::<_, Infallible>(respond(&*answerer, peer, request, request_end).await)
        })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_timeout)
        .max_header_size(bounds.head_bytes_max)
        .serve_connection(TokioIo::new(transport), service);
    tokio::pin!(connection);
    // An error is a peer that broke the protocol or went away; there is nobody left to tell.
    let is_done = tokio::select! {
        _ = &mut connection => true,
        _ = stopping.wait_for(|is_stopping| *is_stopping) => false,
    };
    if !is_done {
        connection.as_mut().graceful_shutdown();
        let _ = connection.await;
    }
}

async fn respond(
    answerer: &impl Answerer,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
    request_end: RequestEnd,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = RequestBody::new(body, request_end);
    let target = parts.uri.path_and_query();
    let target_bytes = target.map_or(0, |target| target.as_str().len());
    let reply = if answerer.bounds().target_bytes_max < target_bytes {
        Reply::from(Refusal::of(Fault::HeadTooLarge))
    } else {
        let answer = in_time(&answerer.bounds(), answerer.answer(peer, &parts, body)).await;
        answer.unwrap_or_else(Reply::from)
    };
    let is_of_other_method = reply.status == 405;
    let mut response = reply.into_response(0, Sharing::SameOrigin);
    if is_of_other_method {
        let methods = answerer.methods_of(parts.uri.path());
        add_allowed(response.headers_mut(), methods.into_iter());
    }
    response
}
