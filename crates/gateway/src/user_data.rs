//! User data: what happens to an account, told to its owner as it happens.
//!
//! The way of a message: events of a command → `news` (with the views as that command left them) → `streams` → the
//! outbox of each listener, before the command is answered. A listener is a socket under a listen key, or a
//! subscription of the WebSocket API; one that does not read is closed like any other.
//!
//! Absent: messages from before a listener came.
//!
//! **Source** `docs/spec/binance-surface.md` §13.

pub mod news;
pub mod streams;

mod effects;
mod executions;
mod listen_keys;
