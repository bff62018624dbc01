//! F03, F10 and F13: the power fails, and what was written and not synced is gone, in whole or in part.
//!
//! The library `power.c` is compiled here and preloaded; it is no part of what is shipped. A last test makes it answer
//! syncs without carrying them out: the witness must then miss acknowledged orders, or it would prove nothing.

use super::Plan;
use super::audit::Audit;
use super::chance::Chance;
use super::exchange::{self, Exchange, Process, Setup};
use super::kills::{check_at_rest, ensure_none};
use super::load::{Load, Shape};
use super::scratch::in_scratch;
use super::witness::Witness;
use crate::shell;
use anyhow::{Context, Result, bail, ensure};
use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

const SOURCE: &str = "xtask/src/faults/power.c";
const SHAPE: Shape = Shape {
    workers: 12,
    pause: Duration::from_millis(2),
};
/// A second passes between two ticks at most, and the failure comes within a few calls.
const FAILURE_TIME_MAX: Duration = Duration::from_secs(20);
const SIGKILL: i32 = 9;
/// Chances in 1000 that an unsynced sector is kept: none, few, half, most, all.
const KEEPS: [u64; 6] = [0, 0, 100, 500, 900, 1_000];
/// Calls of a first start and of a recovery, more or less: a failure is placed anywhere in it.
const FIRST_START_CALLS: u64 = 260;
const RECOVERY_CALLS: u64 = 30;
const SNAPSHOT_CALLS: u64 = 12;
/// Chance in 1000 that a write is short.
const SHORT_WRITES: u64 = 60;

/// Cuts the power of a loaded exchange again and again.
///
/// # Errors
/// Something acknowledged was lost, or a failure went unnoticed that the library had planted.
pub fn run(plan: &Plan) -> Result<()> {
    in_scratch("power", |directory| {
        let mut site = Site::build(&plan.binary, directory, plan.chance("power"))?;
        site.fail_first_starts(plan.count(4, 40))?;
        let failures = plan.count(8, 200);
        let undone = site.fail_under_load(failures)?;
        println!(
            "power failures {failures} under load: sectors undone {}, names undone {}",
            undone.sectors, undone.names
        );
        ensure!(
            0 < undone.sectors,
            "no failure has undone anything: the library sees nothing"
        );
        Ok(())
    })?;
    in_scratch("lying-disk", |directory| {
        Site::build(&plan.binary, directory, plan.chance("lying-disk"))?.catch_lying_disk()
    })
}

/// A directory with the library and its files.
struct Site {
    setup: Setup,
    library: PathBuf,
    chance: Chance,
}

/// What a failure has undone.
#[derive(Clone, Copy, Debug, Default)]
struct Undone {
    sectors: u64,
    names: u64,
}

/// When the power fails.
#[derive(Clone, Copy, Debug)]
enum When {
    /// When the control file says so.
    Asked,
    /// At this call from the start.
    AtCall(u64),
}

/// Whether the disk does what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    Honest,
    /// It answers syncs and does nothing.
    Lying,
}

