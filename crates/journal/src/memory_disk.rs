//! A disk in memory that fails like a real one: for the simulator and the tests.
//!
//! It keeps two images: what a running program sees, and what has reached the platter. A power cut
//! keeps of every unsynced sector, by a seed, the old bytes, the new ones, any version in between,
//! or a tear of two; of a changed length the old or the new; and of unsynced names the first few
//! changes. Calls can be made to fail, to do half their work, to hit the wrong place or to do
//! nothing, and bits can be flipped at rest.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::disk::{Access, Disk, DiskError, Operation, Origin, Rename};
use crate::platter::{Chance, FileState};

/// What the device writes whole or not at all, unless it tears.
pub const SECTOR_BYTES: usize = 512;

/// A directory in memory. Clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct MemoryDisk {
    state: Arc<Mutex<State>>,
}

/// An open file of a `MemoryDisk`.
#[derive(Debug)]
pub struct MemoryFile {
    name: String,
    id: FileId,
    /// Handles die with the program that opened them.
    boot: u64,
    access: Access,
}

/// Held while the directory is locked.
#[derive(Debug)]
pub struct MemoryLock {
    state: Arc<Mutex<State>>,
    name: String,
    boot: u64,
}

/// A fault to come: it strikes the call after `skip` calls of the kind, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    pub operation: Operation,
    pub skip: u64,
    pub injury: Injury,
}

/// What happens to the call that is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Injury {
    /// It does nothing and answers this error number.
    Error(i32),
    /// It writes half of what it was given and answers how much.
    Short,
    /// It writes half of what it was given and answers this error number.
    Torn(i32),
    /// It writes somewhere else and answers success.
    Misdirected { offset: u64 },
    /// It answers success and writes nothing, not even for a later sync.
    Lost,
}

/// What a power cut does to sectors that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// All of them keep their old bytes.
    Everything,
    /// Each of them by chance.
    Chance(u64),
}

type FileId = u64;

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<FileId, FileState>,
    names: BTreeMap<String, FileId>,
    durable_names: BTreeMap<String, FileId>,
    name_changes: Vec<NameChange>,
    locked: BTreeSet<String>,
    strikes: Vec<Strike>,
    capacity_bytes: Option<u64>,
    calls: u64,
    power_cut_after: Option<u64>,
    boot: u64,
    next_id: FileId,
    directory: u64,
}

#[derive(Clone, Debug)]
enum NameChange {
    Set(String, FileId),
    Remove(String),
    /// One change, because a rename is atomic.
    Move {
        from: String,
        to: String,
    },
}

impl MemoryDisk {
    /// Returns an empty disk.
    pub fn new() -> MemoryDisk {
        MemoryDisk::holding(BTreeMap::new())
    }

    /// Returns a disk that holds these files, all durable.
    pub fn holding(files: BTreeMap<String, Vec<u8>>) -> MemoryDisk {
        let disk = MemoryDisk {
            state: Arc::new(Mutex::new(State::default())),
        };
        for (name, bytes) in files {
            disk.put(&name, bytes);
        }
        disk
    }

