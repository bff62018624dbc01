//! Calls against a real server with TLS on this machine, which does what it is told.

mod calls;
#[path = "../../../identity/tests/place/mod.rs"]
mod place;
mod server;
