//! The REST interface, one module a family of routes.

pub mod account;
pub mod average;
pub mod facts;
pub mod general;
pub mod market;
pub mod order;
pub mod placed;
pub mod range;
pub mod symbols;
pub mod user_stream;
pub mod validate;
pub mod wallet;
pub mod window;
pub mod zone;
