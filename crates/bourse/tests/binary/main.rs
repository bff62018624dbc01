//! The binary as its operator runs it.

mod sandbox;

mod configured;
mod ends;
mod history;
mod mail;
mod master_key;
mod notices;
mod operators;
