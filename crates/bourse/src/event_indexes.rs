//! The indexes of the event log: by them a client that comes back is told its past without reading that of all others.
//!
//! A thread that runs when nothing else wants a processor indexes each file once it is complete, the newest first. What is
//! not indexed yet is read whole, so nothing depends on it but time.

use crate::data::DataDirectory;
use crate::market_data::ROOM_BYTES_MIN;
use crate::worker::{Stop, Worker};
use anyhow::{Result, bail};
use gateway::user_data::concerned::concerned;
use journal::disk::Disk;
use journal::event_index::EventIndexer;
use journal::file_disk::FileDisk;
use std::time::Duration;
use wire::binary::event::Events;

/// How often it looks whether a file is complete.
const LOOK_PERIOD: Duration = Duration::from_secs(5);
/// How long it waits after a failure of the disk.
const PAUSE: Duration = Duration::from_secs(60);

/// Starts to index the event log of a data directory.
///
/// # Errors
/// It cannot be opened, or the system gives no thread.
pub fn start(data: &DataDirectory) -> Result<Worker> {
    let events = FileDisk::open(&data.join("events"))?;
    let indexer = EventIndexer::new(events.clone(), data.known_cluster()?);
    Ok(Worker::start("event-indexes", move |stop| {
        run(indexer, &events, &stop);
    })?)
}

fn run(mut indexer: EventIndexer<FileDisk>, events: &FileDisk, stop: &Stop) {
    // Where the system refuses it, all are alike.
    idle::step_back();
    while !stop.is_told() {
        match index_next(&mut indexer, events, ROOM_BYTES_MIN) {
            Ok(true) => {}
            Ok(false) => stop.sleep(LOOK_PERIOD),
            Err(error) => {
                tracing::warn!(event = "event_index.failed", "{error:#}");
                stop.sleep(PAUSE);
            }
        }
    }
}

/// Indexes the next file; returns whether there was one. The disk keeps so much room.
///
/// # Errors
/// The disk has no such room; or the file cannot be read, or its index not written: it is passed over from then on.
pub fn index_next(
    indexer: &mut EventIndexer<FileDisk>,
    events: &FileDisk,
    room_bytes_min: u64,
) -> Result<bool> {
    let Some(first) = indexer.next_file()? else {
        return Ok(false);
    };
    let room_bytes = events.room_bytes()?;
    if room_bytes < room_bytes_min {
        bail!("the disk has room for {room_bytes} bytes; {room_bytes_min} are left to the journal");
    }
    // One that cannot be read keeps no other from its turn.
    indexer.pass_over(first);
    indexer.index(first, &mut accounts)?;
    Ok(true)
}

/// Appends the accounts that the events of a command concern; what is no event concerns nobody, and nobody can read it.
fn accounts(payload: &[u8], into: &mut Vec<u32>) {
    let events = Events::decode(payload).into_iter().flatten();
    for published in events.flatten() {
        into.extend(concerned(&published.event).map(|account| account.0));
    }
}
