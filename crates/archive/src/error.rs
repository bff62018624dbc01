//! Why files could not be written.

use std::path::{Path, PathBuf};

use model::id::Sequence;
use wire::binary::codec::DecodeError;

/// Nothing is lost by any of these: the events are kept, and files are made again from them.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("{} cannot be written or read", path.display())]
    Disk {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("the events of command {} cannot be read", sequence.0)]
    Events {
        sequence: Sequence,
        source: DecodeError,
    },
    #[error("after command {} comes {}: the events between them are missing", after.0, found.0)]
    Gap { after: Sequence, found: Sequence },
    #[error("the state at the beginning of a day cannot be used: {reason}")]
    Opening { reason: String },
}

impl ArchiveError {
    /// Returns what turns a failure at a path into one of ours.
    pub(crate) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> ArchiveError {
        let path = path.to_owned();
        move |source| ArchiveError::Disk { path, source }
    }
}
