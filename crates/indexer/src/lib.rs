//! The history: every order, fill, trade and ledger entry since the first command, folded from the event log into SQL.
//!
//! It decides nothing. What it holds can be made again from the events at any time; its position is written in the
//! same transaction as the rows, so that no event counts twice and none is left out. Absent by design: where events
//! come from, threads, answers.

#![forbid(unsafe_code)]

pub mod batch;
pub mod candle;
pub mod database;
pub mod entry;
pub mod equity;
pub mod error;
pub mod history;
pub mod order;
pub mod order_change;
pub mod place;
pub mod position;
pub mod range;
pub mod reading;
pub mod reading_candles;
pub mod reading_changes;
pub mod reading_equity;
pub mod reading_lots;
pub mod reading_money;
pub mod reading_moves;
pub mod reading_own;
pub mod reading_rare;
pub mod tax_lots;
pub mod trade;
pub mod transfer;
pub mod volume;
pub mod writer;

mod candle_columns;
mod candles;
mod change_columns;
mod codes;
mod coming;
mod connection;
mod file;
mod fold;
mod fold_amended;
mod fundings;
mod listing_columns;
mod lists;
mod match_columns;
mod money;
mod money_columns;
mod order_columns;
#[cfg(test)]
mod query_plan;
mod row;
mod rows;
mod server;
mod statement;
mod tables;
mod trade_columns;
mod volume_columns;
