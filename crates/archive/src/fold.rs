//! The markets after the last command that was taken in.

use model::id::Sequence;
use model::time::Timestamp;
use views::change::Change;
use views::limits::Limits;
use views::views::Views;
use wire::binary::digest::Digest;
use wire::binary::event::Events;

use crate::error::ArchiveError;

/// What files need of the past is the book, the counters and the last prices; of everything else little is kept.
pub(crate) const LIMITS: Limits = Limits {
    trades_max: 1 << 16,
    closed_orders_max: 1 << 10,
    closed_orders_share: 1 << 4,
    closed_lists_max: 1 << 10,
    closed_lists_share: 1 << 4,
    prevented_max: 1 << 10,
    prevented_share: 1 << 4,
    amendments_max: 1 << 10,
    amendments_share: 1 << 4,
    ended_fundings_max: 1 << 10,
    short_candles_max: 1 << 14,
    long_candles_max: 1 << 14,
};

/// Views that follow the event log.
pub struct Fold {
    pub(crate) cluster: u128,
    pub(crate) views: Views,
    /// That of the last command's events, by which they are known again.
    pub(crate) last: Digest,
    changes: Vec<Change>,
}

/// What one command did.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    pub at: Timestamp,
    pub changes: &'a [Change],
}

impl Fold {
    /// Returns the state before the first command of an exchange.
    pub fn start(cluster: u128) -> Fold {
        Fold::at(cluster, Views::with_limits(LIMITS), Digest::of(&[]))
    }

    pub(crate) const fn at(cluster: u128, views: Views, last: Digest) -> Fold {
        Fold {
            cluster,
            views,
            last,
            changes: Vec::new(),
        }
    }

    /// Returns the last command that was taken in.
    pub fn sequence(&self) -> Sequence {
        self.views.sequence()
    }

    /// Returns whether these encoded events are those of the last command taken in.
    pub fn was_reached_by(&self, payload: &[u8]) -> bool {
        Digest::of(payload) == self.last
    }

    /// Takes in the encoded events of the next command and returns what they changed.
    ///
    /// # Errors
    /// When it is not the next, or they cannot be read. The state is then of no use any more.
    pub fn add(&mut self, payload: &[u8]) -> Result<Done<'_>, ArchiveError> {
        let next = Sequence(self.sequence().0 + 1);
        let unreadable = |source| ArchiveError::Events {
            sequence: next,
            source,
        };
        let events = Events::decode(payload).map_err(unreadable)?;
        let at = events.at();
        if events.sequence() != next {
            return Err(ArchiveError::Gap {
                after: self.sequence(),
                found: events.sequence(),
            });
        }
        self.changes.clear();
        for published in events {
            let published = published.map_err(unreadable)?;
            self.views.fold(&published, &mut self.changes);
        }
        self.views.end_command(&mut self.changes);
        self.last = Digest::of(payload);
        Ok(Done {
            at,
            changes: &self.changes,
        })
    }
}

/// Returns the time of a command whose encoded events these are.
///
/// # Errors
/// They cannot be read; `sequence` names the command then.
pub fn time_of(sequence: Sequence, payload: &[u8]) -> Result<Timestamp, ArchiveError> {
    let events = Events::decode(payload);
    let events = events.map_err(|source| ArchiveError::Events { sequence, source })?;
    Ok(events.at())
}
