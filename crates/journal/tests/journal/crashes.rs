//! F01 to F03 and F10: the power cut at every call, and again while recovering, with anything
//! unsynced lost.

use journal::id::Sequence;
use journal::memory_disk::{Loss, MemoryDisk};
use journal::open::Opened;
use journal::options::Options;
use proptest::prelude::*;

use crate::support::*;

/// What a run had been promised when the power went.
#[derive(Default)]
struct Told {
    appended: Vec<Batch>,
    /// How many of them a sync has covered.
    synced: usize,
    is_finished: bool,
}

/// A life of a journal: created, filled over several rollovers, closed, opened and filled again.
fn live(disk: &MemoryDisk) -> Told {
    let mut told = Told::default();
    let batches = small_batches(50);
    let (first, second) = batches.split_at(30);
    let _ = run(disk, first, &mut told)
        .and_then(|()| run(disk, second, &mut told))
        .map(|()| {
            told.is_finished = true;
        });
    told
}

/// One opening in that life; ends early when the power does.
fn run(disk: &MemoryDisk, batches: &[Batch], told: &mut Told) -> Option<()> {
    let Opened {
        mut journal,
        mut watermark,
        ..
    } = open(disk, options()).ok()?.0;
    for (number, batch) in batches.iter().enumerate() {
        told.appended.push(batch.clone());
        journal
            .append(Sequence(batch.first), batch.count, &batch.payload)
            .ok()?;
        // Groups of one to three batches share a sync.
        if number % 3 != 1 {
            journal.sync().ok()?;
            told.synced = told.appended.len();
        }
        if number % 4 == 0 {
            watermark.advance(journal.durable()).ok()?;
        }
        if journal.needs_spare() && number % 5 == 0 {
            journal.install_spare(journal.spare_maker().make()).ok()?;
        }
    }
    journal.close(watermark).ok()?;
    told.synced = told.appended.len();
    Some(())
}

fn losses(seed: u64) -> [Loss; 4] {
    [
        Loss::Everything,
        Loss::Chance(seed * 3),
        Loss::Chance(seed * 3 + 1),
        Loss::Chance(seed * 3 + 2),
    ]
}

fn check_kept(told: &Told, found: &[Batch], when: &str) {
    assert!(
        told.synced <= found.len(),
        "{when}: {} of {}",
        found.len(),
        told.synced
    );
    assert!(found.len() <= told.appended.len(), "{when}");
    assert!(found == &told.appended[..found.len()], "{when}");
}

fn calls_of_a_life() -> u64 {
    let disk = MemoryDisk::new();
    assert!(live(&disk).is_finished);
    disk.calls()
}

#[test]
fn a_power_cut_at_any_call_loses_nothing_that_was_synced() {
    let calls = calls_of_a_life();
    assert!(150 < calls);
    for cut in 0..calls {
        for loss in losses(cut) {
            let disk = MemoryDisk::new();
            disk.cut_power_after(cut);
            let told = live(&disk);
            assert!(!told.is_finished);
            disk.power_cycle(loss);
            let when = format!("cut at call {cut}, {loss:?}");
            let (opened, found) = open(&disk, options()).unwrap_or_else(|r| panic!("{when}: {r}"));
            check_kept(&told, &found, &when);
            assert_eq!(
                opened.journal.last().0,
                found.last().map_or(0, last_command),
                "{when}"
            );
        }
    }
}

#[test]
fn a_killed_program_loses_nothing_that_was_written() {
    for cut in 0..calls_of_a_life() {
        let disk = MemoryDisk::new();
        disk.cut_power_after(cut);
        let told = live(&disk);
        disk.kill();
        let (_, found) =
            open(&disk, options()).unwrap_or_else(|refusal| panic!("{cut}: {refusal}"));
        check_kept(&told, &found, &format!("killed at call {cut}"));
        // Only the batch whose own write was cut off may be missing.
        assert!(told.appended.len() <= found.len() + 1);
    }
}

#[test]
fn a_power_cut_at_any_call_of_a_recovery_leaves_the_same_recovery() {
    let calls = calls_of_a_life();
    for cut in (0..calls).step_by(scaled(7, 1) as usize) {
        let disk = MemoryDisk::new();
        disk.cut_power_after(cut);
        let told = live(&disk);
        disk.power_cycle(Loss::Chance(cut));
        let files = disk.files();
        for again in 0.. {
            let disk = MemoryDisk::holding(files.clone());
            disk.cut_power_after(again);
            let is_done = open(&disk, options()).is_ok();
            for loss in [Loss::Everything, Loss::Chance(cut * 100 + again)] {
                let disk = if is_done {
                    disk.clone()
                } else {
                    recut(&files, again)
                };
                disk.power_cycle(loss);
                let when = format!("cut at call {cut} and in recovery at {again}, {loss:?}");
                let (_, found) = open(&disk, options()).unwrap_or_else(|r| panic!("{when}: {r}"));
                check_kept(&told, &found, &when);
            }
            if is_done {
                break;
            }
        }
    }
}

