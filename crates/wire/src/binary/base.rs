//! The body of a snapshot file: everything a start needs, at one sequence.
//!
//! **Shape** layout version `u16`, event-chain digest 32 bytes, length of the engine's part `u64`, the engine's part,
//! the views' part. Each part carries its own header ([`super::snapshot`]).

use super::codec::{DecodeError, Reader};
use super::digest::Digest;
use super::field::Field;
use super::snapshot::{decode_engine, decode_views, encode_engine, encode_views};
use model::snapshot::EngineState;
use model::snapshot_views::ViewsState;

const BASE: &str = "snapshot";
const LAYOUT: u16 = 1;
const LENGTH_BYTES: usize = 8;

/// What a start begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    pub engine: EngineState,
    pub views: ViewsState,
    /// The event chain after the last command in it.
    pub events: Digest,
}
