//! Calls to a provider of identity checks: signed, over TLS, to public addresses alone, until they are taken.
//!
//! Beside them, visits to the own exchange, whose pages are compared with what they should be (`visit`).
//! Absent by design, of calls: redirects, proxies, plain HTTP, and any address that somebody other than the operator sets.
//! **Source** `docs/spec/kyc.md` §5.

#![forbid(unsafe_code)]

pub mod address;
pub mod authority;
pub mod caller;
pub mod courier;
pub mod target;
pub mod visit;
