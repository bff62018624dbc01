//! The gateway over real sockets, with the real engine behind it.

mod client;
#[path = "../../../identity/tests/place/mod.rs"]
mod place;
mod schema;
mod socket;
mod socket_documents;
mod visitor;
mod world;

mod account;
mod audited;
mod browser;
mod catalogue;
mod conditional;
mod countdown;
mod documents;
mod errors;
mod factor;
mod filter_details;
mod hostile;
mod limits;
mod lists;
mod login;
mod market;
mod orders;
mod outcome;
mod password;
mod past;
mod presence;
mod register;
mod resume;
mod signatures;
mod start_up;
mod strategies;
mod user_data;
mod user_lists;
mod user_truth;
mod ws_api;
