//! The courier: takes messages out of the outbox and hands them to a mail server.
//!
//! A message is sent at least once, and mostly once: every attempt of it has the same Message-ID. A mail server that is
//! slow, refuses or is gone delays messages and nothing else. Absent: what messages say and who reads them (`identity`).
//!
//! **Source** `docs/spec/notifications.md`; RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 8314 (TLS from the first byte).

#![forbid(unsafe_code)]

pub mod courier;
pub mod figures;
pub mod server;

mod compose;
mod schedule;
mod session;
