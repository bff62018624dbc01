//! What lies in a data directory and is never written again is packed: the journal's segments from before every kept
//! snapshot, which no start reads, and all but the newest files of the event log.
//!
//! A thread that runs when nothing else wants a processor does it, one file at a time.

use crate::cli;
use crate::data::DataDirectory;
use crate::worker::{Stop, Worker};
use anyhow::{Result, bail};
use journal::disk::Disk;
use journal::file_disk::FileDisk;
use journal::id::ClusterId;
use journal::packing::{Packed, pack_event_files, pack_segments};
use journal::snapshot_store::SnapshotStore;
use std::time::Duration;

/// How often it looks for something to pack.
const LOOK_PERIOD: Duration = Duration::from_secs(30);
/// How long it waits after a failure of the disk.
const PAUSE: Duration = Duration::from_secs(300);
/// Room for a packed segment beside the next segments of the journal.
const ROOM_BYTES_MIN: u64 = 256 << 20;
/// The newest files of the event log stay as they are: streams are resumed from them.
const EVENT_FILES_KEPT: usize = 4;

/// The directories in which files are packed.
#[derive(Clone, Debug)]
pub struct Packing {
    journal: FileDisk,
    events: FileDisk,
    snapshots: SnapshotStore<FileDisk>,
}

impl Packing {
    /// Returns what is to be packed in a data directory.
    ///
    /// # Errors
    /// The event log cannot be opened.
    pub fn new(data: &DataDirectory, cluster: ClusterId) -> Result<Packing> {
        Ok(Packing {
            journal: data.journal.clone(),
            events: FileDisk::open(&data.join("events"))?,
            snapshots: SnapshotStore::new(data.snapshots.clone(), cluster),
        })
    }

    /// Packs the next file, of the journal first; `None` when there is nothing to pack.
    ///
    /// # Errors
    /// The disk's, or it has no room.
    pub fn pack_next(&self) -> Result<Option<Packed>> {
        let room_bytes = self.journal.room_bytes()?;
        if room_bytes < ROOM_BYTES_MIN {
            bail!("the disk has room for {room_bytes} bytes; packing begins with {ROOM_BYTES_MIN}");
        }
        let oldest = self.snapshots.list()?.into_iter().min();
        let mut packed = match oldest {
            Some(oldest) => pack_segments(&self.journal, oldest, 1)?,
            None => Vec::new(),
        };
        if packed.is_empty() {
            packed = pack_event_files(&self.events, EVENT_FILES_KEPT, 1)?;
        }
        Ok(packed.pop())
    }

    fn run(&self, stop: &Stop) {
        // Where the system refuses it, all are alike.
        idle::step_back();
        while !stop.is_told() {
            match self.pack_next() {
                Ok(Some(Packed { name, saved })) => {
                    let (before_bytes, after_bytes) = (saved.before_bytes, saved.after_bytes);
                    tracing::info!(event = "file.packed", name, before_bytes, after_bytes);
                }
                Ok(None) => stop.sleep(LOOK_PERIOD),
                Err(error) => {
                    tracing::warn!(event = "packing.failed", "{error:#}");
                    stop.sleep(PAUSE);
                }
            }
        }
    }
}

/// Packs all that may be packed, and prints what that saved.
///
/// # Errors
/// The directory holds no exchange, or the disk fails or is too full.
pub fn pack_all(arguments: &cli::At) -> Result<()> {
    let data = DataDirectory::existing(&arguments.data_dir)?;
    let packing = Packing::new(&data, data.known_cluster()?)?;
    let (mut files, mut before, mut after) = (0, 0, 0);
    while let Some(Packed { name, saved }) = packing.pack_next()? {
        println!(
            "{name} {} bytes in {}",
            saved.before_bytes, saved.after_bytes
        );
        files += 1;
        before += saved.before_bytes;
        after += saved.after_bytes;
    }
    println!("packed    {files} files, {before} bytes in {after}");
    Ok(())
}

/// Starts to pack what lies in a data directory.
///
/// # Errors
/// The event log cannot be opened, or the system gives no thread.
pub fn start(data: &DataDirectory) -> Result<Worker> {
    let packing = Packing::new(data, data.known_cluster()?)?;
    Ok(Worker::start("packing", move |stop| packing.run(&stop))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::journal_options;
    use journal::id::{Anchor, FrameHash, Sequence};
    use journal::journal::Journal;
    use journal::open::Opened;
    use journal::options::{Options, Replay};
    use journal::survey::inspect;

    const CLUSTER: ClusterId = ClusterId(7);

    fn options(data: &DataDirectory) -> Options {
        Options {
            segment_bytes: 64 * 1024,
            reserve_bytes: 1024,
            ..journal_options(CLUSTER, Replay::Genesis, data.waivers)
        }
    }

    /// A journal of 50 commands in segments of 20.
    fn written() -> (tempfile::TempDir, DataDirectory) {
        let folder = tempfile::tempdir().expect("a directory");
        let data = DataDirectory::create(folder.path()).expect("made");
        let opened = Journal::open(data.journal.clone(), options(&data), &mut |_| Ok(()));
        let Opened {
            mut journal,
            watermark,
            ..
        } = opened.expect("a new one");
        for number in 1..=50 {
            let payload = [number as u8; 3_000];
            journal.append(Sequence(number), 1, &payload).expect("room");
        }
        journal.sync().expect("durable");
        journal.close(watermark).expect("closed");
        (folder, data)
    }

    #[test]
    fn segments_from_before_the_oldest_snapshot_are_packed_and_read_as_before() {
        let (_folder, data) = written();
        let packing = Packing::new(&data, CLUSTER).expect("a sound directory");
        let next = || packing.pack_next().expect("room").map(|packed| packed.name);
        assert_eq!(next(), None, "a start reads from the beginning");
        for sequence in [30, 45] {
            let (sequence, hash) = (Sequence(sequence), FrameHash([0; 32]));
            let anchor = Anchor { sequence, hash };
            packing.snapshots.write(anchor, b"a state").expect("room");
        }
        assert_eq!(next().as_deref(), Some("journal-00000000000000000001.log"));
        assert_eq!(next(), None, "the older snapshot is within the second");
        let mut sequences = Vec::new();
        let mut on_frame = |frame: journal::frame::FrameRef<'_>| {
            sequences.push(frame.first.0);
            Ok(())
        };
        inspect(&data.journal, &options(&data), &mut on_frame).expect("sound");
        assert_eq!(sequences, (1..=50).collect::<Vec<u64>>());
    }
}
