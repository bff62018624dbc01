//! The binary formats and the dialect of Binance: goldens, round trips, refusals, and recorded requests and answers.

mod binance_answers;
mod binance_conditional;
mod binance_lists;
mod binance_requests;
mod binance_rules;
mod binary_dump;
mod binary_golden;
mod binary_refusals;
mod binary_round_trip;
mod binary_views;
mod corpora;
mod examples;
mod strategies;
