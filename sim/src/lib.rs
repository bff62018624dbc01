//! The simulator: the shipped writer, journal, engine and follower on a failing disk, held against a naive exchange.
//!
//! One seed is one workload, one clock, one disk and its faults; a failure prints the seed, and the seed finds it again.

#![forbid(unsafe_code)]

pub mod marks;
pub mod naive;
pub mod random;
pub mod workload;
pub mod world;
