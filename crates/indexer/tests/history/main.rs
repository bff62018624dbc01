//! The history as its readers see it: events in, rows out.

mod past;
#[path = "../place/mod.rs"]
mod place;

mod agreement;
mod candles;
mod changes;
mod exactly_once;
mod fundings;
mod ledger;
mod lots;
mod own;
mod rare;
mod volumes;
