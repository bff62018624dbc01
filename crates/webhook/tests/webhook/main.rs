//! Calls against a real server with TLS on this machine, which does what it is told.

mod calls;
mod server;
