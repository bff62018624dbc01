//! The views as their readers see them: events in, answers out.

mod chance;
mod exchange;
mod naive;
mod naive_rare;
mod outside;
mod questions;
mod rare_questions;
mod script;
mod traffic;

mod accounts;
mod agreement;
mod changes;
mod instructed;
mod keeping;
mod lists;
mod markets;
mod orders;
mod rare;
mod restart;
