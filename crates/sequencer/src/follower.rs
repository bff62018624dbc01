//! Snapshots by a follower (D3): a reader beside the running exchange replays what is durable and writes the state.
//!
//! The live core never pauses for it. A snapshot carries the state digest and the event-chain digest of its sequence,
//! so every one is also a check that replaying gives what the live exchange gave.

use crate::core::{self, Applied};
use crate::recovery::{Start, decode};
use journal::damage::{Damage, ReadError, Refusal};
use journal::disk::{Disk, DiskError};
use journal::id::{Anchor, ClusterId};
use journal::options::Replay;
use journal::reader::Reader;
use journal::snapshot_store::{Among, SnapshotStore};
use journal::watermark::read_watermark;
use model::id::Sequence;
use std::num::NonZeroUsize;
use views::behind::Behind;
use views::change::Unheard;
use views::views::Views;
use wire::binary::base::{self, Base};
use wire::binary::codec::DecodeError;
use wire::binary::digest::{Digest, state_digest};
use wire::binary::event;

/// Snapshots kept on disk.
pub const SNAPSHOTS_KEPT: NonZeroUsize = NonZeroUsize::new(3).expect("three is not zero");

/// Why a snapshot could not be written or used.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error(transparent)]
    Disk(#[from] DiskError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Refused(Box<Refusal>),
    #[error("the journal holds a frame of another version: {0}")]
    Decode(#[from] DecodeError),
    #[error("a snapshot holds no legal state: {0}")]
    State(String),
}

impl From<Refusal> for FollowError {
    fn from(refusal: Refusal) -> FollowError {
        FollowError::Refused(Box::new(refusal))
    }
}

/// What a follower has written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub sequence: Sequence,
    pub state: Digest,
    pub events: Digest,
    pub body_bytes: usize,
}

/// The newest usable snapshot of a directory, and the damaged ones passed over on the way.
#[derive(Debug)]
pub struct Newest {
    pub base: Option<(Anchor, Base)>,
    pub passed_over: Vec<Damage>,
}

/// Reads the newest snapshot that is sound in itself.
///
/// # Errors
/// The directory cannot be read.
pub fn newest_base<D: Disk>(
    disk: &D,
    cluster: ClusterId,
    among: Among,
) -> Result<Newest, FollowError> {
    let newest = SnapshotStore::new(disk.clone(), cluster).load_newest(among)?;
    let base = match newest.snapshot {
        Some(snapshot) => Some((snapshot.anchor, base::decode(&snapshot.body)?)),
        None => None,
    };
    Ok(Newest {
        base,
        passed_over: newest.passed_over,
    })
}

/// Replays everything durable after `start` and writes a snapshot of it; `None` when there is nothing new.
///
/// # Errors
/// The journal or the directory of the snapshots cannot be read or written.
pub fn write_snapshot<D: Disk>(
    journal_disk: &D,
    snapshot_disk: &D,
    cluster: ClusterId,
    start: Start,
) -> Result<Option<Written>, FollowError> {
    let mut follower = Follower::new(journal_disk.clone(), cluster, start)?;
    let durable = read_watermark(journal_disk, cluster)?.position;
    if durable.sequence.0 <= follower.start.engine.sequence().0 {
        return Ok(None);
    }
    while follower.step(durable)? {}
    let store = SnapshotStore::new(snapshot_disk.clone(), cluster);
    let written = follower.write(&store)?;
    store.prune(SNAPSHOTS_KEPT)?;
    Ok(Some(written))
}

/// A state that follows the journal.
struct Follower<D: Disk> {
    reader: Reader<D>,
    start: Start,
    applied: Applied,
    encoded: Vec<u8>,
}

impl<D: Disk> Follower<D> {
    fn new(disk: D, cluster: ClusterId, start: Start) -> Result<Follower<D>, FollowError> {
        let from = match start.replay {
            Replay::Genesis => journal::id::Sequence(1),
            Replay::After(anchor) => anchor.sequence.next(),
        };
        let reader = Reader::open(disk, cluster, from)?;
        Ok(Follower {
            reader,
            start,
            applied: Applied::default(),
            encoded: Vec::new(),
        })
    }

    /// Applies the next frame; false when everything up to `durable` is applied.
    fn step(&mut self, durable: journal::id::Position) -> Result<bool, FollowError> {
        let Some(frame) = self.reader.next_frame(durable)? else {
            return Ok(false);
        };
        decode(
            frame.payload,
            self.start.engine.sequence(),
            &mut self.applied.batch,
        )?;
        core::apply(&mut self.start.engine, &mut self.applied);
        fold(&mut self.start, &self.applied, &mut self.encoded);
        Ok(true)
    }

    fn write(&self, store: &SnapshotStore<D>) -> Result<Written, FollowError> {
        let position = self.reader.position();
        let engine = self.start.engine.state();
        let written = Written {
            sequence: engine.sequence,
            state: state_digest(&engine),
            events: self.start.chain.digest(),
            body_bytes: 0,
        };
        let base = Base {
            engine,
            views: self.start.views.state(),
            events: written.events,
        };
        let mut body = Vec::new();
        base::encode(&base, &mut body);
        store.write(
            Anchor {
                sequence: position.sequence,
                hash: position.hash,
            },
            &body,
        )?;
        Ok(Written {
            body_bytes: body.len(),
            ..written
        })
    }
}

/// Folds what a batch did into the views and the event chain.
pub fn fold(start: &mut Start, applied: &Applied, encoded: &mut Vec<u8>) {
    for (index, command) in applied.batch.commands.iter().enumerate() {
        encoded.clear();
        event::encode(
            command.sequence,
            command.at,
            applied.events_of(index),
            encoded,
        );
        start.chain.add(encoded);
    }
    fold_views(&mut start.views, applied);
}

/// Folds what a batch did into the views.
fn fold_views(views: &mut Views, applied: &Applied) {
    for ahead in applied.parts_ahead() {
        views.warm(applied.events_between(ahead.clone()).iter());
        for index in ahead {
            let (place, events) = (applied.place_of(index), applied.events_of(index));
            views.fold_command(place, events, &mut Unheard);
        }
    }
}

/// Folds what a batch did into views that nobody asks before they have caught up.
pub fn fold_behind(behind: &mut Behind, applied: &Applied) {
    for ahead in applied.parts_ahead() {
        behind.warm(applied.events_between(ahead.clone()).iter());
        for index in ahead {
            behind.fold_command(applied.place_of(index), applied.events_of(index));
        }
    }
}
