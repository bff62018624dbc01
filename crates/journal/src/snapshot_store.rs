//! Snapshots on disk: opaque blobs, each tied to the frame after which it was taken.
//!
//! A snapshot is written beside the others under another name, synced, and then renamed, so that
//! under its own name it is whole or absent. It is believed only after its checksum and its hash
//! have been checked; a damaged one is passed over for the one before it. At least two are kept,
//! and the last sound one is never removed.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJSNAPSH` |
//! | 8 | 4 | format version |
//! | 12 | 4 | zero |
//! | 16 | 16 | cluster id |
//! | 32 | 8 | sequence of the last command in it |
//! | 40 | 8 | body length in bytes |
//! | 48 | 32 | hash of the frame that ends with that command |
//! | 80 | 32 | SHA-256 of the body |
//! | 112 | 12 | zero |
//! | 124 | 4 | CRC32C of bytes 0 to 123 |
//! | 128 | | body |

use std::num::NonZeroUsize;

use crc32c::crc32c;
use sha2::{Digest, Sha256};

use crate::bytes::{put, take, u32_at, u64_at, u128_at};
use crate::damage::{Damage, Fault, ReadError, damage};
use crate::disk::{Access, Disk, DiskError, Rename, read_full_at, write_all_at};
use crate::id::{Anchor, ClusterId, FrameHash, Sequence};
use crate::segment::{number_in, numbered};

/// How many snapshots are kept at least.
pub const SNAPSHOTS_MIN: usize = 2;

const HEADER_BYTES: usize = 128;
const MAGIC: [u8; 8] = *b"BJSNAPSH";
const VERSION: u32 = 1;
const CRC_OFFSET: usize = 124;
const NAME_PREFIX: &str = "snapshot-";
const NAME_SUFFIX: &str = ".bin";
const UNFINISHED: &str = "snapshot.tmp";

/// The snapshots of one exchange, in a directory of their own.
#[derive(Clone, Debug)]
pub struct SnapshotStore<D: Disk> {
    disk: D,
    cluster: ClusterId,
}

/// A sound snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The point of the log it stands for: what `Replay::After` takes.
    pub anchor: Anchor,
    pub body: Vec<u8>,
}

/// A snapshot whose header is sound, and whose body has still to be checked.
///
/// **Shape** the check takes a while, and whoever reads a body that may be damaged need not wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchecked {
    /// The point of the log it stands for.
    pub anchor: Anchor,
    pub body: Vec<u8>,
    name: String,
    expected: FrameHash,
}

/// The newest sound snapshot, and what is wrong with newer ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest<S = Snapshot> {
    pub snapshot: Option<S>,
    pub passed_over: Vec<Damage>,
}

/// Which snapshots come into question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    All,
    /// Those older than this one, which has turned out not to fit the journal.
    Before(Sequence),
}

impl<D: Disk> SnapshotStore<D> {
    /// Returns the store in the directory of `disk`.
    pub fn new(disk: D, cluster: ClusterId) -> SnapshotStore<D> {
        SnapshotStore { disk, cluster }
    }

    /// Writes a snapshot of the state after `anchor`. It is there, whole and durable, once this has
    /// answered.
    ///
    /// # Errors
    /// The disk's. Earlier snapshots are untouched, and so is an older one of the same sequence.
    pub fn write(&self, anchor: Anchor, body: &[u8]) -> Result<(), DiskError> {
        remove_if_present(&self.disk, UNFINISHED)?;
        let file = self.disk.create(UNFINISHED)?;
        let written = self.fill(&file, anchor, body);
        if written.is_err() {
            drop(file);
            // The failure to tell is the first one; the next attempt removes what is left.
            let _ = self.disk.remove(UNFINISHED);
            return written;
        }
        self.disk.rename(Rename {
            from: UNFINISHED,
            to: &snapshot_name(anchor.sequence),
        })?;
        self.disk.sync_directory()
    }

    fn fill(&self, file: &D::File, anchor: Anchor, body: &[u8]) -> Result<(), DiskError> {
        write_all_at(&self.disk, file, 0, &encode(self.cluster, anchor, body))?;
        write_all_at(&self.disk, file, HEADER_BYTES as u64, body)?;
        mutant::plant!("snapshot-not-synced", Ok(()), self.disk.sync(file))
    }

