//! What goes wrong in a world: crashes with a fault at a stage, a full disk, and damage to the end of the journal.
//!
//! A mark is set only where the fault was seen to strike: the call was made and failed, or the power was gone.

use super::{World, options};
use crate::marks::{Fault, REQUIRED, Stage};
use anyhow::{Result, bail, ensure};
use engine::engine::Engine;
use journal::disk::Operation;
use journal::memory_disk::{Injury, Loss, MemoryDisk, Strike};
use journal::options::Replay;
use model::command::{Command, Request};
use sequencer::batch::{Batch, is_protective};
use sequencer::recovery::{Recovered, recover};
use std::collections::BTreeMap;
use wire::binary::digest::{Digest, state_digest};

const EIO: i32 = 5;
/// Damage to the end of the journal is done to its last bytes, at most so many.
const TAIL_BYTES_MAX: u64 = 512;

/// What a plan has happen in any case, at a moment of chance.
#[derive(Clone, Copy, Debug)]
pub(super) enum Disturbance {
    Crash,
    DamagedTail,
}

/// What is seen of a fault that was to strike.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Struck,
    RanThrough,
}

impl World {
    /// Returns what is to happen after how many commands, last first.
    pub(super) fn disturbances(&mut self) -> Vec<(usize, Disturbance)> {
        let commands = self.plan.commands as u64;
        let crashes = std::iter::repeat_n(Disturbance::Crash, self.plan.crashes);
        let mut all: Vec<(usize, Disturbance)> = crashes
            .chain([Disturbance::DamagedTail])
            .map(|disturbance| (self.random.below(commands) as usize, disturbance))
            .collect();
        all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        all
    }

    pub(super) fn disturb(&mut self, disturbance: Disturbance) -> Result<()> {
        match disturbance {
            Disturbance::Crash => self.crash(),
            Disturbance::DamagedTail => self.damage_tail(),
        }
    }

    /// Fills the disk: orders are shed, cancels still work, and all is well once there is room again.
    pub(super) fn fill_disk(&mut self) -> Result<()> {
        self.journal.set_capacity(Some(0));
        let mut shed = 0;
        for _ in 0..600 {
            let requests = self.requests();
            let asked = requests.clone();
            let mut batch = Batch::default();
            self.write(requests, &mut batch)?;
            shed += batch.shed.len();
            check_shed(&asked, &batch)?;
            self.apply(batch)?;
            if 20 < shed {
                break;
            }
        }
        ensure!(0 < shed, "a full disk shed nothing");
        // The watermark needs no room.
        self.record_watermark()?;
        self.report.marks.hit(Fault::Full, Stage::Writing);
        self.journal.set_capacity(None);
        self.make_spare()
    }

    /// Damages the end of copies of the journal.
    ///
    /// Up to the watermark a start must refuse, whether bits are flipped or bytes missing; a batch behind it that was
    /// written by half was never acknowledged, and a start goes on without it.
    pub(super) fn damage_tail(&mut self) -> Result<()> {
        self.record_watermark()?;
        let durable = self.alive()?.writer.journal().durable();
        let files = self.journal.files();
        let segments = files.keys().filter(|name| name.starts_with("journal-"));
        let mut segments: Vec<&String> = segments.collect();
        segments.sort();
        let name = segments[durable.segment.0 as usize].clone();
        let back = 1 + self.random.below(durable.offset.min(TAIL_BYTES_MAX));
        let at = durable.offset - back;
        let flipped = MemoryDisk::holding(files.clone());
        flipped.flip_bit(&name, at * 8 + self.random.below(8));
        ensure!(
            is_refused(flipped),
            "a flipped bit at {at} of {name} went unseen"
        );
        let cut = MemoryDisk::holding(files.clone());
        cut.put(&name, files[&name][..at as usize].to_vec());
        ensure!(
            is_refused(cut),
            "{name} without its bytes from {at} went unseen"
        );
        self.tear_tail(files)?;
        self.report.damaged_tails += 1;
        Ok(())
    }

    fn tear_tail(&mut self, files: BTreeMap<String, Vec<u8>>) -> Result<()> {
        let torn = MemoryDisk::holding(files);
        let mut recovered = started(&torn)?;
        torn.strike(Strike {
            operation: Operation::Write,
            skip: 0,
            injury: Injury::Torn(EIO),
        });
        let mut requests = vec![Request {
            ticket: 0,
            command: Command::Tick,
        }];
        let written = recovered
            .writer
            .write(&mut requests, self.now, &mut Batch::default());
        ensure!(written.is_err(), "a batch that was torn was acknowledged");
        drop(recovered);
        torn.kill();
        let state: Digest = state_digest(&started(&torn)?.engine.state());
        let live = self.log.last().map(|entry| entry.digest);
        ensure!(
            live.is_none_or(|live| live == state),
            "a torn batch left something behind"
        );
        Ok(())
    }

    /// Lets a fault strike at a stage, restarts, and checks what came back.
    fn crash(&mut self) -> Result<()> {
        let (fault, stage) = self.random.pick(REQUIRED);
        if stage != Stage::Recovery && self.strike(fault, stage)? == Outcome::Struck {
            self.report.marks.hit(fault, stage);
        }
        self.alive = None;
        self.restart_disks(fault);
        if stage == Stage::Recovery {
            self.interrupt_recovery(fault)?;
        }
        self.report.crashes += 1;
        // A machine may come back with its clock set back, here by up to 17 seconds.
        self.now = self.now.plus_nanos(-(self.random.below(1 << 34) as i64));
        let use_snapshot = self.random.one_in(2);
        // A start needs no room.
        self.journal
            .set_capacity(self.random.one_in(8).then_some(0));
        self.start(Some(use_snapshot))?;
        self.journal.set_capacity(None);
        Ok(())
    }

