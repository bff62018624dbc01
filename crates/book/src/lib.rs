//! One market's price-time order book with self-trade prevention.
//!
//! Orders rest in queues by price, oldest first; a taker meets the best price first and within a price the
//! oldest order first. An iceberg shows a part of what it has, and the next part behind the others of its price.
//! Orders that wait for something are parked: kept and found, and never met. Absent by design: balances, order
//! types, phases, events, and what a parked order waits for. The caller has decided whether an order may rest or
//! take; the book only keeps the queue and says what was met.
//!
//! ```
//! use book::book::Book;
//! use book::order::Resting;
//! use book::take::Taker;
//! use model::id::{AccountId, OrderId, TradeGroupId};
//! use model::number::{Price, Qty};
//! use model::order::{SelfTradeMode, Side};
//!
//! let price = Price::new(100).expect("a legal price");
//! let mut book = Book::new(7);
//! book.rest(Resting {
//!     order: OrderId(1),
//!     account: AccountId(1),
//!     group: TradeGroupId(1),
//!     side: Side::Sell,
//!     price,
//!     open: Qty::new(5).expect("a legal quantity"),
//! });
//! let taker = Taker {
//!     side: Side::Buy,
//!     limit: price,
//!     qty: Qty::new(2).expect("a legal quantity"),
//!     group: TradeGroupId(2),
//!     self_trade: SelfTradeMode::ExpireMaker,
//! };
//! let mut steps = Vec::new();
//! let taken = book.take(&taker, &mut steps);
//! assert_eq!(taken.filled, taker.qty);
//! assert_eq!(book.best(Side::Sell), Some(price));
//! ```

#![forbid(unsafe_code)]

pub mod book;
pub mod order;

pub mod park;
pub mod probe;
pub mod take;

pub mod audit;
pub mod walk;
pub mod warm;

mod blocks;
mod iceberg;
mod ladder;
mod meeting;
mod numbers;
mod orders;
mod pages;
mod queue;
mod rank;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;
