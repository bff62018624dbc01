//! The listener of whoever watches the exchange: metrics and health, for machines of the operator alone.
//!
//! It has no login: who reaches its port reads it, and it changes nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use tokio::net::TcpListener;
use tokio::sync::watch;
use wire::binance::error::{Fault, Refusal};

use crate::body::RequestBody;
use crate::config::Bounds;
use crate::correlation;
use crate::few::{self, Answerer};
use crate::gateway::Gateway;
use crate::origins::Origins;
use crate::reply::Reply;
use crate::status;

/// How a path is answered.
type Read = fn(&Gateway) -> Reply;

/// Everything that is told there.
pub const PATHS: &[(&str, Read)] = &[
    ("/metrics", |gateway| {
        status::metrics(gateway, gateway.metrics_hook())
    }),
    // Whoever answers has started: the listener opens when everything is recovered.
    ("/-/startup", |_| status::live()),
    ("/-/live", |_| status::live()),
    ("/-/ready", status::ready),
    ("/-/health", status::health),
];

/// What answers there.
struct Ops {
    gateway: Arc<Gateway>,
    /// Beyond this machine it has whatever name the operator gives it.
    is_of_this_machine: bool,
}

/// Serves whoever watches the gateway until that stops.
pub async fn serve(listener: TcpListener, gateway: Arc<Gateway>) {
    let address = listener.local_addr();
    let ops = Ops {
        gateway,
        is_of_this_machine: address.is_ok_and(|address| address.ip().is_loopback()),
    };
    few::serve(listener, Arc::new(ops)).await;
}

impl Answerer for Ops {
    fn bounds(&self) -> Bounds {
        self.gateway.config().bounds
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.gateway.stopping()
    }

    fn methods_of(&self, _: &str) -> Vec<&'static str> {
        vec!["GET", "HEAD"]
    }

    async fn answer(&self, _: SocketAddr, parts: &Parts, _: RequestBody) -> Reply {
        let answer = self.find(&parts.method, parts.uri.path(), &parts.headers);
        answer.unwrap_or_else(Reply::from)
    }
}

impl Ops {
    fn find(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<Reply, Refusal> {
        let read = PATHS.iter().find(|(known, _)| *known == path);
        let (_, read) = read.ok_or_else(|| Refusal::of(Fault::RouteUnknown))?;
        correlation::note_path("ops");
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Err(Refusal::of(Fault::MethodNotAllowed));
        }
        if self.is_of_this_machine {
            // A page under a name that somebody has turned to this machine reads nothing.
            Origins::UNOWNED.check_name(headers)?;
        }
        Ok(read(&self.gateway))
    }
}
