//! What people read: every event folded into markets, accounts, orders and trades.
//!
//! Views never ask the engine and never decide anything: the same events give the same views on every node, and a
//! reader of the views sees the state after one command, never the middle of one. Absent by design: the order of the
//! book's queues, holds as a risk figure, anything older than the limits in `limits`, and every byte format.
//!
//! ```
//! use views::views::Views;
//!
//! let mut views = Views::new();
//! let mut changes = Vec::new();
//! # let events: [model::event::Published; 0] = [];
//! for published in &events {
//!     views.fold(published, &mut changes);
//! }
//! views.end_command(&mut changes);
//! assert!(views.markets().next().is_none());
//! ```

#![forbid(unsafe_code)]

pub mod views;

pub mod restore;
pub mod state;

pub mod change;
pub mod limits;

pub mod market;

pub mod aggregate;
pub mod candle;
pub mod depth;
pub mod interval;
pub mod ticker;
pub mod trade;

pub mod account;
pub mod funding;
pub mod key;
pub mod order;
pub mod own_trade;
pub mod span;

mod fold;
mod fold_funding;
mod fold_order;
mod fold_trade;
mod order_reads;
mod warm;

mod aggregates;
mod candles;
mod levels;
mod rolling;
mod trades;

mod account_market;
mod accounts;
mod fundings;
mod keys;
mod order_row;
mod orders;

mod chain;
mod known;
mod numbered;
mod rows;
mod share;
mod trail;
