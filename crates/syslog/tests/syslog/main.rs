//! The courier against a collector that goes away and comes back.

mod forwarding;
#[path = "../../../identity/tests/place/mod.rs"]
mod place;
mod sink;
