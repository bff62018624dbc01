//! Stream sockets as their clients see them: a real engine behind, a real connection in front.

mod chance;
mod client;
mod exchange;
mod host;
mod raw;

mod abuse;
mod control;
mod depth;
mod files;
mod life;
mod slow;
mod streams;
