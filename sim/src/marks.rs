//! Coverage marks: which fault struck in which part of the exchange. A campaign that misses one is inconclusive.

use std::collections::BTreeMap;

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The process was killed: what the system had taken stays.
    Kill,
    /// Power failed: nothing unsynced stays.
    PowerEverything,
    /// Power failed: of every unsynced sector the old bytes, the new ones or a tear.
    PowerByChance,
    /// A call answered EIO.
    InputOutput,
    /// A write did half and then failed.
    Torn,
    /// The disk was full.
    Full,
}

/// Where the exchange stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Between two batches.
    Idle,
    /// Appending or syncing a batch.
    Writing,
    /// Recording the watermark.
    Watermark,
    /// Making the next segment.
    Spare,
    /// Writing a snapshot.
    Snapshot,
    /// Recovering from an earlier fault.
    Recovery,
}

/// How often each pair was hit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    hits: BTreeMap<(Fault, Stage), u64>,
}

/// Every pair a campaign must hit.
pub const REQUIRED: &[(Fault, Stage)] = &[
    (Fault::Kill, Stage::Idle),
    (Fault::Kill, Stage::Writing),
    (Fault::Kill, Stage::Watermark),
    (Fault::Kill, Stage::Spare),
    (Fault::Kill, Stage::Snapshot),
    (Fault::Kill, Stage::Recovery),
    (Fault::PowerEverything, Stage::Idle),
    (Fault::PowerEverything, Stage::Writing),
    (Fault::PowerEverything, Stage::Watermark),
    (Fault::PowerEverything, Stage::Spare),
    (Fault::PowerEverything, Stage::Snapshot),
    (Fault::PowerEverything, Stage::Recovery),
    (Fault::PowerByChance, Stage::Idle),
    (Fault::PowerByChance, Stage::Writing),
    (Fault::PowerByChance, Stage::Watermark),
    (Fault::PowerByChance, Stage::Spare),
    (Fault::PowerByChance, Stage::Snapshot),
    (Fault::PowerByChance, Stage::Recovery),
    (Fault::InputOutput, Stage::Writing),
    (Fault::InputOutput, Stage::Watermark),
    (Fault::InputOutput, Stage::Spare),
    (Fault::InputOutput, Stage::Snapshot),
    (Fault::InputOutput, Stage::Recovery),
    (Fault::Torn, Stage::Writing),
    (Fault::Torn, Stage::Watermark),
    (Fault::Torn, Stage::Spare),
    (Fault::Torn, Stage::Snapshot),
    (Fault::Torn, Stage::Recovery),
    (Fault::Full, Stage::Writing),
    (Fault::Full, Stage::Spare),
    (Fault::Full, Stage::Snapshot),
];

/// Every other pair, and why it cannot be.
pub const IMPOSSIBLE: &[(Fault, Stage, &str)] = &[
    (Fault::InputOutput, Stage::Idle, NO_CALL),
    (Fault::Torn, Stage::Idle, NO_CALL),
    (Fault::Full, Stage::Idle, NO_CALL),
    (
        Fault::Full,
        Stage::Watermark,
        "the watermark overwrites what is there, and needs no room",
    ),
    (
        Fault::Full,
        Stage::Recovery,
        "a start overwrites what is there, and needs no room",
    ),
];

const NO_CALL: &str = "between two batches nothing is called that could fail";

impl Marks {
    pub fn hit(&mut self, fault: Fault, stage: Stage) {
        *self.hits.entry((fault, stage)).or_default() += 1;
    }

    /// Adds the marks of another run.
    pub fn add(&mut self, other: &Marks) {
        for (mark, count) in &other.hits {
            *self.hits.entry(*mark).or_default() += count;
        }
    }

    /// Returns the required pairs that were never hit.
    pub fn missing(&self) -> Vec<(Fault, Stage)> {
        REQUIRED
            .iter()
            .copied()
            .filter(|mark| !self.hits.contains_key(mark))
            .collect()
    }

    /// Returns every pair with its count.
    pub fn hits(&self) -> impl Iterator<Item = (Fault, Stage, u64)> + '_ {
        self.hits
            .iter()
            .map(|((fault, stage), count)| (*fault, *stage, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const FAULTS: [Fault; 6] = [
        Fault::Kill,
        Fault::PowerEverything,
        Fault::PowerByChance,
        Fault::InputOutput,
        Fault::Torn,
        Fault::Full,
    ];
    const STAGES: [Stage; 6] = [
        Stage::Idle,
        Stage::Writing,
        Stage::Watermark,
        Stage::Spare,
        Stage::Snapshot,
        Stage::Recovery,
    ];

    #[test]
    fn every_pair_is_required_or_cannot_be() {
        let impossible = IMPOSSIBLE.iter().map(|(fault, stage, _)| (*fault, *stage));
        let named: Vec<_> = REQUIRED.iter().copied().chain(impossible).collect();
        let all: BTreeSet<_> = FAULTS
            .iter()
            .flat_map(|fault| STAGES.map(|stage| (*fault, stage)))
            .collect();
        assert_eq!(named.len(), all.len());
        assert_eq!(BTreeSet::from_iter(named), all);
    }
}
