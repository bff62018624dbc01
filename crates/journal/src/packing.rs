//! What may be packed: files that nobody writes to any more and that no start needs.

use crate::disk::{Disk, DiskError};
use crate::event_log::{file_firsts, file_name};
use crate::id::Sequence;
use crate::packing_disk::{PackingDisk, Saved};
use crate::segment::{segment_first, segment_name};

/// A file that was packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    pub name: String,
    pub saved: Saved,
}

/// Packs segments whose commands all come up to `until`, the oldest first, `most` of them.
///
/// # Errors
/// The disk's.
pub fn pack_segments<D: Disk>(
    disk: &PackingDisk<D>,
    until: Sequence,
    most: usize,
) -> Result<Vec<Packed>, DiskError> {
    let names = disk.list()?;
    let mut firsts: Vec<Sequence> = names
        .iter()
        .filter_map(|name| segment_first(name))
        .collect();
    firsts.sort_unstable();
    let whole = firsts.windows(2).filter(|pair| pair[1] <= until.next());
    pack_of(disk, whole.map(|pair| segment_name(pair[0])), most)
}

/// Packs the files of an event log but for the `kept` newest, the oldest first, `most` of them.
///
/// # Errors
/// The disk's.
pub fn pack_event_files<D: Disk>(
    disk: &PackingDisk<D>,
    kept: usize,
    most: usize,
) -> Result<Vec<Packed>, DiskError> {
    let firsts = file_firsts(disk)?;
    let older = &firsts[..firsts.len().saturating_sub(kept.max(1))];
    pack_of(disk, older.iter().map(|first| file_name(*first)), most)
}

fn pack_of<D: Disk>(
    disk: &PackingDisk<D>,
    names: impl Iterator<Item = String>,
    most: usize,
) -> Result<Vec<Packed>, DiskError> {
    let unpacked = disk.unpacked()?;
    let mut packed = Vec::new();
    for name in names.filter(|name| unpacked.contains(name)).take(most) {
        match disk.pack(&name)? {
            Some(saved) => packed.push(Packed { name, saved }),
            None => break,
        }
    }
    Ok(packed)
}
