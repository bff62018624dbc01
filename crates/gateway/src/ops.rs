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

    async fn answer(&self, _: SocketAddr, parts: &Parts, _: RequestBody) -> Reply {
        let answer = self.find(&parts.method, parts.uri.path(), &parts.headers);
        answer.unwrap_or_else(Reply::from)
    }
}

impl Ops {
    fn find(&self, method: &Method, path: &str, headers: &HeaderMap) -> Result<Reply, Refusal> {
        let gateway = &self.gateway;
        let read: &dyn Fn() -> Reply = match path {
            "/metrics" => &|| status::metrics(gateway, gateway.metrics_hook()),
            // Whoever answers has started: the listener opens when everything is recovered.
            "/-/startup" | "/-/live" => &status::live,
            "/-/ready" => &|| status::ready(gateway),
            "/-/health" => &|| status::health(gateway),
            _ => return Err(Refusal::of(Fault::RouteUnknown)),
        };
        correlation::note_path("ops");
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Err(Refusal::of(Fault::MethodNotAllowed));
        }
        if self.is_of_this_machine {
            // A page under a name that somebody has turned to this machine reads nothing.
            Origins::UNOWNED.check_name(headers)?;
        }
        Ok(read())
    }
}
