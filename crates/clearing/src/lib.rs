//! The formulas of clearing: what a trade is worth, what it costs, what an order holds, where a price may lie.
//!
//! Functions only, each citing the section of `docs/spec/clearing.md` it carries out. Absent by design: state,
//! balances, orders, and every decision about what to do when a formula says no.
//!
//! ```
//! use clearing::{fee, value};
//! use model::number::{Price, Qty, RatePpb};
//!
//! // 12 lots at 100 ticks, 5 quote units per tick and lot; the seller pays 0.1 %.
//! let price = Price::new(100).expect("a legal price");
//! let qty = Qty::new(12).expect("a legal quantity");
//! let quote = value::value(price, qty, 5);
//! assert_eq!(quote.units(), 6_000);
//! let rate = RatePpb::new(1_000_000).expect("a legal rate");
//! assert_eq!(fee::fee(quote, rate).units(), 6);
//! ```

#![forbid(unsafe_code)]

pub mod value;

pub mod budget;
pub mod hold;

pub mod band;
pub mod reference;

pub mod fee;
pub mod listing;

mod share;
