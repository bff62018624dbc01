//! The courier against a mail server that speaks SMTP, and against ones that misbehave.

mod sink;
mod world;

mod delivery;
mod encryption;
mod failures;
