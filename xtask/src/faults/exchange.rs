//! The shipped binary as a child process: started, awaited, killed, and never left behind.

use super::account::{Account, Described, described};
use crate::shell;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{File, OpenOptions};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A start or an end that takes longer is a failure.
const START_TIME_MAX: Duration = Duration::from_secs(60);
/// An end after a failure that takes longer never comes.
const HALT_TIME_MAX: Duration = Duration::from_secs(60);
const LOOK_PERIOD: Duration = Duration::from_millis(1);
/// How much of the log an error shows.
const LOG_TAIL_BYTES: usize = 2_000;

/// How an exchange is started.
#[derive(Clone, Debug)]
pub struct Setup {
    pub binary: PathBuf,
    /// Holds the data directory, `data`, and the log, `exchange.log`.
    pub directory: PathBuf,
    /// A program, with its arguments, that runs the exchange; empty for none.
    pub wrapper: Vec<String>,
    pub variables: Vec<(&'static str, String)>,
    /// Further arguments of the exchange.
    pub arguments: Vec<String>,
}

impl Setup {
    /// Returns a plain start in this directory.
    pub fn plain(binary: &Path, directory: &Path) -> Setup {
        Setup {
            binary: binary.to_owned(),
            directory: directory.to_owned(),
            wrapper: Vec::new(),
            variables: Vec::new(),
            arguments: Vec::new(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    pub fn log(&self) -> PathBuf {
        self.directory.join("exchange.log")
    }

    fn command(&self) -> Result<Command> {
        let mut words = self
            .wrapper
            .iter()
            .map(String::as_str)
            .collect::<Vec<&str>>();
        let binary = self.binary.to_string_lossy();
        words.push(&binary);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        command
            .args(["dev", "--market", "none", "--unlimited", "--data-dir"])
            .arg(self.data());
        command
            .args(["--listen", "127.0.0.1:0"])
            .args(&self.arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        let log: File = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        Ok(command)
    }

    /// Returns the end of what the exchange has said.
    pub fn log_tail(&self) -> String {
        let text = std::fs::read(self.log()).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(LOG_TAIL_BYTES)..]).into_owned()
    }
}

/// A child process that is killed when it is forgotten.
#[derive(Debug)]
pub struct Process {
    child: Child,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts a program.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn spawn(command: &mut Command) -> Result<Process> {
        let child = command
            .spawn()
            .with_context(|| format!("{command:?} cannot be started"))?;
        Ok(Process { child })
    }

    /// Returns how it ended, or `None` while it runs.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// It does not end in time; it is killed then.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            std::thread::sleep(LOOK_PERIOD);
        }
        bail!("process {} did not end within {limit:?}", self.child.id())
    }

    /// Kills it with the signal that cannot be caught, and waits until it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop.
    pub fn terminate(&self) -> Result<()> {
        shell::read("sh", &["-c", &format!("kill -TERM {}", self.child.id())])?;
        Ok(())
    }
}

/// A running exchange that accepts connections.
#[derive(Debug)]
pub struct Exchange {
    pub process: Process,
    pub address: SocketAddr,
    /// Of metrics and health.
    pub ops: SocketAddr,
    pub accounts: Vec<Arc<Account>>,
    /// From its start to its readiness.
    pub ready_after: Duration,
    setup: Setup,
}

impl Exchange {
    /// Starts an exchange and waits until it is ready.
    ///
    /// # Errors
    /// It ends before, or is not ready in time.
    pub fn start(setup: &Setup) -> Result<Exchange> {
        let mut starting = Starting::begin(setup)?;
        while starting.started.elapsed() < START_TIME_MAX {
            if starting.is_ready() {
                let ready_after = starting.started.elapsed();
                let Described {
                    address,
                    ops,
                    accounts,
                } = described(&setup.data())?;
                let process = starting.process;
                return Ok(Exchange {
                    process,
                    address,
                    ops,
                    accounts,
                    ready_after,
                    setup: setup.clone(),
                });
            }
            if let Some(status) = starting.process.ended()? {
                bail!(
                    "the exchange ended before it was ready: {status}\n{}",
                    setup.log_tail()
                );
            }
            std::thread::sleep(LOOK_PERIOD);
        }
        bail!(
            "the exchange was not ready within {START_TIME_MAX:?}\n{}",
            setup.log_tail()
        )
    }

    /// Waits until it stops by itself, as it has to after a failure: with a status of its own that is not 0.
    ///
    /// # Errors
    /// It goes on, or ends otherwise.
    pub fn wait_for_halt(&mut self) -> Result<()> {
        let status = self.process.wait(HALT_TIME_MAX);
        let status = status.context("the exchange should have stopped")?;
        ensure!(
            status.code().is_some_and(|code| code != 0),
            "the exchange should have halted and stopped with {status}\n{}",
            self.setup.log_tail()
        );
        Ok(())
    }

    /// Stops it in good order; it has to end with status 0 within `limit`. Returns how long that took.
    ///
    /// # Errors
    /// It ends otherwise.
    pub fn stop(mut self, limit: Duration) -> Result<Duration> {
        let asked = Instant::now();
        self.process.terminate()?;
        let status = self.process.wait(limit)?;
        ensure!(
            status.success(),
            "the exchange stopped with {status}\n{}",
            self.setup.log_tail()
        );
        Ok(asked.elapsed())
    }
}

/// An exchange on its way.
#[derive(Debug)]
pub struct Starting {
    pub process: Process,
    started: Instant,
    description: PathBuf,
}

impl Starting {
    /// Starts an exchange and does not wait.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn begin(setup: &Setup) -> Result<Starting> {
        let description = setup.data().join("dev.json");
        match std::fs::remove_file(&description) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let started = Instant::now();
        let process = Process::spawn(&mut setup.command()?)?;
        Ok(Starting {
            process,
            started,
            description,
        })
    }

    /// `dev.json` is written once connections are accepted, whole or not at all.
    pub fn is_ready(&self) -> bool {
        self.description.exists()
    }
}

/// How a start ended that was not to succeed.
#[derive(Debug)]
pub struct Refused {
    /// What this start has said.
    pub message: String,
}

/// Starts an exchange that must not start.
///
/// # Errors
/// It becomes ready, or does not end.
pub fn start_refused(setup: &Setup) -> Result<Refused> {
    let before = std::fs::read(setup.log()).map_or(0, |text| text.len());
    let mut starting = Starting::begin(setup)?;
    let status = starting
        .process
        .wait(START_TIME_MAX)
        .context("an exchange that should refuse to start")?;
    let text = std::fs::read(setup.log())?;
    let message = String::from_utf8_lossy(&text[before..]).into_owned();
    ensure!(
        !status.success(),
        "the exchange should refuse to start and ended with {status}: {message}"
    );
    ensure!(
        !starting.is_ready(),
        "the exchange should refuse to start and became ready: {message}"
    );
    Ok(Refused { message })
}

/// Runs another command of the binary on a data directory and returns what it prints.
///
/// # Errors
/// It fails, with what it says.
pub fn run(setup: &Setup, command: &[&str]) -> Result<String> {
    let data = setup.data();
    let data = data.to_string_lossy();
    let arguments = [command, &["--data-dir", &data]].concat();
    shell::read(&setup.binary.to_string_lossy(), &arguments)
}
