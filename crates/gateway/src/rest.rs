//! The REST interface, one module a family of routes.

pub mod ask;

pub mod amend;
pub mod cancel;
pub mod commission;
pub mod countdown;
pub mod list_reads;
pub mod lists;
pub mod orders;
pub mod outcome;
pub mod own_sessions;
pub mod own_trades;
pub mod password;
pub mod place;
pub mod prevented;
pub mod replace;

pub mod account;
pub mod audited;
pub mod average;
pub mod capital;
pub mod factor;
pub mod facts;
pub mod filter_detail;
pub mod follow;
pub mod general;
pub mod market;
pub mod opening;
pub mod page;
pub mod past_facts;
pub mod placed;
pub mod proof;
pub mod range;
pub mod register;
pub mod sessions;
pub mod sign_in;
pub mod symbols;
pub mod trades;
pub mod user_stream;
pub mod validate;
pub mod wallet;
pub mod window;
pub mod zone;
