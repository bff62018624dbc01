//! The dictionary of the exchange: identifiers, exact numbers, instruments, commands, events and refusals.
//!
//! Absent by design: any byte format (that is `wire`), any rule (that is `clearing`, `book`, `ledger`, `engine`),
//! any clock, thread, float or randomness. Every other crate speaks in these words.

#![forbid(unsafe_code)]

pub mod calendar;
pub mod id;
pub mod number;
pub mod sha256;
pub mod text;
pub mod time;
pub mod wide;

pub mod account;
pub mod instrument;
pub mod order;
pub mod strategy;

pub mod allowance;
pub mod approved;
pub mod coming_trails;
pub mod command;
pub mod event;
pub mod payout_limit;
pub mod proof;
pub mod reject;
pub mod snapshot;
pub mod snapshot_views;

pub mod average;
pub mod index;
