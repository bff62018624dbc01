//! One check: a test executable or the simulator, run until it is green, red or out of time.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The variable that wakes a bug (`crates/mutant`).
pub const AWAKE: &str = "BOURSE_MUTANT";

/// The simulation is a small one: a planted bug that needs more seeds needs a better check.
const SIMULATION: &[&str] = &["--seeds", "16", "--commands", "600", "--crashes", "4"];

/// Tests with generated cases take the same ones each time, do not shrink and leave nothing in the checkout.
const REPRODUCIBLE: &[(&str, &str)] = &[
    ("PROPTEST_RNG_SEED", "20090103"),
    ("PROPTEST_MAX_SHRINK_ITERS", "0"),
    ("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1"),
    ("RUST_BACKTRACE", "0"),
];

const POLL: Duration = Duration::from_millis(20);

#[derive(Clone, Debug)]
pub struct Check {
    /// How the table calls it.
    pub name: String,
    pub package: String,
    /// The packages it is made of.
    pub reach: BTreeSet<String>,
    pub runner: Runner,
    pub program: PathBuf,
    /// Where it runs.
    pub folder: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    Tests,
    Simulation,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Green,
    Red(Red),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Red {
    /// The test's name, the simulation's seed, or that time was up.
    pub why: String,
    /// What has to run to see it again: the test's name, or nothing for all of the check.
    pub part: String,
    /// All that the check said.
    pub output: String,
}

impl Check {
    /// Returns whether the check runs code of this package.
    pub fn reaches(&self, package: &str) -> bool {
        self.reach.contains(package)
    }

    /// Runs the check with further environment variables; with a bug awake it is stopped at the first failure. Of tests
    /// only those run whose name has the given part.
    pub fn run(&self, part: &str, variables: &[(&str, &str)], limit: Duration) -> Result<Outcome> {
        let is_one_enough = variables.iter().any(|(name, _)| *name == AWAKE);
        let log = Log::new()?;
        let mut command = Command::new(&self.program);
        match self.runner {
            Runner::Tests => command.args(["--test-threads=2", part]),
            Runner::Simulation => command.args(SIMULATION),
        };
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder)
            .env_remove(AWAKE)
            .envs(REPRODUCIBLE.iter().copied())
            .envs(variables.iter().copied())
            .stdout(log.writer()?)
            .stderr(log.writer()?);
        let child = command
            .spawn()
            .with_context(|| format!("{} cannot be started", self.program.display()))?;
        let ended = self.watch(child, &log, (is_one_enough, limit))?;
        self.judge(&ended, &log.read()?)
    }

    /// Waits for the end, the end of time, or the first failure if that is all there is to know.
    fn watch(
        &self,
        mut child: Child,
        log: &Log,
        (is_one_enough, limit): (bool, Duration),
    ) -> Result<Ended> {
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Ended::Alone(status));
            }
            let has_failed = is_one_enough && failure(self.runner, &log.read()?).is_some();
            if has_failed || limit <= started.elapsed() {
                child.kill()?;
                child.wait()?;
                return Ok(if has_failed {
                    Ended::Failed
                } else {
                    Ended::OutOfTime(limit)
                });
            }
            std::thread::sleep(POLL);
        }
    }

    fn judge(&self, ended: &Ended, output: &str) -> Result<Outcome> {
        let why = match ended {
            Ended::OutOfTime(limit) => format!("no end within {:.0} s", limit.as_secs_f64()),
            Ended::Failed => "failed".to_owned(),
            Ended::Alone(status) if status.success() => return Ok(Outcome::Green),
            // So few seeds do not hit every mark.
            Ended::Alone(_)
                if self.runner == Runner::Simulation && output.contains("inconclusive") =>
            {
                return Ok(Outcome::Green);
            }
            Ended::Alone(status) => status.to_string(),
        };
        let failure = failure(self.runner, output);
        Ok(Outcome::Red(Red {
            part: failure.clone().unwrap_or_default(),
            why: failure.unwrap_or(why),
            output: output.to_owned(),
        }))
    }
}

enum Ended {
    Alone(ExitStatus),
    /// Stopped, since a failure was seen.
    Failed,
    OutOfTime(Duration),
}

/// Returns what the output names as failed.
fn failure(runner: Runner, output: &str) -> Option<String> {
    match runner {
        Runner::Tests => output.lines().find_map(|line| {
            let name = line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?;
            Some(name.trim_end_matches(" - should panic").to_owned())
        }),
        Runner::Simulation => {
            let at = output.find("seed ")?;
            let seed = output[at..].split_once(" failed")?.0;
            Some(seed.to_owned())
        }
    }
}

/// A file for what a check says, gone with it.
struct Log {
    path: PathBuf,
}

impl Log {
    fn new() -> Result<Log> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bourse-mutants-{}-{number}.log", std::process::id());
        let path = std::env::temp_dir().join(name);
        File::create(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Log { path })
    }

    fn writer(&self) -> Result<File> {
        Ok(File::options().append(true).open(&self.path)?)
    }

    fn read(&self) -> Result<String> {
        let bytes = std::fs::read(&self.path)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // A file that stays in the system's folder for such files harms nobody.
        let _ = std::fs::remove_file(Path::new(&self.path));
    }
}
