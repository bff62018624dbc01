//! The journal: a segmented, append-only, durable log of batches. It stores bytes and knows no
//! commands.
//!
//! A batch is written as one frame (`frame`) into a preallocated segment (`segment`), made durable
//! by one `fdatasync`, and chained to the frame before it by hash. A watermark, kept apart
//! (`watermark`), says how far the log must at least reach. Opening a journal is recovering it
//! (`open`): everything is checked, and whatever is not the torn tail of a crash is refused with
//! file, byte, finding and remedy (`damage`).
//!
//! Absent by design: threads, clocks, memory mapping, `io_uring`, and any retry of a failed sync.
//!
//! ```
//! use journal::id::{ClusterId, Sequence};
//! use journal::journal::Journal;
//! use journal::memory_disk::MemoryDisk;
//! use journal::options::{Options, Replay, Waivers};
//! use journal::open::Opened;
//!
//! let disk = MemoryDisk::new();
//! let options = Options {
//!     cluster: ClusterId(7),
//!     segment_bytes: 64 * 1024,
//!     reserve_bytes: 8 * 1024,
//!     replay: Replay::Genesis,
//!     waivers: Waivers::NONE,
//! };
//! let Opened { mut journal, mut watermark, .. } =
//!     Journal::open(disk.clone(), options, &mut |_| Ok(()))?;
//! journal.append(Sequence(1), 2, b"two commands")?;
//! let durable = journal.sync()?; // only now may anybody be told
//! watermark.advance(durable)?;
//! journal.close(watermark)?;
//!
//! let mut found = Vec::new();
//! Journal::open(disk, options, &mut |frame| {
//!     found.push((frame.first, frame.count, frame.payload.to_vec()));
//!     Ok(())
//! })?;
//! assert_eq!(found, [(Sequence(1), 2, b"two commands".to_vec())]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is promised
//!
//! After any crash or power loss, opening answers a log that holds everything a `sync` has covered
//! and is a prefix of everything appended; or it refuses. It never skips a frame, never returns
//! altered bytes, and never returns a frame of another place, time or exchange.
//!
//! # What a single disk cannot show
//!
//! The frames written after the last watermark, at most those of the last 10 ms when its owner
//! keeps the rule, are protected by checksum and chain but not by a second witness. Should the disk
//! lose or damage just those after it has reported them synced, without a trace that contradicts a
//! crash, the log looks exactly like one whose last frames were in flight, and they are removed as
//! a torn tail. The tail is reported (`open::Recovery`), but that it had been acknowledged is not
//! visible. After a clean `close` no such window is left. Replicas close it for good.
//!
//! A restored older copy of the whole directory, watermark and instance file included, is a sound
//! journal; only a replica or an outside record shows that it once was longer.
//!
//! # What is assumed of the disk
//!
//! A synced byte stays unless the medium is damaged, and an overwrite of part of a sector leaves
//! the rest of it as it was, also when the power fails (*powersafe overwrite*): a torn sector mixes
//! old and new bytes. A disk that breaks this is found out by the checksums and refused, not
//! repaired.

#![forbid(unsafe_code)]

mod bytes;
pub mod id;
pub mod options;

pub mod disk;
pub mod file_disk;
pub mod memory_disk;
mod packed;
pub mod packing_disk;
mod platter;

pub mod damage;
pub mod frame;
pub mod instance;
pub mod segment;
mod slots;
pub mod spare;
pub mod watermark;

mod cursor;
mod inventory;
pub mod journal;
pub mod open;
pub mod packing;
pub mod reader;
mod row;
pub mod survey;
mod walk;
mod window;

pub mod snapshot_store;

pub mod event_index;
pub mod event_log;
pub mod event_mark;
pub mod event_reader;
pub mod event_record;
pub mod key_reader;
pub mod unwritten;
