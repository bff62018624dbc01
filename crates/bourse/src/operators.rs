//! Operators at the shell: bootstrapping, proposals and the audit log.

pub mod bootstrap;
pub mod client;
mod download;
pub mod incident;
pub mod kyc;
pub mod look_up;
pub mod print;
mod received;
pub mod tasks;
pub mod withdrawal;
