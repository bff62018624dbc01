//! The listener of operators: its own socket, its own connections, nothing shared with the public one.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::request::Parts;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::body::RequestBody;
use crate::config::Bounds;
use crate::console::office::Office;
use crate::console::route;
use crate::few::{self, Answerer};
use crate::reply::Reply;

/// Serves operators until the office closes.
pub async fn serve(listener: TcpListener, office: Arc<Office>) {
    few::serve(listener, office).await;
}

impl Answerer for Office {
    fn bounds(&self) -> Bounds {
        self.bounds
    }

    fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.clone()
    }

    fn methods_of(&self, path: &str) -> Vec<&'static str> {
        route::methods_of(path).collect()
    }

    async fn answer(&self, peer: SocketAddr, parts: &Parts, body: RequestBody) -> Reply {
        self.answer_from(peer.ip(), parts, body).await
    }
}
