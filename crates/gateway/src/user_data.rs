//! User data: what happens to an account, told to its owner as it happens.
//!
//! The way of a message: events of a command → `news` (with the views as that command left them) → `streams` → the
//! outbox of each listener, before the command is answered. A listener is a socket under a listen key, or a
//! subscription of the WebSocket API; one that does not read is closed like any other.
//!
//! A listener that names the last event it saw is told what came after it first: `resume` reads the event log twice, once
//! to know how things were then (`tally`, `before`), and once to make the messages again (`replay`).
//!
//! **Source** `docs/spec/binance-surface.md` §13.

pub mod concerned;
pub mod kept_keys;
pub mod news;
pub mod notices;
pub mod place;
pub mod streams;

pub mod replay;
pub mod resume;
pub mod snapshot;

mod before;
mod deltas;
mod effects;
mod executions;
mod listen_keys;
mod tally;