fn recut(files: &Files, again: u64) -> MemoryDisk {
    let disk = MemoryDisk::holding(files.clone());
    disk.cut_power_after(again);
    assert!(open(&disk, options()).is_err());
    disk
}

fn last_command(batch: &Batch) -> u64 {
    batch.first + u64::from(batch.count) - 1
}

/// One thing that happens to a journal.
#[derive(Clone, Debug)]
enum Act {
    Append { count: u32, payload_bytes: usize },
    Sync,
    Mark,
    Prepare,
    Close,
    Kill,
    PowerCut { seed: u64 },
    PowerCutSoon { calls: u64, seed: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        12 => (1..5_u32, 0..700_usize)
            .prop_map(|(count, payload_bytes)| Act::Append { count, payload_bytes }),
        6 => Just(Act::Sync),
        3 => Just(Act::Mark),
        1 => Just(Act::Prepare),
        1 => Just(Act::Close),
        1 => Just(Act::Kill),
        2 => any::<u64>().prop_map(|seed| Act::PowerCut { seed }),
        1 => (0..20_u64, any::<u64>()).prop_map(|(calls, seed)| Act::PowerCutSoon { calls, seed }),
    ]
}

/// A journal, and everything that was asked of it.
struct Model {
    disk: MemoryDisk,
    opened: Option<Opened<MemoryDisk>>,
    appended: Vec<Batch>,
    synced: usize,
    power_cut_seed: u64,
}

impl Model {
    fn new() -> Model {
        let disk = MemoryDisk::new();
        let opened = Some(open(&disk, options()).expect("the directory is empty").0);
        Model {
            disk,
            opened,
            appended: Vec::new(),
            synced: 0,
            power_cut_seed: 0,
        }
    }

    fn act(&mut self, act: Act) {
        if let Act::PowerCutSoon { calls, seed } = act {
            self.disk.cut_power_after(calls);
            self.power_cut_seed = seed;
        } else if self.attempt(&act).is_none() {
            self.restart(Some(Loss::Chance(self.power_cut_seed)));
        }
    }

    /// Does it, or answers `None` when the power is gone.
    fn attempt(&mut self, act: &Act) -> Option<()> {
        let Opened {
            journal, watermark, ..
        } = self.opened.as_mut().expect("it is open");
        match *act {
            Act::Append {
                count,
                payload_bytes,
            } => {
                let next = batch(journal.last().0 + 1, count, payload_bytes);
                self.appended.push(next.clone());
                journal
                    .append(Sequence(next.first), count, &next.payload)
                    .ok()?;
            }
            Act::Sync => {
                journal.sync().ok()?;
                self.synced = self.appended.len();
            }
            Act::Mark => watermark.advance(journal.durable()).ok()?,
            Act::Prepare if journal.needs_spare() => {
                journal.install_spare(journal.spare_maker().make()).ok()?;
            }
            Act::Prepare | Act::PowerCutSoon { .. } => {}
            Act::Close => {
                let Opened {
                    journal, watermark, ..
                } = self.opened.take().expect("it is open");
                journal.close(watermark).ok()?;
                self.synced = self.appended.len();
                self.restart(None);
            }
            Act::Kill => {
                self.disk.kill();
                self.restart(None);
            }
            Act::PowerCut { seed } => self.restart(Some(Loss::Chance(seed))),
        }
        Some(())
    }

    fn restart(&mut self, loss: Option<Loss>) {
        self.opened = None;
        match loss {
            Some(loss) => self.disk.power_cycle(loss),
            None => self.disk.kill(),
        }
        let (opened, found) =
            open(&self.disk, options()).expect("a crash is always recovered from");
        assert!(self.synced <= found.len());
        assert!(found == self.appended[..found.len()]);
        // What recovery has returned is durable.
        self.synced = found.len();
        self.appended = found;
        self.opened = Some(opened);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: scaled(300, 20_000) as u32,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_log_holds_all_synced_and_is_a_prefix_of_all_appended(
        acts in prop::collection::vec(act(), 1..120)
    ) {
        let mut model = Model::new();
        for act in acts {
            model.act(act);
        }
        model.restart(None);
    }
}

#[test]
fn several_batches_in_flight_share_one_sync() {
    let disk = MemoryDisk::new();
    let opened = open(
        &disk,
        Options {
            segment_bytes: 64 * 1024,
            ..options()
        },
    );
    let Opened { mut journal, .. } = opened.expect("the directory is empty").0;
    let calls = disk.calls();
    let batches = small_batches(100);
    batches.iter().for_each(|batch| append(&mut journal, batch));
    let durable = journal.sync().expect("the disk is sound");
    assert_eq!(
        disk.calls(),
        calls + 101,
        "one write a batch, one sync for all"
    );
    assert_eq!(durable.sequence.0, last_command(&batches[99]));
    journal.sync().expect("nothing is left to sync");
    assert_eq!(disk.calls(), calls + 101);
    disk.power_cycle(Loss::Everything);
    assert_eq!(look(&disk, options()).expect("all was synced").1, batches);
}