    /// Brings the exchange to a stage and lets the fault strike there.
    fn strike(&mut self, fault: Fault, stage: Stage) -> Result<Outcome> {
        match (fault, stage) {
            // Nothing is called between two batches: the fault is all that happens.
            (_, Stage::Idle) => return Ok(Outcome::Struck),
            (Fault::Full, Stage::Writing) => return self.fill_disk().map(|()| Outcome::Struck),
            (Fault::Full, Stage::Spare) => return self.refuse_spare(),
            _ => {}
        }
        let disk = if stage == Stage::Snapshot {
            self.snapshots.clone()
        } else {
            self.journal.clone()
        };
        self.arm(&disk, fault, 3);
        let outcome = self.reach(stage);
        disk.set_capacity(None);
        observe(&disk, fault, outcome.is_err())
    }

    /// Lets a fault strike one of the next calls of a disk.
    fn arm(&mut self, disk: &MemoryDisk, fault: Fault, calls: u64) {
        let is_write = self.random.one_in(2);
        let (operation, injury) = match fault {
            Fault::Torn => (Operation::Write, Injury::Torn(EIO)),
            Fault::InputOutput if is_write => (Operation::Write, Injury::Error(EIO)),
            Fault::InputOutput => (Operation::Sync, Injury::Error(EIO)),
            Fault::Full => return disk.set_capacity(Some(0)),
            Fault::Kill | Fault::PowerEverything | Fault::PowerByChance => {
                return disk.cut_power_after(self.random.below(calls));
            }
        };
        disk.strike(Strike {
            operation,
            skip: 0,
            injury,
        });
    }

    /// Does what the exchange does at a stage, as far as it comes.
    fn reach(&mut self, stage: Stage) -> Result<()> {
        match stage {
            Stage::Idle | Stage::Recovery => Ok(()),
            Stage::Writing | Stage::Watermark => {
                let requests = self.requests();
                let mut batch = Batch::default();
                self.write(requests, &mut batch)?;
                self.apply(batch)?;
                // The batch before it gives the watermark something to record.
                match stage {
                    Stage::Watermark => self.record_watermark(),
                    _ => Ok(()),
                }
            }
            Stage::Spare => self.make_spare(),
            Stage::Snapshot => self.snapshot(),
        }
    }

    /// Fills the disk when there is to be another segment, which there then is not.
    fn refuse_spare(&mut self) -> Result<Outcome> {
        let is_made =
            |disk: &MemoryDisk| disk.files().keys().any(|name| name.starts_with("spare-"));
        if is_made(&self.journal) {
            return Ok(Outcome::RanThrough);
        }
        self.journal.set_capacity(Some(0));
        self.make_spare()?;
        self.journal.set_capacity(None);
        ensure!(
            !is_made(&self.journal),
            "a full disk had room for a segment"
        );
        Ok(Outcome::Struck)
    }

    fn restart_disks(&mut self, fault: Fault) {
        for disk in [&self.journal, &self.snapshots] {
            match fault {
                Fault::PowerEverything => disk.power_cycle(Loss::Everything),
                Fault::PowerByChance => disk.power_cycle(Loss::Chance(self.random.bits())),
                Fault::Kill | Fault::InputOutput | Fault::Torn | Fault::Full => disk.kill(),
            }
        }
    }

    /// Lets the fault strike again and again while recovering.
    fn interrupt_recovery(&mut self, fault: Fault) -> Result<()> {
        for _ in 0..1 + self.random.below(4) {
            let disk = self.journal.clone();
            self.arm(&disk, fault, 12);
            let is_refused = is_refused(disk.clone());
            disk.set_capacity(None);
            if observe(&disk, fault, is_refused)? == Outcome::Struck {
                self.report.marks.hit(fault, Stage::Recovery);
            }
            self.restart_disks(fault);
        }
        Ok(())
    }
}

/// Returns whether an armed fault has struck, where what it was to strike `has_failed`.
fn observe(disk: &MemoryDisk, fault: Fault, has_failed: bool) -> Result<Outcome> {
    let is_spent = disk.strikes_left() == 0;
    let has_struck = match fault {
        Fault::InputOutput | Fault::Torn => is_spent,
        _ => has_failed,
    };
    if has_struck && !has_failed {
        bail!("a disk failed, and nothing was said of it");
    }
    Ok(if has_struck {
        Outcome::Struck
    } else {
        Outcome::RanThrough
    })
}

fn started(disk: &MemoryDisk) -> Result<Recovered<MemoryDisk>> {
    let options = options(Replay::Genesis);
    Ok(recover(disk.clone(), options, Engine::new(), &mut |_| {})?)
}

fn is_refused(disk: MemoryDisk) -> bool {
    started(&disk).is_err()
}

/// What was shed must not be in the batch, and nothing protective may be shed.
fn check_shed(asked: &[Request], batch: &Batch) -> Result<()> {
    ensure!(
        asked.len() == batch.commands.len() + batch.shed.len(),
        "a request was neither written nor shed"
    );
    let is_lost = |request: &&Request| {
        is_protective(&request.command) && batch.shed.contains(&request.ticket)
    };
    ensure!(
        !asked.iter().any(|request| is_lost(&request)),
        "a cancel was shed while the reserve lasted"
    );
    Ok(())
}
