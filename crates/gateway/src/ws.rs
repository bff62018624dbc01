//! WebSocket streams: what the exchange does, told as it happens to everybody who asked.
//!
//! The way of a message: `hub` → `fanout` (one lock) → `streams` → `topic` (written once a form) → `outbox` of each
//! subscriber → `connection` → socket. Nothing on it waits for a reader: a full outbox closes its socket.
//!
//! One task, `beat`, tells what is due by time: gathered level changes, best levels, candles and tickers. Everything
//! on a stream is cut from the same numbered updates as the answers of REST, so a snapshot and what follows it fit.
//! Absent: what concerns one account (`user_data`), requests over sockets (`ws_api`).
//!
//! **Source** `docs/spec/binance-surface.md` §11.

pub mod fanout;
pub mod routes;

pub mod beat;
pub mod counters;
pub mod name;

mod candle;
pub(crate) mod connection;
mod diff;
mod market;
mod metered;
pub(crate) mod outbox;
mod pings;
mod session;
mod streams;
mod summary;
mod topic;
