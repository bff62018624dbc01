//! The formulas of clearing: what a trade is worth, what it costs, what an order holds, where a price may lie.
//!
//! Functions only, each citing the section of `docs/spec/clearing.md` it carries out. Absent by design: state,
//! balances, orders, and every decision about what to do when a formula says no.
//!
//! ```
//! use clearing::{fee, value};
//! use model::number::{Price, Qty, RatePpb};
//!
//! // 12 lots at 100 ticks, 5 quote units per tick and lot; a taker at 0.1 %.
//! let (Some(price), Some(qty)) = (Price::new(100), Qty::new(12)) else { return };
//! let worth = value::value(price, qty, 5);
//! assert_eq!(worth.units(), 6_000);
//! let Some(rate) = RatePpb::new(1_000_000) else { return };
//! assert_eq!(fee::fee(worth, rate).units(), 6);
//! ```

#![forbid(unsafe_code)]

pub mod value;

pub mod budget;
pub mod hold;

pub mod band;
pub mod reference;

pub mod fee;
pub mod listing;
