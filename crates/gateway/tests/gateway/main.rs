//! The gateway over real sockets, with the real engine behind it.

mod authenticator;
mod client;
#[path = "../../../indexer/tests/place/mod.rs"]
mod history_place;
#[path = "../../../identity/tests/place/mod.rs"]
mod place;
mod schema;
mod socket;
mod socket_documents;
mod user_requests;
mod visitor;
mod world;

mod account;
mod audited;
mod browser;
mod catalogue;
mod conditional;
mod console;
mod countdown;
mod documents;
mod email_change;
mod errors;
mod factor;
mod factor_reset;
mod files;
mod filter_details;
mod hostile;
mod key_change;
mod keys;
mod klines;
mod kyc;
mod ledger;
mod limits;
mod lists;
mod login;
mod market;
mod notifications;
mod orders;
mod outcome;
mod passkeys;
mod password;
mod past;
mod past_lists;
mod preferences;
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
