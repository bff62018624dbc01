//! The state a snapshot holds, engine and views side by side.

use engine::engine::Engine;
use journal::options::Replay;
use journal::snapshot_store::Snapshot;
use sequencer::follower::FollowError;
use sequencer::recovery::{restore_behind, restore_engine};
use std::panic::resume_unwind;
use views::behind::Behind;
use wire::binary::base::{Base, Parts};
use wire::binary::codec::DecodeError;
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
/// # Errors
/// The snapshot is sound as a file but not from this version, or holds no legal state.
///
/// # Panics
/// When restoring does.
pub fn past_of(snapshot: Snapshot) -> Result<Past, FollowError> {
    let replay = Replay::After(snapshot.anchor);
    let base = decode(&snapshot.body)?;
    // Its memory goes to what is built next.
    drop(snapshot);
    let (engine, behind) = side_by_side(
        || restore_engine(&base.engine),
        || restore_behind(base.views),
    );
    Ok(Past {
        engine: engine?,
        behind: behind?,
        chain: EventChain::resume(base.events),
        replay,
    })
}

fn decode(bytes: &[u8]) -> Result<Base, DecodeError> {
    let parts = Parts::of(bytes)?;
    let (engine, views) = side_by_side(|| parts.engine(), || parts.views());
    let (engine, views) = (engine?, views?);
    parts.check_sequences(engine.sequence, views.sequence)?;
    Ok(Base {
        engine,
        views,
        events: parts.events,
    })
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
