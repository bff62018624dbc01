//! The courier against a mail server that speaks SMTP, and against ones that misbehave.

#[path = "../../../identity/tests/place/mod.rs"]
mod place;
mod sink;
mod world;

mod delivery;
mod encryption;
mod failures;
