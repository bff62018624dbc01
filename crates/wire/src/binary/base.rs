//! The body of a snapshot file: everything a start needs, at one sequence.
//!
//! **Shape** layout version `u16`, event-chain digest, state digest, number of frontier digests `u16` (0 in layout 1:
//! the place of the event tree, D24), length of the engine's part `u64`, the engine's part, the views' part. Each part
//! carries its own head (`snapshot`, `snapshot_views`).

use super::codec::{DecodeError, Reader, take_layout};
use super::digest::Digest;
use super::field::Field;
use super::snapshot::{encode_engine, engine_sequence, take_engine};
use super::snapshot_views::{encode_views, take_views};
use model::snapshot::EngineState;
use model::snapshot_views::ViewsState;

const BASE: &str = "snapshot";
const LAYOUT: u16 = 1;
const FRONTIER_DIGESTS: u16 = 0;
/// Layout, two digests, number of frontier digests, length of the engine's part.
const HEAD_BYTES: usize = 2 + 2 * Digest::BYTES + 2 + 8;

/// What a start begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    pub engine: EngineState,
    pub views: ViewsState,
    /// The event chain after the last command in it.
    pub events: Digest,
}

/// Appends a base.
///
/// # Panics
/// When engine and views stand at different sequences, or a list of theirs is not sorted.
pub fn encode(base: &Base, out: &mut Vec<u8>) {
    assert!(base.engine.sequence == base.views.sequence);
    let start = out.len();
    out.resize(start + HEAD_BYTES, 0);
    encode_engine(&base.engine, out);
    let engine_part = &out[start + HEAD_BYTES..];
    let head = head(base.events, engine_part);
    out[start..start + HEAD_BYTES].copy_from_slice(&head);
    encode_views(&base.views, out);
}

fn head(events: Digest, engine_part: &[u8]) -> Vec<u8> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    LAYOUT.put(&mut head);
    events.put(&mut head);
    Digest::of(engine_part).put(&mut head);
    FRONTIER_DIGESTS.put(&mut head);
    (engine_part.len() as u64).put(&mut head);
    head
}

/// The bytes of a base, part by part: each may be read on a thread of its own.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    state: Digest,
    engine: Reader<'a>,
    views: Reader<'a>,
    /// The event chain after the last command in it.
    pub events: Digest,
}

impl<'a> Parts<'a> {
    /// Finds the parts of a base.
    ///
    /// # Errors
    /// When the head is cut off or of a newer layout.
    pub fn of(bytes: &'a [u8]) -> Result<Parts<'a>, DecodeError> {
        let mut reader = Reader::new(bytes);
        take_layout(&mut reader, LAYOUT..=LAYOUT, BASE)?;
        let events = Digest::take(&mut reader)?;
        let state = Digest::take(&mut reader)?;
        take_frontier(&mut reader)?;
        let engine = take_engine_part(&mut reader)?;
        Ok(Parts {
            state,
            engine,
            views: reader,
            events,
        })
    }

    /// Reads the state of the engine.
    ///
    /// # Errors
    /// When it is not that of its digest, or no legal part.
    pub fn engine(mut self) -> Result<EngineState, DecodeError> {
        if Digest::of(self.engine.bytes()) != self.state {
            return Err(DecodeError::DigestMismatch {
                offset: self.engine.offset(),
                expected: "engine snapshot",
            });
        }
        let engine = take_engine(&mut self.engine)?;
        self.engine.finish("engine snapshot").map(|()| engine)
    }

    /// Reads the state of the views.
    ///
    /// # Errors
    /// When it is no legal part, or of another sequence than the state of the engine.
    pub fn views(mut self) -> Result<ViewsState, DecodeError> {
        let start = self.views;
        let views = take_views(&mut self.views)?;
        if engine_sequence(self.engine)? != views.sequence {
            return Err(start.illegal("sequence of the views"));
        }
        self.views.finish(BASE).map(|()| views)
    }
}

/// Reads a base.
///
/// # Errors
/// When it is cut off or lengthened, of a newer layout, its state is not that of its digest, or a part is no legal
/// part or of another sequence.
pub fn decode(bytes: &[u8]) -> Result<Base, DecodeError> {
    let parts = Parts::of(bytes)?;
    Ok(Base {
        engine: parts.engine()?,
        views: parts.views()?,
        events: parts.events,
    })
}

fn take_frontier(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    let start = *reader;
    if u16::take(reader)? != FRONTIER_DIGESTS {
        return Err(start.illegal("event-tree frontier"));
    }
    Ok(())
}

fn take_engine_part<'a>(reader: &mut Reader<'a>) -> Result<Reader<'a>, DecodeError> {
    let at_length = *reader;
    let length =
        usize::try_from(u64::take(reader)?).map_err(|_| at_length.truncated("engine snapshot"))?;
    reader.part(length, "engine snapshot")
}
