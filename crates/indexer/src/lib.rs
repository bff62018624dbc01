//! The history: every order, fill and trade since the first command, folded from the event log into SQL.
//!
//! It decides nothing. What it holds can be made again from the events at any time; its position is written in the
//! same transaction as the rows, so that no event counts twice and none is left out. Absent by design: where events
//! come from, threads, answers.

#![forbid(unsafe_code)]

pub mod batch;
pub mod database;
pub mod error;
pub mod history;
pub mod order;
pub mod position;
pub mod range;
pub mod reading;
pub mod trade;
pub mod writer;

mod codes;
mod coming;
mod fold;
mod order_columns;
mod tables;
mod trade_columns;
