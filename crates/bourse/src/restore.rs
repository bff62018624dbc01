//! The state a snapshot holds, engine and views side by side.

use engine::engine::Engine;
use journal::damage::ReadError;
use journal::options::Replay;
use journal::snapshot_store::Unchecked;
use sequencer::follower::FollowError;
use sequencer::recovery::{restore_behind, restore_engine};
use std::panic::resume_unwind;
use std::sync::Arc;
use views::behind::Behind;
use wire::binary::base::Parts;
use wire::binary::digest::EventChain;

/// What the replay of a start begins with.
pub struct Past {
    pub engine: Engine,
    pub behind: Behind,
    pub chain: EventChain,
    pub replay: Replay,
}

impl Past {
    /// Returns the past before the first command.
    pub fn genesis() -> Past {
        Past {
            engine: Engine::new(),
            behind: Behind::new(),
            chain: EventChain::start(),
            replay: Replay::Genesis,
        }
    }
}

/// Returns what a replay starts from.
///
/// Engine and views are read and restored side by side, while the bytes are checked: those of the engine have a digest
/// of their own, and those of the views wait for that of the whole.
///
/// # Errors
/// The snapshot is damaged, or sound as a file but not from this version, or holds no legal state.
///
/// # Panics
/// When restoring does.
pub fn past_of(snapshot: Unchecked) -> Result<Past, FollowError> {
    let replay = Replay::After(snapshot.anchor);
    // Whoever is the last to have read it lets go of it: its memory goes to what is built next.
    let snapshot = Arc::new(snapshot);
    let of_engine = Arc::clone(&snapshot);
    let (engine, views) = side_by_side(|| engine_of(of_engine), || views_of(snapshot));
    // What is damaged is told as that, and not as what it cannot be read as.
    let (behind, chain) = views?;
    Ok(Past {
        engine: engine?,
        behind,
        chain,
        replay,
    })
}

fn engine_of(snapshot: Arc<Unchecked>) -> Result<Engine, FollowError> {
    let state = Parts::of(&snapshot.body)?.engine()?;
    drop(snapshot);
    restore_engine(&state, |first, second| {
        side_by_side(first, second);
    })
}

fn views_of(snapshot: Arc<Unchecked>) -> Result<(Behind, EventChain), FollowError> {
    snapshot.check().map_err(ReadError::from)?;
    let parts = Parts::of(&snapshot.body)?;
    let (state, chain) = (parts.views()?, EventChain::resume(parts.events));
    drop(snapshot);
    Ok((restore_behind(state)?, chain))
}

/// Returns what both return, the first of them on a thread of its own.
fn side_by_side<A: Send, B>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B,
) -> (A, B) {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first.join();
        (first.unwrap_or_else(|panic| resume_unwind(panic)), second)
    })
}
