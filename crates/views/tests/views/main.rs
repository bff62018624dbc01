//! The views as their readers see them: events in, answers out.

mod chance;
mod exchange;
mod naive;
mod questions;
mod traffic;

mod accounts;
mod agreement;
mod changes;
mod keeping;
mod markets;
mod orders;
mod restart;