    /// Returns every file as a program sees it.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        let seen = |(name, id): (&String, &FileId)| (name.clone(), state.files[id].seen.clone());
        state.names.iter().map(seen).collect()
    }

    /// Puts a durable file in place, replacing any of that name.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut state = self.state();
        let id = state.new_id();
        let file = FileState::durable(bytes);
        state.files.insert(id, file);
        state.names.insert(String::from(name), id);
        state.durable_names.insert(String::from(name), id);
    }

    /// Flips one bit, both of what is seen and of what is durable. Bits count from the lowest of
    /// byte 0.
    ///
    /// # Panics
    /// When there is no such file or bit.
    pub fn flip_bit(&self, name: &str, bit: u64) {
        let mut state = self.state();
        let id = state.names[name];
        let file = state.files.get_mut(&id).expect("a name leads to a file");
        let (byte, mask) = ((bit / 8) as usize, 1 << (bit % 8));
        file.seen[byte] ^= mask;
        if let Some(durable) = file.durable.get_mut(byte) {
            *durable ^= mask;
        }
    }

    /// Lets a fault happen.
    pub fn strike(&self, strike: Strike) {
        self.state().strikes.push(strike);
    }

    /// Returns how many faults have not struck yet.
    pub fn strikes_left(&self) -> usize {
        self.state().strikes.len()
    }

    /// Limits the space all files share; `None` lifts the limit.
    pub fn set_capacity(&self, capacity_bytes: Option<u64>) {
        self.state().capacity_bytes = capacity_bytes;
    }

    /// Makes the directory appear to be another one, as a copy of it would.
    pub fn set_directory(&self, directory: u64) {
        self.state().directory = directory;
    }

    /// Returns how many calls that change something have been made since the last restart.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Cuts the power after so many more changing calls: the next one and all after it fail.
    pub fn cut_power_after(&self, calls: u64) {
        let mut state = self.state();
        state.power_cut_after = Some(state.calls + calls);
    }

    /// Ends the program at once, as `kill -9` does: what it wrote stays to be seen.
    pub fn kill(&self) {
        self.state().restart();
    }

    /// Cuts the power and restores it: what was not synced is lost as `loss` says.
    pub fn power_cycle(&self, loss: Loss) {
        let mut state = self.state();
        let mut chance = match loss {
            Loss::Everything => None,
            Loss::Chance(seed) => Some(Chance(seed)),
        };
        state.lose_names(chance.as_mut());
        for file in state.files.values_mut() {
            file.lose(chance.as_mut());
        }
        state.restart();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of this lock panics")
    }

    /// Begins a changing call: counts it, and tells what strikes it.
    fn begin(&self, operation: Operation, name: &str) -> Result<Option<Injury>, DiskError> {
        let mut state = self.state();
        if state
            .power_cut_after
            .is_some_and(|limit| limit <= state.calls)
        {
            return Err(failure(operation, name, libc::EIO));
        }
        state.calls += 1;
        drop(state);
        self.injury(operation, name)
    }

    /// Tells what strikes a call; errors that do nothing are answered at once.
    fn injury(&self, operation: Operation, name: &str) -> Result<Option<Injury>, DiskError> {
        match self.state().take_strike(operation) {
            Some(Injury::Error(number)) if operation != Operation::Sync => {
                Err(failure(operation, name, number))
            }
            injury => Ok(injury),
        }
    }

    fn check_alive(&self, file: &MemoryFile, operation: Operation) -> Result<(), DiskError> {
        if file.boot == self.state().boot {
            return Ok(());
        }
        Err(failure(operation, &file.name, libc::EBADF))
    }
}

impl Default for MemoryDisk {
    fn default() -> Self {
        MemoryDisk::new()
    }
}

impl State {
    fn new_id(&mut self) -> FileId {
        self.next_id += 1;
        self.next_id
    }

    fn restart(&mut self) {
        self.boot += 1;
        self.locked.clear();
        self.strikes.clear();
        self.calls = 0;
        self.power_cut_after = None;
    }

    fn take_strike(&mut self, operation: Operation) -> Option<Injury> {
        let mut due = None;
        for (at, strike) in self.strikes.iter_mut().enumerate() {
            if strike.operation != operation {
                continue;
            }
            if strike.skip == 0 {
                due = due.or(Some(at));
            } else {
                strike.skip -= 1;
            }
        }
        due.map(|at| self.strikes.remove(at).injury)
    }

    fn used_bytes(&self) -> u64 {
        self.names
            .values()
            .map(|id| self.files[id].seen.len() as u64)
            .sum()
    }

