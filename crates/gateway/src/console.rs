//! The operators' face: a listener of its own, signed requests, proposals that two people decide.
//!
//! Nothing here is reachable from the public listener, and nothing of the public listener from here. What a
//! route needs stands in [`route`]; what is not in its table is refused.
//!
//! **Source** `docs/spec/operators.md`.

pub mod route;
pub mod server;

pub mod admission;
pub mod answer;
pub mod data_export;
pub mod denied;
pub mod description;
pub mod execution;
mod incidents;
mod invitation;
mod kyc;
pub mod office;
pub mod pages;
mod payout_limits;
pub mod reading;
pub mod session;
pub mod terms;
mod users;
mod withdrawals;
