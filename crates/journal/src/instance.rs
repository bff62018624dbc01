//! The instance file: how often this directory has been opened, and where it lives.
//!
//! Each opening for writing counts the epoch up before anything is appended, and every frame
//! carries it. A copy of the directory started elsewhere would count on from the same epoch; so the
//! file also records the directory's inode and the machine (`disk::Origin`), and opening a
//! directory that has changed either is refused until the owner accepts it (`Waivers::origin`).
//! What this cannot see: a copy of the whole disk image run on a machine with the same machine id.
//!
//! The file is a slot file (`slots`) of magic `BJINSTNC`; state is 1; the body is
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | instance epoch |
//! | 8 | 8 | inode of the directory |
//! | 16 | 1 | 1 when the machine is known |
//! | 17 | 32 | hash of the machine's identity |

use crate::bytes::{put, take, u64_at};
use crate::damage::{Fault, Refusal, damage};
use crate::disk::{Disk, DiskError, Origin};
use crate::id::{ClusterId, Epoch};
use crate::slots::{self, BODY_BYTES, Newest, Record, SlotFile, SlotKind};

/// The name of the instance file.
pub(crate) const INSTANCE_FILE: &str = "instance";

const KIND: SlotKind = SlotKind {
    name: INSTANCE_FILE,
    magic: *b"BJINSTNC",
};
const STATE: u32 = 1;

/// What the instance file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    pub cluster: ClusterId,
    pub epoch: Epoch,
    pub origin: Origin,
}

impl Instance {
    /// Whether `origin` is where this instance lived. A machine that has no identity is not
    /// compared.
    pub fn lives_at(&self, origin: &Origin) -> bool {
        let is_same_machine = match (self.origin.machine, origin.machine) {
            (Some(recorded), Some(actual)) => recorded == actual,
            _ => true,
        };
        is_same_machine && self.origin.directory == origin.directory
    }
}

/// Returns the cluster whose journal lies in this directory, or `None` when the directory holds
/// none.
///
/// # Errors
/// The instance file is there and cannot be read.
pub fn cluster_of<D: Disk>(disk: &D) -> Result<Option<ClusterId>, Refusal> {
    match slots::read(disk, KIND)? {
        Ok(newest) => Ok(Some(newest.record.cluster)),
        Err(Fault::Missing) => Ok(None),
        Err(fault) => Err(damage(INSTANCE_FILE, 0, fault).into()),
    }
}

/// Reads the instance file; the inner error says why it does not count.
pub(crate) fn read<D: Disk>(disk: &D) -> Result<Result<Instance, Fault>, DiskError> {
    Ok(slots::read(disk, KIND)?.and_then(|newest| decode(&newest)))
}

/// Writes the instance file of a new journal.
pub(crate) fn create<D: Disk>(disk: D, instance: &Instance) -> Result<(), DiskError> {
    SlotFile::create(disk, KIND, &record(instance)).map(drop)
}

/// Overwrites both slots of the instance file, which needs no space on a full disk.
pub(crate) fn rewrite<D: Disk>(disk: D, instance: &Instance) -> Result<(), DiskError> {
    match slots::read(&disk, KIND)? {
        Ok(newest) => SlotFile::open(disk, KIND, &newest)?.write_both(&record(instance)),
        Err(Fault::Missing) => create(disk, instance),
        Err(_) => {
            disk.remove(INSTANCE_FILE)?;
            create(disk, instance)
        }
    }
}

fn record(instance: &Instance) -> Record {
    let mut body = [0; BODY_BYTES];
    put(&mut body, 0, instance.epoch.0.to_le_bytes());
    put(&mut body, 8, instance.origin.directory.to_le_bytes());
    if let Some(machine) = instance.origin.machine {
        put(&mut body, 16, [1]);
        put(&mut body, 17, machine);
    }
    Record {
        state: STATE,
        cluster: instance.cluster,
        body,
    }
}

fn decode(newest: &Newest) -> Result<Instance, Fault> {
    let Record {
        state,
        cluster,
        body,
    } = newest.record;
    if state != STATE {
        return Err(Fault::Kind { found: state });
    }
    let machine = match body[16] {
        0 => None,
        _ => Some(take(&body, 17)),
    };
    let origin = Origin {
        machine,
        directory: u64_at(&body, 8),
    };
    Ok(Instance {
        cluster,
        epoch: Epoch(u64_at(&body, 0)),
        origin,
    })
}

/// Returns the newest epoch a frame can have.
pub(crate) fn newest_epoch(instance: Option<&Instance>) -> Epoch {
    instance.map_or(Epoch(u64::MAX), |instance| instance.epoch)
}
