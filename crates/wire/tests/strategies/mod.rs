//! Strategies for every value that has a byte format: each variant, each bound, each optional part.
//!
//! Other test crates take this file in with `#[path]`; not every one uses all of it.
#![allow(dead_code, reason = "each test crate takes what it needs")]

pub mod allowances;
pub mod commands;
pub mod events;
pub mod states;
pub mod views;
pub mod words;
