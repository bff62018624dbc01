//! A simulated market: a seeded population of traders who quote and take on ordinary accounts.
//!
//! `population` decides, knowing only what any client can see; `fit` measures how alike the result is to a recorded
//! market; `drive` lets the population act on a running exchange. Nothing here has a way into the engine of its own.

pub mod drive;
pub mod fit;
pub mod maker;
pub mod population;
pub mod profile;
pub mod random;
pub mod report;
pub mod taker;
