//! The binary as its operator runs it.

#[path = "../../../gateway/tests/gateway/authenticator.rs"]
mod authenticator;
mod bot;
mod nginx;
#[path = "../../../indexer/tests/place/mod.rs"]
mod place;
mod sandbox;
mod simulated;
mod smuggled;

mod algo;
mod canaries;
mod configured;
mod databases;
mod ends;
mod erasure;
mod filed;
mod haproxy;
mod history;
mod kyc;
mod listen_keys;
mod mail;
mod master_key;
mod notices;
mod older_users;
mod operators;
mod passwords;
mod proxy;
mod replayed;
mod watched;
mod withdrawals;