impl Site {
    fn build(binary: &Path, directory: &Path, chance: Chance) -> Result<Site> {
        let library = directory.join("libpower.so");
        let output = library.to_string_lossy();
        shell::run(
            "cc",
            &[
                "-O2",
                "-shared",
                "-fPIC",
                "-Wall",
                "-Wextra",
                "-o",
                &output,
                SOURCE,
                "-lpthread",
            ],
        )?;
        let setup = Setup::plain(binary, directory);
        std::fs::create_dir(setup.data())?;
        Ok(Site {
            setup,
            library,
            chance,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.setup.directory.join(name)
    }

    /// Returns the variables of a program whose power will fail.
    fn variables(
        &mut self,
        when: When,
        keep: u64,
        disk: Disk,
    ) -> Result<Vec<(&'static str, String)>> {
        let hold = self.path("hold");
        if hold.exists() {
            std::fs::remove_dir_all(&hold)?;
        }
        std::fs::create_dir(&hold)?;
        std::fs::write(self.path("control"), [0; 8])?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut variables = vec![
            ("LD_PRELOAD", text(self.library.clone())),
            ("POWER_DIR", text(self.setup.data())),
            ("POWER_HOLD", text(hold)),
            ("POWER_CONTROL", text(self.path("control"))),
            ("POWER_REPORT", text(self.path("report"))),
            ("POWER_KEEP", keep.to_string()),
            ("POWER_SEED", self.chance.next().to_string()),
            ("POWER_SHORT", SHORT_WRITES.to_string()),
        ];
        if let When::AtCall(call) = when {
            variables.push(("POWER_FAIL_AT", call.to_string()));
        }
        if disk == Disk::Lying {
            variables.push(("POWER_SWALLOW", "1".to_owned()));
        }
        Ok(variables)
    }

    /// Tells the library that the power fails now. The file keeps its length: it is mapped.
    fn cut(&self) -> Result<()> {
        let control = OpenOptions::new().write(true).open(self.path("control"))?;
        Ok(control.write_all_at(&1_u64.to_ne_bytes(), 0)?)
    }

    fn setup(&mut self, when: When, keep: u64, disk: Disk) -> Result<Setup> {
        Ok(Setup {
            variables: self.variables(when, keep, disk)?,
            ..self.setup.clone()
        })
    }

    fn any_keep(&mut self) -> u64 {
        self.chance.pick(&KEEPS).copied().unwrap_or(0)
    }

    /// The power fails during the very first starts. Nobody has been told anything yet, but the next start must work.
    fn fail_first_starts(&mut self, failures: u64) -> Result<()> {
        for _ in 0..failures {
            let call = self.chance.within(1, FIRST_START_CALLS);
            self.fail_starting(call)?;
            let exchange = Exchange::start(&self.setup)
                .with_context(|| format!("after a failure at call {call} of the first start"))?;
            drop(exchange);
            std::fs::remove_dir_all(self.setup.data())?;
            std::fs::create_dir(self.setup.data())?;
        }
        Ok(())
    }

    /// Lets the power fail at a call of a start; a start of fewer calls is cut off when it is ready.
    fn fail_starting(&mut self, call: u64) -> Result<()> {
        let keep = self.any_keep();
        let setup = self.setup(When::AtCall(call), keep, Disk::Honest)?;
        let mut starting = exchange::Starting::begin(&setup)?;
        let mut waited = Duration::ZERO;
        while waited < FAILURE_TIME_MAX {
            match starting.process.ended()? {
                Some(status) => return self.check_failed(status),
                None if starting.is_ready() => {
                    self.cut()?;
                    let status = starting.process.wait(FAILURE_TIME_MAX)?;
                    return self.check_failed(status);
                }
                None => std::thread::sleep(Duration::from_millis(1)),
            }
            waited += Duration::from_millis(1);
        }
        bail!(
            "a start neither failed nor became ready\n{}",
            setup.log_tail()
        )
    }

    fn check_failed(&self, status: ExitStatus) -> Result<()> {
        ensure!(
            status.signal() == Some(SIGKILL),
            "ended otherwise than by the power: {status}\n{}",
            self.setup.log_tail()
        );
        Ok(())
    }

    /// Lets the power of a loaded exchange fail, and checks after each restart.
    fn fail_under_load(&mut self, failures: u64) -> Result<Undone> {
        let witness = Arc::new(Witness::open(&self.path("witness.log"))?);
        let mut exchange = Exchange::start(&self.setup)?;
        let mut audit = Audit::begin(&exchange, self.chance.fork())?;
        let mut undone = Undone::default();
        for failure in 1..=failures {
            exchange.process.kill()?;
            self.fail_aside(failure)?;
            let done = self.fail_loaded(&witness, &mut undone, Disk::Honest)?;
            let outcome = Exchange::start(&self.setup).and_then(|restarted| {
                exchange = restarted;
                ensure_none(&audit.check(&exchange, done.records)?)
            });
            outcome.with_context(|| format!("power failure {failure} of {failures}"))?;
        }
        exchange.stop(super::kills::STOP_TIME_MAX)?;
        check_at_rest(&self.setup)?;
        println!(
            "power: unanswered {} of which done {}, repeated {}",
            audit.tally.unanswered, audit.tally.unanswered_done, audit.tally.repeated
        );
        Ok(undone)
    }

    /// Before some of the rounds the power also fails while a snapshot is written, or while recovering.
    fn fail_aside(&mut self, round: u64) -> Result<()> {
        if round.is_multiple_of(3) {
            let call = self.chance.within(1, SNAPSHOT_CALLS);
            let keep = self.any_keep();
            let variables = self.variables(When::AtCall(call), keep, Disk::Honest)?;
            let mut snapshot = Command::new(&self.setup.binary);
            snapshot
                .args(["snapshot", "--data-dir"])
                .arg(self.setup.data())
                .stdout(Stdio::null())
                .envs(variables);
            // It may have been done before that call came.
            Process::spawn(&mut snapshot)?.wait(FAILURE_TIME_MAX)?;
        }
        if round.is_multiple_of(2) {
            let call = self.chance.within(1, RECOVERY_CALLS);
            self.fail_starting(call)?;
        }
        Ok(())
    }

    fn fail_loaded(
        &mut self,
        witness: &Arc<Witness>,
        undone: &mut Undone,
        disk: Disk,
    ) -> Result<super::load::Done> {
        let keep = if disk == Disk::Lying {
            0
        } else {
            self.any_keep()
        };
        let setup = self.setup(When::Asked, keep, disk)?;
        let mut exchange = Exchange::start(&setup)?;
        let load = Load::start(&exchange, witness, SHAPE, &mut self.chance)?;
        std::thread::sleep(Duration::from_micros(self.chance.within(50_000, 500_000)));
        self.cut()?;
        let status = exchange.process.wait(FAILURE_TIME_MAX)?;
        self.check_failed(status)?;
        let report = std::fs::read_to_string(self.path("report"))?;
        undone.sectors += count(&report, "sectors_undone")?;
        undone.names += count(&report, "names_undone")?;
        load.stop()
    }

    /// With a disk that answers syncs and does nothing, acknowledged orders are gone after the failure; after a mere
    /// kill they are all there, which is why kills alone prove nothing.
    fn catch_lying_disk(&mut self) -> Result<()> {
        let witness = Arc::new(Witness::open(&self.path("witness.log"))?);
        let mut exchange = Exchange::start(&self.setup)?;
        let mut audit = Audit::begin(&exchange, self.chance.fork())?;
        exchange.process.kill()?;

        let setup = self.setup(When::Asked, 0, Disk::Lying)?;
        let mut exchange = Exchange::start(&setup)?;
        let load = Load::start(&exchange, &witness, SHAPE, &mut self.chance)?;
        std::thread::sleep(Duration::from_millis(200));
        exchange.process.kill()?;
        let mut exchange = Exchange::start(&self.setup)?;
        ensure_none(&audit.check(&exchange, load.stop()?.records)?)
            .context("a kill on a lying disk")?;
        exchange.process.kill()?;

        let done = self.fail_loaded(&witness, &mut Undone::default(), Disk::Lying)?;
        let acknowledged = done
            .records
            .iter()
            .filter(|record| record.acknowledged().is_some())
            .count();
        let exchange = Exchange::start(&self.setup)?;
        let findings = audit.check(&exchange, done.records)?;
        ensure!(
            !findings.lost.is_empty(),
            "a disk that lies was not caught: {acknowledged} acknowledged, none missed"
        );
        println!(
            "a lying disk is caught: of {acknowledged} acknowledged requests {} are missed",
            findings.lost.len()
        );
        Ok(())
    }
}

fn count(report: &str, name: &str) -> Result<u64> {
    let mut words = report.split_whitespace();
    words.find(|word| *word == name);
    let count = words
        .next()
        .with_context(|| format!("{name} in {report}"))?;
    Ok(count.parse()?)
}
