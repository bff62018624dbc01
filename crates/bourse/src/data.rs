//! The data directory: what lies where, and how it is opened.
//!
//! ```text
//! DIR/journal     the log of commands: the only thing that must not be lost
//! DIR/snapshots   states at a sequence, to start from
//! DIR/events      the log of events, rebuilt from the journal when it is missing
//! DIR/market-data the files of each day that are served under `/data`
//! DIR/identity.sqlite, DIR/master.key    users, keys (elsewhere with `--identity`) and what seals their secrets
//! ```

use anyhow::{Context, Result, bail};
use journal::event_log::{EVENT_FILE_BYTES_DEFAULT, EventLog};
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::instance::cluster_of;
use journal::options::{Check, Options, RESERVE_BYTES_DEFAULT, Replay, Waivers};
use journal::segment::SEGMENT_BYTES_DEFAULT;
use std::path::{Path, PathBuf};

/// A data directory.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    path: PathBuf,
    pub journal: FileDisk,
    pub snapshots: FileDisk,
    /// Which refusals the operator has overruled, for this start only.
    pub waivers: Waivers,
}

impl DataDirectory {
    /// Opens the directory, creating what is missing.
    ///
    /// # Errors
    /// It cannot be created or read.
    pub fn create(path: &Path) -> Result<DataDirectory> {
        let disk = |name: &str| {
            FileDisk::open(&path.join(name))
                .with_context(|| format!("{} cannot be used as a data directory", path.display()))
        };
        std::fs::create_dir_all(path)
            .with_context(|| format!("{} cannot be created", path.display()))?;
        Ok(DataDirectory {
            path: path.to_owned(),
            journal: disk("journal")?,
            snapshots: disk("snapshots")?,
            waivers: Waivers::NONE,
        })
    }

    /// Opens a directory that holds an exchange.
    ///
    /// # Errors
    /// It does not.
    pub fn existing(path: &Path) -> Result<DataDirectory> {
        if !path.join("journal").is_dir() {
            bail!(
                "{} holds no exchange: it has no `journal` directory; name one with --data-dir",
                path.display()
            );
        }
        DataDirectory::create(path)
    }

    /// Takes the directory as it is though its exchange lived elsewhere, for this time only.
    pub const fn accept_copy(&mut self) {
        self.waivers = Waivers {
            origin: Check::Waived,
            ..Waivers::NONE
        };
    }

    /// Returns a path inside the directory.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Returns the exchange's number, or `None` in a new directory.
    ///
    /// # Errors
    /// The instance file is damaged.
    pub fn cluster(&self) -> Result<Option<ClusterId>> {
        Ok(cluster_of(&self.journal)?)
    }

    /// Returns the exchange's number.
    ///
    /// # Errors
    /// There is none yet, or its file is damaged.
    pub fn known_cluster(&self) -> Result<ClusterId> {
        self.cluster()?
            .with_context(|| format!("{} holds no journal yet", self.path.display()))
    }

    /// Opens the log of events.
    ///
    /// # Errors
    /// It belongs to another exchange, or cannot be read.
    pub fn event_log(&self, cluster: ClusterId) -> Result<EventLog<FileDisk>> {
        let disk = FileDisk::open(&self.join("events"))?;
        Ok(EventLog::open(disk, cluster, EVENT_FILE_BYTES_DEFAULT)?)
    }
}

/// Returns how the journal of an exchange is opened.
pub fn journal_options(cluster: ClusterId, replay: Replay, waivers: Waivers) -> Options {
    Options {
        cluster,
        segment_bytes: SEGMENT_BYTES_DEFAULT,
        reserve_bytes: RESERVE_BYTES_DEFAULT,
        replay,
        waivers,
    }
}
