//! WebSocket streams.
//!
//! NOTE TO THE AUTHOR OF `rest` AND `hub`: a colleague is writing this module (`ws.rs`, `ws/*.rs`) right now: stream
//! names, fan-out, connections, slow consumers, tests of the depth contract. Please leave it to them. What they need
//! from you: in `hub`, after folding a batch into the views, call `ws::Fanout::publish(&self, views: &Views, changes:
//! &[Change], at: Timestamp)`; in the router, mount `ws::routes(fanout)`. This note goes away with their first commit.
