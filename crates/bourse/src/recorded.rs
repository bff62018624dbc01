//! Replaying a recorded market through ordinary accounts and the ordinary path.
//!
//! A mirror account keeps the size of each recorded level by placing, amending and cancelling; a taker account sends the
//! recorded trades with their side, price and size. Neither has a way into the engine that a client has not.

pub mod book;
pub mod drive;
pub mod file;
pub mod mirror;