    /// Returns the sequences of all snapshots, sound or not, newest first.
    pub fn list(&self) -> Result<Vec<Sequence>, DiskError> {
        let names = self.disk.list()?;
        let mut sequences: Vec<Sequence> = names
            .iter()
            .filter_map(|name| number_in(NAME_PREFIX, name, NAME_SUFFIX))
            .collect();
        sequences.sort_by(|a, b| b.cmp(a));
        Ok(sequences)
    }

    /// Reads one snapshot and checks its header.
    ///
    /// # Errors
    /// The damage in the header, or the disk's.
    pub fn read(&self, sequence: Sequence) -> Result<Unchecked, ReadError> {
        let name = snapshot_name(sequence);
        let file = match self.disk.open(&name, Access::Read) {
            Ok(file) => file,
            Err(error) if error.is_missing() => return Err(damage(&name, 0, Fault::Missing).into()),
            Err(error) => return Err(error.into()),
        };
        let mut header = [0; HEADER_BYTES];
        let header_bytes = read_full_at(&self.disk, &file, 0, &mut header)?;
        let size_bytes = self.disk.size_bytes(&file)? as usize;
        let mut body = vec![0; size_bytes.saturating_sub(HEADER_BYTES)];
        let body_bytes = read_full_at(&self.disk, &file, HEADER_BYTES as u64, &mut body)?;
        body.truncate(body_bytes);
        let Head { anchor, expected } =
            check(&header[..header_bytes], body_bytes, self.cluster, sequence)
                .map_err(|(offset, fault)| damage(&name, offset, fault))?;
        Ok(Unchecked {
            anchor,
            body,
            name,
            expected,
        })
    }

    /// Reads and checks one snapshot.
    ///
    /// # Errors
    /// The damage in it, or the disk's.
    pub fn load(&self, sequence: Sequence) -> Result<Snapshot, ReadError> {
        let unchecked = self.read(sequence)?;
        unchecked.check()?;
        let Unchecked { anchor, body, .. } = unchecked;
        Ok(Snapshot { anchor, body })
    }

    /// Returns the newest sound snapshot `among` those asked for, passing over damaged ones.
    ///
    /// # Errors
    /// The disk's.
    pub fn load_newest(&self, among: Among) -> Result<Newest, DiskError> {
        self.newest(among, |sequence| self.load(sequence))
    }

    /// Returns the newest snapshot with a sound header `among` those asked for, passing over those without.
    ///
    /// # Errors
    /// The disk's.
    pub fn read_newest(&self, among: Among) -> Result<Newest<Unchecked>, DiskError> {
        self.newest(among, |sequence| self.read(sequence))
    }

    fn newest<S>(
        &self,
        among: Among,
        read: impl Fn(Sequence) -> Result<S, ReadError>,
    ) -> Result<Newest<S>, DiskError> {
        let mut passed_over = Vec::new();
        for sequence in self.list()? {
            if matches!(among, Among::Before(limit) if limit <= sequence) {
                continue;
            }
            match read(sequence) {
                Ok(snapshot) => {
                    return Ok(Newest {
                        snapshot: Some(snapshot),
                        passed_over,
                    });
                }
                Err(ReadError::Damage(damage)) => passed_over.push(damage),
                Err(ReadError::Disk(error)) => return Err(error),
            }
        }
        Ok(Newest {
            snapshot: None,
            passed_over,
        })
    }

    /// Removes snapshots older than the `kept` newest sound ones, and answers which; damaged ones
    /// do not count as kept.
    ///
    /// **Cost**: reads the snapshots that are kept.
    ///
    /// # Errors
    /// The disk's. Whatever has been removed by then was older than the ones kept.
    ///
    /// # Panics
    /// When fewer than `SNAPSHOTS_MIN` are to be kept.
    pub fn prune(&self, kept: NonZeroUsize) -> Result<Vec<Sequence>, DiskError> {
        assert!(SNAPSHOTS_MIN <= kept.get());
        let all = self.list()?;
        let mut sound = 0;
        let mut oldest_kept = None;
        for sequence in &all {
            match self.load(*sequence) {
                Ok(_) => sound += 1,
                Err(ReadError::Damage(_)) => {
                    sound += mutant::plant!("damaged-snapshot-counted", 1, 0)
                }
                Err(ReadError::Disk(error)) => return Err(error),
            }
            if sound == kept.get() {
                oldest_kept = Some(*sequence);
                break;
            }
        }
        let Some(oldest_kept) = oldest_kept else {
            return Ok(Vec::new());
        };
        let removed: Vec<Sequence> = all.into_iter().filter(|at| *at < oldest_kept).collect();
        for sequence in &removed {
            self.disk.remove(&snapshot_name(*sequence))?;
        }
        self.disk.sync_directory()?;
        Ok(removed)
    }
}

