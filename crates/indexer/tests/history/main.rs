//! The history as its readers see it: events in, rows out.

mod past;

mod agreement;
mod candles;
mod exactly_once;
mod fundings;
mod ledger;
