//! Hostile bytes for every decoder, and hostile commands for the engine. Never shipped.
//!
//! A target takes bytes and asserts what must hold of them; [`targets::TARGETS`] lists all. The runner mutates a
//! committed corpus without instrumentation: a target notes what it has seen ([`trace::Trace`]), and an input that
//! shows something new is kept and mutated further. The same targets run under libFuzzer (`fuzz/libfuzzer/`).

#![forbid(unsafe_code)]

pub mod targets;
pub mod trace;

pub mod campaign;
pub mod corpus;
pub mod crash;
pub mod mutation;
pub mod random;
