//! Every byte format of the exchange. No sockets, no rules, no clock.

#![forbid(unsafe_code)]

pub mod binance;
pub mod binary;
pub mod decimal;
pub mod json;
pub mod recording;
