//! The courier against a collector that goes away and comes back.

mod forwarding;
mod sink;
