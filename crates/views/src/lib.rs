//! What people read: every event folded into markets, accounts, orders and trades.
//!
//! Views never ask the engine and never decide anything: the same events give the same views on every node. A reader
//! between two commands sees the state after the first. Absent by design: the queues of the book, anything older
//! than `limits` says, and every byte format.
//!
//! ```
//! use views::views::Views;
//!
//! let mut views = Views::new();
//! let mut changes = Vec::new();
//! # let commands: [Vec<model::event::Published>; 0] = [];
//! for events in &commands {
//!     views.warm(events.iter().map(|published| &published.event)); // worth it for large batches only
//!     for published in events {
//!         views.fold(published, &mut changes);
//!     }
//!     views.end_command(&mut changes);
//! }
//! assert!(views.markets().next().is_none());
//! ```

#![forbid(unsafe_code)]

pub mod views;

pub mod behind;
pub mod restore;
pub mod state;

pub mod change;
pub mod limits;

pub mod market;

pub mod aggregate;
pub mod candle;
pub mod candle_row;
pub mod depth;
pub mod interval;
pub mod level_rows;
pub mod ticker;
pub mod trade;

pub mod account;
pub mod amendment;
pub mod funding;
pub mod key;
pub mod list;
pub mod order;
pub mod own_trade;
pub mod prevented;
pub mod span;

mod fold;
mod fold_funding;
mod fold_instructed;
mod fold_order;
mod fold_trade;
mod list_reads;
mod match_reads;
mod order_reads;
mod restore_rare;
mod warm;

mod aggregates;
mod candles;
mod levels;
mod rolling;
mod trades;

mod account_market;
mod accounts;
mod amendments;
mod closed_shares;
mod closings;
mod fundings;
mod instructed_orders;
mod keys;
mod lists;
mod numbers;
mod order_row;
mod orders;
mod orders_behind;
mod own_orders;
mod prevented_matches;

mod account_share;
mod chain;
mod known;
mod numbered;
mod rows;
mod share;
mod trail;