    /// Returns how many bytes can be written at `offset` before the disk is full.
    fn room_bytes(&self, id: FileId, offset: u64) -> u64 {
        let Some(capacity_bytes) = self.capacity_bytes else {
            return u64::MAX;
        };
        let free_bytes = capacity_bytes.saturating_sub(self.used_bytes());
        (self.files[&id].seen.len() as u64 + free_bytes).saturating_sub(offset)
    }

    fn change_name(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.name_changes.push(change);
    }

    /// Keeps the first few changes, as a journaling file system does, or none.
    fn lose_names(&mut self, chance: Option<&mut Chance>) {
        let count = self.name_changes.len() as u64;
        let kept = chance.map_or(0, |chance| chance.below(count + 1));
        for change in self.name_changes.drain(..).take(kept as usize) {
            change.apply(&mut self.durable_names);
        }
        self.names = self.durable_names.clone();
        let named: BTreeSet<FileId> = self.names.values().copied().collect();
        self.files.retain(|id, _| named.contains(id));
    }
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<String, FileId>) {
        match self {
            NameChange::Set(name, id) => {
                names.insert(name.clone(), *id);
            }
            NameChange::Remove(name) => {
                names.remove(name);
            }
            NameChange::Move { from, to } => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
            }
        }
    }
}

fn failure(operation: Operation, name: &str, number: i32) -> DiskError {
    let source = io::Error::from_raw_os_error(number);
    DiskError {
        operation,
        name: String::from(name),
        source,
    }
}

impl Disk for MemoryDisk {
    type File = MemoryFile;
    type Lock = MemoryLock;

    fn list(&self) -> Result<Vec<String>, DiskError> {
        self.injury(Operation::List, "")?;
        // A directory has no order; this one is never the order wanted.
        Ok(self.state().names.keys().rev().cloned().collect())
    }

    fn create(&self, name: &str) -> Result<MemoryFile, DiskError> {
        self.begin(Operation::Create, name)?;
        let mut state = self.state();
        if state.names.contains_key(name) {
            return Err(failure(Operation::Create, name, libc::EEXIST));
        }
        let id = state.new_id();
        state.files.insert(id, FileState::default());
        state.change_name(NameChange::Set(String::from(name), id));
        let (boot, access) = (state.boot, Access::ReadWrite);
        Ok(MemoryFile {
            name: String::from(name),
            id,
            boot,
            access,
        })
    }

    fn open(&self, name: &str, access: Access) -> Result<MemoryFile, DiskError> {
        self.injury(Operation::Open, name)?;
        let state = self.state();
        let id = *state
            .names
            .get(name)
            .ok_or_else(|| failure(Operation::Open, name, libc::ENOENT))?;
        Ok(MemoryFile {
            name: String::from(name),
            id,
            boot: state.boot,
            access,
        })
    }

    fn size_bytes(&self, file: &MemoryFile) -> Result<u64, DiskError> {
        self.injury(Operation::Size, &file.name)?;
        Ok(self.state().files[&file.id].seen.len() as u64)
    }

    fn read_at(&self, file: &MemoryFile, offset: u64, into: &mut [u8]) -> Result<usize, DiskError> {
        self.check_alive(file, Operation::Read)?;
        let injury = self.injury(Operation::Read, &file.name)?;
        let state = self.state();
        let seen = &state.files[&file.id].seen;
        let from = (offset as usize).min(seen.len());
        let mut count = into.len().min(seen.len() - from);
        if injury == Some(Injury::Short) {
            count = count.div_ceil(2);
        }
        into[..count].copy_from_slice(&seen[from..from + count]);
        Ok(count)
    }

