//! The rows of the audit log on another machine: each sent at least once, in order, over syslog.
//!
//! Absent by design: the log of the process, which goes to standard error and is collected by the machine; UDP, which
//! loses rows and says nothing.
//! **Source** `docs/spec/operators.md` §6, RFC 5424, RFC 5425, RFC 6587.

#![forbid(unsafe_code)]

pub mod courier;
pub mod destination;
pub mod figures;
pub mod line;
pub mod message;
pub mod position;
