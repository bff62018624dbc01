//! The one writer: takes what has arrived, stamps it, makes it durable, and only then lets the engine see it (D2).
//!
//! Everything here is a step without threads; `bourse` runs the steps on threads, `sim` runs the same steps under a
//! seeded schedule. Absent: sockets, clocks, answers to clients.

#![forbid(unsafe_code)]

pub mod batch;
pub mod core;
pub mod follower;
pub mod recovery;
pub mod trade_rules;
pub mod writer;
