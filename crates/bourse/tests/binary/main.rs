//! The binary as its operator runs it.

mod sandbox;

mod canaries;
mod configured;
mod ends;
mod history;
mod mail;
mod notices;
mod operators;
