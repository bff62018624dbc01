//! The history as its readers see it: events in, rows out.

mod past;

mod agreement;
mod exactly_once;
