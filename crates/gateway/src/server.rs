//! Connections: accepting, bounding and serving them.

use core::future::{Future, poll_fn};
use core::task::Poll;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONNECTION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use wire::binance::error::{Fault, Refusal};

use crate::body::RequestBody;
use crate::clock;
use crate::correlation;
use crate::crowd::Crowd;
use crate::files;
use crate::framing::{self, After};
use crate::gateway::Gateway;
use crate::mount::Mount;
use crate::patience::{Answer, End, Line, Patience};
use crate::transport::{RequestEnd, Transport};
use crate::ws::routes::open;
use crate::ws_api;

/// Pause after the system refused to accept, for example because it has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until the gateway is told to stop.
///
/// Connections beyond the bound are closed at once, so that those that are open keep their memory.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>) {
    let crowd = Crowd::of(gateway.config());
    let room = Arc::new(Semaphore::new(gateway.config().bounds.connections_max));
    let mut stopping = gateway.stopping();
    let patience = Patience::new(gateway.config().bounds.head_timeout);
    tokio::spawn(Arc::clone(&patience).run(gateway.stopping()));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|is_stopping| *is_stopping) => return,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        // Whoever comes through a proxy is counted by request.
        let is_proxy = gateway.proxies().has(peer.ip());
        let seat = crowd.enter(peer.ip());
        if seat.is_none() && !is_proxy {
            continue;
        }
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            continue;
        };
        let (gateway, opened) = (Arc::clone(&gateway), patience.open());
        tokio::spawn(async move {
            serve_connection(stream, peer, gateway, opened.line()).await;
            drop((permit, seat, opened));
        });
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    gateway: Arc<Gateway>,
    line: &Arc<Line>,
) {
    let _open = Open::new(&gateway.metrics().http_connections);
    // A small answer must not wait for the acknowledgement of the one before; without it, it is only slower.
    let _ = stream.set_nodelay(true);
    let transport = Transport::new(stream);
    let request_end = transport.request_end();
    let service = service_fn(|request| {
        line.begin();
        let (gateway, line) = (Arc::clone(&gateway), Arc::clone(line));
        let request_end = request_end.clone();
        correlation::of_request(async move {
            let response = respond(&gateway, peer, request, request_end).await;
            Ok::<_, Infallible>(response.map(|body| Answer::new(body, line)))
        })
    });
    let connection = http1::Builder::new()
        .max_header_size(gateway.config().bounds.head_bytes_max)
        // Who ends what it says may still listen, and what it asked for is done in any case: looking for the end would
        // cost a read for every request that waits.
        .half_close(true)
        // One piece is copied and sent by one short system call.
        .writev(false)
        .serve_connection(TokioIo::new(transport), service)
        .with_upgrades();
    tokio::pin!(connection);
    let mut known = None;
    loop {
        // An error is a peer that broke the protocol or went away; there is nobody left to tell.
        let end = poll_fn(|context| match connection.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(None),
            Poll::Pending => line.poll_end(known, context).map(Some),
        });
        known = end.await;
        match known {
            Some(End::Stopping) => connection.as_mut().graceful_shutdown(),
            Some(End::TooSlow) | None => return,
        }
    }
}

async fn respond(
    gateway: &Arc<Gateway>,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
    request_end: RequestEnd,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = RequestBody::new(body, request_end);
    let address = match admit(gateway, peer, &parts) {
        Ok(address) => address,
        Err(refusal) => return closing(gateway.refuse_unread(peer.ip(), refusal)),
    };
    let after = framing::after(&parts);
    let response = answer(gateway, address, parts, body).await;
    match after {
        After::Open => response,
        After::Closed => closing(response),
    }
}

/// Returns who asks.
///
/// # Errors
/// A head that is too long, or that could be understood in two ways.
fn admit(gateway: &Gateway, peer: SocketAddr, parts: &Parts) -> Result<IpAddr, Refusal> {
    let target = parts.uri.path_and_query();
    let target_bytes = target.map_or(0, |target| target.as_str().len());
    if gateway.config().bounds.target_bytes_max < target_bytes {
        return Err(Refusal::of(Fault::HeadTooLarge));
    }
    framing::check(parts)?;
    gateway.proxies().client(peer.ip(), &parts.headers)
}

async fn answer(
    gateway: &Arc<Gateway>,
    address: IpAddr,
    mut parts: Parts,
    body: RequestBody,
) -> Response<Body> {
    match Mount::of(parts.uri.path()) {
        Mount::Streams => {
            let opened = open(gateway.fanout(), gateway.limiter(), address, &mut parts);
            noted(gateway, address, opened)
        }
        Mount::Requests => {
            let opened = ws_api::routes::open(gateway, address, &mut parts);
            noted(gateway, address, opened)
        }
        Mount::Files => files::answer(gateway, address, &parts).await,
        Mount::Pages | Mount::Routes => match gateway.answer_from_site(&parts) {
            Some(response) => response,
            None => gateway.answer(address, &parts, body).await,
        },
    }
}

/// Returns the answer to whoever wants a socket, and counts it where it is a refusal.
fn noted(gateway: &Gateway, address: IpAddr, response: Response<Body>) -> Response<Body> {
    gateway.note_unopened(response.status().as_u16(), address, clock::now());
    response
}

/// Returns the answer after which its connection ends.
fn closing(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Counts something open for as long as it lives.
struct Open<'a>(&'a AtomicI64);

impl Open<'_> {
    fn new(count: &AtomicI64) -> Open<'_> {
        count.fetch_add(1, Ordering::Relaxed);
        Open(count)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
