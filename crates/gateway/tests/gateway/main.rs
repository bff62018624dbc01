//! The gateway over real sockets, with the real engine behind it.

mod client;
mod socket;
mod world;

mod account;
mod conditional;
mod errors;
mod hostile;
mod limits;
mod lists;
mod market;
mod orders;
mod signatures;
mod start_up;
mod user_data;
mod user_lists;
mod user_truth;
mod ws_api;