impl Unchecked {
    /// Checks the body against its hash.
    ///
    /// # Errors
    /// The damage in it.
    pub fn check(&self) -> Result<(), Damage> {
        let (found, expected) = (FrameHash::of(&self.body), self.expected);
        if mutant::plant!("snapshot-hash-unchecked", false, found != expected) {
            let fault = Fault::Hash { found, expected };
            return Err(damage(&self.name, HEADER_BYTES as u64, fault));
        }
        Ok(())
    }
}

fn remove_if_present<D: Disk>(disk: &D, name: &str) -> Result<(), DiskError> {
    match disk.remove(name) {
        Err(error) if !error.is_missing() => Err(error),
        _ => Ok(()),
    }
}

fn snapshot_name(sequence: Sequence) -> String {
    numbered(NAME_PREFIX, sequence, NAME_SUFFIX)
}

fn encode(cluster: ClusterId, anchor: Anchor, body: &[u8]) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    put(&mut header, 0, MAGIC);
    put(&mut header, 8, VERSION.to_le_bytes());
    put(&mut header, 16, cluster.0.to_le_bytes());
    put(&mut header, 32, anchor.sequence.0.to_le_bytes());
    put(&mut header, 40, (body.len() as u64).to_le_bytes());
    put(&mut header, 48, anchor.hash.0);
    put(&mut header, 80, <[u8; 32]>::from(Sha256::digest(body)));
    let checksum = crc32c(&header[..CRC_OFFSET]);
    put(&mut header, CRC_OFFSET, checksum.to_le_bytes());
    header
}

/// What a header says of its body.
struct Head {
    anchor: Anchor,
    expected: FrameHash,
}

/// Checks the header of a snapshot and the length of its body; the error says at which byte what is wrong.
fn check(
    header: &[u8],
    body_bytes: usize,
    cluster: ClusterId,
    named: Sequence,
) -> Result<Head, (u64, Fault)> {
    if header.len() < HEADER_BYTES {
        let (found_bytes, expected_bytes) = (header.len() as u64, HEADER_BYTES as u64);
        return Err((
            found_bytes,
            Fault::Size {
                found_bytes,
                expected_bytes,
            },
        ));
    }
    check_header(header).map_err(|fault| (0, fault))?;
    let found = ClusterId(u128_at(header, 16));
    if found != cluster {
        return Err((
            16,
            Fault::Cluster {
                found,
                expected: cluster,
            },
        ));
    }
    let sequence = Sequence(u64_at(header, 32));
    if sequence != named {
        return Err((32, Fault::Named { holds: sequence }));
    }
    let (found_bytes, expected_bytes) = (body_bytes as u64, u64_at(header, 40));
    if found_bytes != expected_bytes {
        return Err((
            HEADER_BYTES as u64 + found_bytes,
            Fault::Size {
                found_bytes,
                expected_bytes,
            },
        ));
    }
    let anchor = Anchor {
        sequence,
        hash: FrameHash(take(header, 48)),
    };
    let expected = FrameHash(take(header, 80));
    Ok(Head { anchor, expected })
}

fn check_header(header: &[u8]) -> Result<(), Fault> {
    let magic = take::<8>(header, 0);
    if magic != MAGIC {
        let (found, expected) = (u64::from_le_bytes(magic), u64::from_le_bytes(MAGIC));
        return Err(Fault::Magic { found, expected });
    }
    let (found, expected) = (u32_at(header, CRC_OFFSET), crc32c(&header[..CRC_OFFSET]));
    if found != expected {
        return Err(Fault::Checksum { found, expected });
    }
    let version = u32_at(header, 8);
    if version != VERSION {
        return Err(Fault::Version {
            found: version,
            readable: VERSION,
        });
    }
    Ok(())
}
