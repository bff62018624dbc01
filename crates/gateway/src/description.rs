//! What the API looks like, for machines: the OpenAPI and the AsyncAPI document, made from the tables of routes, methods
//! and streams.
//!
//! Nothing here answers a trader; the documents are generated once and served under `/docs`, and their committed copies
//! stand in `docs/api/`.

pub mod accounts;
pub mod algos;
pub mod answers;
pub mod asyncapi;
pub mod codes;
pub mod envelopes;
pub mod equity;
pub mod errors;
pub mod events;
pub mod fees;
pub mod filters;
pub mod identity_checks;
pub mod incidents;
pub mod kind;
pub mod masters;
pub mod meanings;
pub mod openapi;
pub mod pages;
pub mod parameters;
mod rare;
pub mod shape;
pub mod state;
pub mod summaries;
pub mod withdrawals;
