//! The byte formats of the product itself: journal records, events, snapshots and their digests.
//!
//! Absent by design: frames, checksums and files (that is `journal`), and any rule about what a command may do.
//! Every integer is little-endian and has a fixed width; lengths and counts come before what they measure.
//! Every decoder is total: bytes from anywhere give a value or a [`codec::DecodeError`], never a panic, and the
//! memory it takes is at most four times its input. Every accepted input is the only encoding of its value.
//!
//! **Source** `docs/spec/formats.md`.

pub mod codec;
pub mod digest;

pub mod batch;
pub mod event;
pub mod record;

mod allowance;
mod approved;
pub mod base;
mod payout_limit;
mod proof;
pub mod snapshot;
pub mod snapshot_views;

pub mod json_dump;

mod enums;
pub(crate) mod field;
mod json_line;
mod rows;
mod section;
mod strategy;
mod structs;
mod words;