    fn write_at(&self, file: &MemoryFile, offset: u64, bytes: &[u8]) -> Result<usize, DiskError> {
        let operation = Operation::Write;
        self.check_alive(file, operation)?;
        let injury = self.begin(operation, &file.name)?;
        if file.access == Access::Read {
            return Err(failure(operation, &file.name, libc::EBADF));
        }
        let (at, taken) = match injury {
            Some(Injury::Lost) => return Ok(bytes.len()),
            Some(Injury::Short | Injury::Torn(_)) => (offset, bytes.len().div_ceil(2)),
            Some(Injury::Misdirected { offset }) => (offset, bytes.len()),
            _ => (offset, bytes.len()),
        };
        let mut state = self.state();
        let count = taken.min(state.room_bytes(file.id, at) as usize);
        if count == 0 && 0 < taken {
            return Err(failure(operation, &file.name, libc::ENOSPC));
        }
        let target = state.files.get_mut(&file.id).expect("an open file exists");
        target.write(at, &bytes[..count]);
        match injury {
            Some(Injury::Torn(number)) => Err(failure(operation, &file.name, number)),
            _ => Ok(count),
        }
    }

    fn truncate(&self, file: &MemoryFile, size_bytes: u64) -> Result<(), DiskError> {
        self.check_alive(file, Operation::Truncate)?;
        self.begin(Operation::Truncate, &file.name)?;
        let mut state = self.state();
        state
            .files
            .get_mut(&file.id)
            .expect("an open file exists")
            .resize(size_bytes);
        Ok(())
    }

    fn sync(&self, file: &MemoryFile) -> Result<(), DiskError> {
        self.check_alive(file, Operation::Sync)?;
        let injury = self.begin(Operation::Sync, &file.name)?;
        let mut state = self.state();
        let target = state.files.get_mut(&file.id).expect("an open file exists");
        match injury {
            Some(Injury::Error(number)) => {
                target.fail_sync();
                Err(failure(Operation::Sync, &file.name, number))
            }
            Some(Injury::Lost) => Ok(()),
            _ => {
                target.sync();
                Ok(())
            }
        }
    }

    fn sync_directory(&self) -> Result<(), DiskError> {
        self.begin(Operation::SyncDirectory, "the directory")?;
        let mut state = self.state();
        state.name_changes.clear();
        state.durable_names = state.names.clone();
        Ok(())
    }

    fn rename(&self, rename: Rename<'_>) -> Result<(), DiskError> {
        self.begin(Operation::Rename, rename.from)?;
        let mut state = self.state();
        if !state.names.contains_key(rename.from) {
            return Err(failure(Operation::Rename, rename.from, libc::ENOENT));
        }
        let (from, to) = (String::from(rename.from), String::from(rename.to));
        state.change_name(NameChange::Move { from, to });
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        self.begin(Operation::Remove, name)?;
        let mut state = self.state();
        if !state.names.contains_key(name) {
            return Err(failure(Operation::Remove, name, libc::ENOENT));
        }
        state.change_name(NameChange::Remove(String::from(name)));
        Ok(())
    }

    fn lock(&self, name: &str) -> Result<Option<MemoryLock>, DiskError> {
        self.injury(Operation::Lock, name)?;
        let mut state = self.state();
        if !state.locked.insert(String::from(name)) {
            return Ok(None);
        }
        let boot = state.boot;
        drop(state);
        let name = String::from(name);
        Ok(Some(MemoryLock {
            state: Arc::clone(&self.state),
            name,
            boot,
        }))
    }

    fn room_bytes(&self) -> Result<u64, DiskError> {
        self.injury(Operation::Room, "the directory")?;
        let state = self.state();
        Ok(match state.capacity_bytes {
            Some(capacity_bytes) => capacity_bytes.saturating_sub(state.used_bytes()),
            None => u64::MAX,
        })
    }

    fn origin(&self) -> Result<Origin, DiskError> {
        self.injury(Operation::Origin, "the directory")?;
        Ok(Origin {
            machine: None,
            directory: self.state().directory,
        })
    }
}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut state = self.state.lock().expect("no holder of this lock panics");
        if state.boot == self.boot {
            state.locked.remove(&self.name);
        }
    }
}
