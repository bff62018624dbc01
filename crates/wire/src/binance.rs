//! The Binance spot dialect: requests in, answers and stream messages out.
//!
//! **Source** `docs/spec/binance-surface.md`.

pub mod answer;
pub mod control;
pub mod detail;
pub mod error;
mod json_text;
pub mod list_status;
pub mod params;
pub mod reject;
pub mod request;
pub mod signing;
pub mod stream;
pub mod time;
pub mod user_data;
pub mod words;
pub mod ws_api;
