//! Events that a full disk has not taken, for whoever asks for them until it does.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::event_record::records_in;
use crate::id::Sequence;

/// What of an event log is not in its files. Handles share it; the log fills it while its disk is full.
///
/// **Shape** as much as the log lets wait: some MiB.
#[derive(Clone, Debug, Default)]
pub struct Unwritten(Arc<RwLock<BTreeMap<Sequence, Arc<[u8]>>>>);

impl Unwritten {
    /// Returns the events of one command, if they wait for the disk.
    ///
    /// Whoever does not find them looks into the files after that, and not before: they are taken from here only once
    /// they are there.
    pub fn find(&self, sequence: Sequence) -> Option<Arc<[u8]>> {
        let waiting = self.0.read().unwrap_or_else(PoisonError::into_inner);
        waiting.get(&sequence).cloned()
    }

    /// Takes in records that could not be written.
    pub(crate) fn add(&self, records: &[u8]) {
        let mut waiting = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (sequence, payload) in records_in(records) {
            waiting.insert(sequence, payload.into());
        }
    }

    /// Forgets them all: they are in the files, or nobody has said them.
    pub(crate) fn clear(&self) {
        let mut waiting = self.0.write().unwrap_or_else(PoisonError::into_inner);
        waiting.clear();
    }
}
