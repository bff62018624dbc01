//! A small record that is overwritten for ever and survives a torn write: two slots, written in
//! turn.
//!
//! The file is 8 KiB; slot 0 lies at byte 0, slot 1 at byte 4096, so that no sector holds both. The
//! sound slot with the highest generation counts.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic of the file |
//! | 8 | 4 | format version |
//! | 12 | 4 | state, meaning by file |
//! | 16 | 8 | generation; slot 0 holds even ones, slot 1 odd ones |
//! | 24 | 16 | cluster id |
//! | 40 | 84 | body, meaning by file, zero-padded |
//! | 124 | 4 | CRC32C of bytes 0 to 123 |

use crc32c::crc32c;

use crate::bytes::{is_blank, put, take, u32_at, u64_at, u128_at};
use crate::damage::Fault;
use crate::disk::{Access, Disk, DiskError, Rename, read_full_at, write_all_at};
use crate::id::ClusterId;

pub(crate) const BODY_BYTES: usize = 84;
const SLOT_BYTES: usize = 128;
const SLOT_STRIDE_BYTES: u64 = 4096;
const FILE_BYTES: usize = 8192;
const VERSION: u32 = 1;
const BODY_OFFSET: usize = 40;
const CRC_OFFSET: usize = 124;

const _: () = assert!(BODY_OFFSET + BODY_BYTES == CRC_OFFSET);
const _: () = assert!(2 * SLOT_STRIDE_BYTES as usize == FILE_BYTES);

/// The record, whatever its file makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub state: u32,
    pub cluster: ClusterId,
    pub body: [u8; BODY_BYTES],
}

/// The newest sound record of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Newest {
    pub record: Record,
    pub generation: u64,
    /// What is wrong with the other slot, if anything.
    pub spoiled: Option<Spoiled>,
}

/// A slot that cannot be read: torn by a crash, or damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spoiled {
    /// Where the slot begins.
    pub offset: u64,
}

/// The name of a slot file and the mark its slots begin with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotKind {
    pub name: &'static str,
    pub magic: [u8; 8],
}

/// An open slot file and the generation last written.
#[derive(Debug)]
pub(crate) struct SlotFile<D: Disk> {
    disk: D,
    file: D::File,
    kind: SlotKind,
    generation: u64,
}

impl<D: Disk> SlotFile<D> {
    /// Creates the file with `record` in both slots; it appears under its name whole or not at all.
    pub fn create(disk: D, kind: SlotKind, record: &Record) -> Result<SlotFile<D>, DiskError> {
        let building = format!("{}.tmp", kind.name);
        let file = disk.create(&building)?;
        let mut image = [0; FILE_BYTES];
        for generation in 0..2 {
            put(
                &mut image,
                offset_of(generation) as usize,
                encode(kind, generation, record),
            );
        }
        write_all_at(&disk, &file, 0, &image)?;
        disk.sync(&file)?;
        disk.rename(Rename {
            from: &building,
            to: kind.name,
        })?;
        disk.sync_directory()?;
        Ok(SlotFile {
            disk,
            file,
            kind,
            generation: 1,
        })
    }

    /// Opens the file for writing after `read` found `newest` in it.
    pub fn open(disk: D, kind: SlotKind, newest: &Newest) -> Result<SlotFile<D>, DiskError> {
        let file = disk.open(kind.name, Access::ReadWrite)?;
        Ok(SlotFile {
            disk,
            file,
            kind,
            generation: newest.generation,
        })
    }

    /// Overwrites the older slot with `record` and syncs.
    pub fn write(&mut self, record: &Record) -> Result<(), DiskError> {
        let generation = self.generation + mutant::plant!("newer-slot-overwritten", 2, 1);
        let slot = encode(self.kind, generation, record);
        write_all_at(&self.disk, &self.file, offset_of(generation), &slot)?;
        mutant::plant!("watermark-not-synced", (), self.disk.sync(&self.file)?);
        self.generation = generation;
        Ok(())
    }

    /// Overwrites both slots, one after the other, so that damage to one of them later loses
    /// nothing.
    pub fn write_both(&mut self, record: &Record) -> Result<(), DiskError> {
        self.write(record)?;
        self.write(record)
    }
}

/// Reads the newest sound record.
///
/// # Errors
/// The outer error is the disk's; the inner one says why neither slot counts.
pub(crate) fn read<D: Disk>(disk: &D, kind: SlotKind) -> Result<Result<Newest, Fault>, DiskError> {
    let file = match disk.open(kind.name, Access::Read) {
        Ok(file) => file,
        Err(error) if error.is_missing() => return Ok(Err(Fault::Missing)),
        Err(error) => return Err(error),
    };
    let mut image = [0; FILE_BYTES];
    read_full_at(disk, &file, 0, &mut image)?;
    Ok(newest(kind, &image))
}

fn newest(kind: SlotKind, image: &[u8; FILE_BYTES]) -> Result<Newest, Fault> {
    let slot = |parity: u64| {
        let from = offset_of(parity) as usize;
        decode(kind, parity, &image[from..from + SLOT_BYTES])
    };
    match (slot(0), slot(1)) {
        (Ok(even), Ok(odd)) => {
            let (record, generation) = if even.1 < odd.1 { odd } else { even };
            Ok(Newest {
                record,
                generation,
                spoiled: None,
            })
        }
        (Ok((record, generation)), Err(_)) | (Err(_), Ok((record, generation))) => {
            let spoiled = Some(Spoiled {
                offset: offset_of(generation + 1),
            });
            Ok(Newest {
                record,
                generation,
                spoiled,
            })
        }
        (Err(fault), Err(_)) => Err(fault),
    }
}

fn offset_of(generation: u64) -> u64 {
    (generation & 1) * SLOT_STRIDE_BYTES
}

fn encode(kind: SlotKind, generation: u64, record: &Record) -> [u8; SLOT_BYTES] {
    let mut slot = [0; SLOT_BYTES];
    put(&mut slot, 0, kind.magic);
    put(&mut slot, 8, VERSION.to_le_bytes());
    put(&mut slot, 12, record.state.to_le_bytes());
    put(&mut slot, 16, generation.to_le_bytes());
    put(&mut slot, 24, record.cluster.0.to_le_bytes());
    put(&mut slot, BODY_OFFSET, record.body);
    let checksum = crc32c(&slot[..CRC_OFFSET]);
    put(&mut slot, CRC_OFFSET, checksum.to_le_bytes());
    slot
}

fn decode(kind: SlotKind, parity: u64, slot: &[u8]) -> Result<(Record, u64), Fault> {
    if is_blank(slot) {
        return Err(Fault::Blank);
    }
    let magic = take::<8>(slot, 0);
    if magic != kind.magic {
        let (found, expected) = (u64::from_le_bytes(magic), u64::from_le_bytes(kind.magic));
        return Err(Fault::Magic { found, expected });
    }
    let found = u32_at(slot, CRC_OFFSET);
    let expected = crc32c(&slot[..CRC_OFFSET]);
    if found != expected {
        return Err(Fault::Checksum { found, expected });
    }
    let version = u32_at(slot, 8);
    if version != VERSION {
        return Err(Fault::Version {
            found: version,
            readable: VERSION,
        });
    }
    let generation = u64_at(slot, 16);
    if generation & 1 != parity {
        // A slot written to the other one's place.
        return Err(Fault::Kind {
            found: parity as u32,
        });
    }
    let cluster = ClusterId(u128_at(slot, 24));
    let record = Record {
        state: u32_at(slot, 12),
        cluster,
        body: take(slot, BODY_OFFSET),
    };
    Ok((record, generation))
}
