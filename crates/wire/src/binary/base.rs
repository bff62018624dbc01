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

/// Appends a base.
pub fn encode(base: &Base, out: &mut Vec<u8>) {
    LAYOUT.put(out);
    out.extend_from_slice(&base.events.0);
    let length_at = out.len();
    0_u64.put(out);
    encode_engine(&base.engine, out);
    let engine_bytes = (out.len() - length_at - LENGTH_BYTES) as u64;
    out[length_at..length_at + LENGTH_BYTES].copy_from_slice(&engine_bytes.to_le_bytes());
    encode_views(&base.views, out);
}

/// Reads a base.
///
/// # Errors
/// When it is cut off, of a newer layout, or one of its parts is.
pub fn decode(bytes: &[u8]) -> Result<Base, DecodeError> {
    let mut reader = Reader::new(bytes);
    let at_layout = reader;
    if u16::take(&mut reader)? != LAYOUT {
        return Err(at_layout.illegal(BASE));
    }
    let events = Digest(reader.array(BASE)?);
    let at_length = reader;
    let engine_bytes = usize::try_from(u64::take(&mut reader)?).map_err(|_| at_length.illegal(BASE))?;
    let engine = decode_engine(reader.slice(engine_bytes, BASE)?)?;
    let views = decode_views(reader.slice(reader.left(), BASE)?)?;
    Ok(Base { engine, views, events })
}
