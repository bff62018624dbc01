//! The public face: bytes from outside become commands, events become answers and streams.
//!
//! No trading rule lives here. The way of an order: `server` → `gateway` → `auth` → `rest::place` → `hub` → the sequencer's
//! queue; and back: `hub` → `views` → ticket → `rest::placed` → `reply`.

#![forbid(unsafe_code)]

pub mod access;
pub mod background;
pub mod config;
pub mod cursor;
pub mod gateway;
mod hashing_load;
pub mod hub;
pub mod in_time;
pub mod mount;
pub mod server;

pub mod algo;
mod aside;
pub mod attempts;
pub mod audit_standing;
pub mod auth;
pub mod body;
pub mod brand;
mod browser;
pub mod clock;
pub mod compress;
pub mod console;
mod correlation;
pub mod crowd;
mod data_export;
pub mod description;
pub mod directory;
pub mod dispatch;
mod few;
pub mod files;
pub mod first_fills;
mod framing;
mod headers;
pub mod key_limits;
pub mod limit;
pub mod metrics;
mod network;
pub mod networks;
mod nonces;
pub mod ops;
pub mod order_counter;
pub mod origins;
mod own_keys;
pub mod parameters;
pub mod past;
mod past_rare;
mod patience;
mod payout_limits;
pub mod presence;
pub mod proxies;
mod range;
pub mod refused;
pub mod reply;
mod reports;
pub mod request_signature;
pub mod rest;
pub mod route;
mod sandbox;
pub mod site;
pub mod status;
pub mod status_page;
pub mod tickets;
pub mod transport;
mod unread;
pub mod user_data;
pub mod waiting;
pub mod weights;
pub mod withdrawals;
pub mod ws;
pub mod ws_api;
mod zip;

#[cfg(test)]
mod script;
