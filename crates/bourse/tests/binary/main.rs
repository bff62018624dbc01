//! The binary as its operator runs it.

mod sandbox;

mod configured;
mod ends;
mod history;
mod kyc;
mod mail;
mod notices;
mod operators;
