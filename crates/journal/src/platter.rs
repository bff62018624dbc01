//! One file of a disk in memory: what a program sees of it, and what has reached the platter.

use std::collections::BTreeMap;

use crate::memory_disk::SECTOR_BYTES;

/// The two images of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileState {
    /// What a program sees.
    pub seen: Vec<u8>,
    /// What has reached the platter.
    pub durable: Vec<u8>,
    /// Each unsynced sector's versions since the last sync, oldest first.
    unsynced: BTreeMap<u64, Vec<[u8; SECTOR_BYTES]>>,
}

impl FileState {
    /// Returns a file that has reached the platter.
    pub fn durable(bytes: Vec<u8>) -> FileState {
        FileState {
            durable: bytes.clone(),
            seen: bytes,
            unsynced: BTreeMap::new(),
        }
    }

    /// Changes what is seen; the sectors are durable after `sync`.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) {
        let (from, to) = (offset as usize, offset as usize + bytes.len());
        if self.seen.len() < to {
            self.seen.resize(to, 0);
        }
        self.seen[from..to].copy_from_slice(bytes);
        if bytes.is_empty() {
            return;
        }
        for sector in from / SECTOR_BYTES..=(to - 1) / SECTOR_BYTES {
            let version = sector_of(&self.seen, sector as u64);
            self.unsynced
                .entry(sector as u64)
                .or_default()
                .push(version);
        }
    }

    pub fn resize(&mut self, size_bytes: u64) {
        let changed_from = size_bytes.min(self.seen.len() as u64) / SECTOR_BYTES as u64;
        self.seen.resize(size_bytes as usize, 0);
        self.unsynced
            .retain(|sector, _| sector * (SECTOR_BYTES as u64) < size_bytes);
        for sector in changed_from..size_bytes.div_ceil(SECTOR_BYTES as u64) {
            let version = sector_of(&self.seen, sector);
            self.unsynced.entry(sector).or_default().push(version);
        }
    }

    pub fn sync(&mut self) {
        self.durable.resize(self.seen.len(), 0);
        for sector in std::mem::take(&mut self.unsynced).into_keys() {
            let from = (sector as usize * SECTOR_BYTES).min(self.seen.len());
            let to = (from + SECTOR_BYTES).min(self.seen.len());
            self.durable[from..to].copy_from_slice(&self.seen[from..to]);
        }
    }

    /// A failed sync leaves what was written in sight and marks it clean: no later sync writes it.
    pub fn fail_sync(&mut self) {
        self.unsynced.clear();
    }

    /// Loses what was not synced: all of it, or each sector by chance.
    pub fn lose(&mut self, chance: Option<&mut Chance>) {
        let Some(chance) = chance else {
            self.unsynced.clear();
            self.seen = self.durable.clone();
            return;
        };
        if chance.below(2) == 0 {
            self.durable.resize(self.seen.len(), 0);
        }
        for (sector, versions) in std::mem::take(&mut self.unsynced) {
            let old = sector_of(&self.durable, sector);
            let kept = chance.outcome(old, &versions);
            let from = (sector as usize * SECTOR_BYTES).min(self.durable.len());
            let to = (from + SECTOR_BYTES).min(self.durable.len());
            self.durable[from..to].copy_from_slice(&kept[..to - from]);
        }
        self.seen = self.durable.clone();
    }
}

fn sector_of(bytes: &[u8], sector: u64) -> [u8; SECTOR_BYTES] {
    let mut copy = [0; SECTOR_BYTES];
    let from = (sector as usize * SECTOR_BYTES).min(bytes.len());
    let to = (from + SECTOR_BYTES).min(bytes.len());
    copy[..to - from].copy_from_slice(&bytes[from..to]);
    copy
}

/// SplitMix64: small, seeded, good enough to choose what a power cut spares.
#[derive(Debug)]
pub(crate) struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// Chooses what a sector holds after a power cut: a version, or the head of one and the tail of
    /// an earlier one.
    fn outcome(
        &mut self,
        old: [u8; SECTOR_BYTES],
        versions: &[[u8; SECTOR_BYTES]],
    ) -> [u8; SECTOR_BYTES] {
        let version = |at: u64| {
            if at == 0 {
                old
            } else {
                versions[at as usize - 1]
            }
        };
        let later = self.below(versions.len() as u64 + 1);
        let mut kept = version(later);
        if self.below(4) == 0 {
            let earlier = version(self.below(later + 1));
            let tear = self.below(SECTOR_BYTES as u64) as usize;
            kept[tear..].copy_from_slice(&earlier[tear..]);
        }
        kept
    }
}
