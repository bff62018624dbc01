//! The WebSocket API: requests over a socket, carried out by the handlers of REST, and the user data an account's owner
//! asks for.
//!
//! A method is another name for a row of the route table; what differs is the envelope, how parameters are signed, and
//! that a socket can log on. Answers come in the order of their requests, although up to a bound they are carried out
//! side by side, and after the events that they caused.
//!
//! **Source** `docs/spec/binance-surface.md` §12.

pub mod routes;

mod call;
mod in_flight;
pub(crate) mod logins;
pub mod methods;
pub(crate) mod session;
mod subscriptions;
