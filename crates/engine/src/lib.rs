//! The state machine of the exchange: commands in, events out, nothing else.

#![forbid(unsafe_code)]

pub mod engine;

pub mod audit;
pub mod restore;
pub mod restore_market;
pub mod snapshot;

pub mod warm;

mod client;
mod genesis;

mod administration;
mod deposit;
mod listing;
mod phase;
mod transfer;
mod withdrawal;

mod amend;
mod cancel;
mod desk;
mod filter;
mod matching;
mod place;
mod plan;
mod replace;

mod account;
mod detail;
mod idempotency;
mod key;
mod market;
mod name;
mod seat;
mod table;
