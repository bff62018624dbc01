//! WebSocket streams: what the exchange does, told as it happens to everybody who asked.
//!
//! The way of a message: `hub` → `fanout` (one lock) → `streams` → `topic` (written once a form) → `outbox` of each
//! subscriber → `connection` → socket. Nothing on it waits for a reader: a full outbox closes its socket.
//!
//! What `hub` and `server` need to do:
//! - `fanout::Fanout::new(&Config) -> Arc<Fanout>`, made before the hub;
//! - `hub::Streams` is `Box::new(move |views, changed| fanout.publish(views, changed))`;
//! - `beat::run(fanout, read)` is the one timer task, with `read` for example
//!   `move |look: &mut dyn FnMut(&Views)| look(&hub.views())`;
//! - `routes::is_stream(path)` says that `routes::open(&fanout, &limiter, address, &mut parts)` answers a request;
//! - `fanout.counters().write(&mut text)` appends all `gateway_ws_*` lines of a scrape;
//! - `fanout.shut_down(Stopping { at, grace }).await` tells every socket and returns when all are closed.
//!
//! **Source** `docs/spec/binance-surface.md` §11.

pub mod fanout;
pub mod routes;

pub mod beat;
pub mod counters;
pub mod name;

mod candle;
mod connection;
mod diff;
mod market;
mod metered;
mod outbox;
mod session;
mod streams;
mod summary;
mod topic;
