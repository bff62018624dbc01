//! Calls to a provider of identity checks: signed, over TLS, to public addresses alone, until they are taken.
//!
//! Absent by design: redirects, proxies, plain HTTP, and any address that somebody other than the operator sets.
//! **Source** `docs/spec/kyc.md` §5.

#![forbid(unsafe_code)]

pub mod address;
pub mod caller;
pub mod courier;
pub mod target;
