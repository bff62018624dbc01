//! A server of PostgreSQL for tests and measurements: started on a free port with a folder of its own, ended and forgotten
//! when dropped.
//!
//! `bench` has this file, too: it knows nothing of either.

use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where Debian keeps the programs, a folder a version.
const PROGRAMS: &str = "/usr/lib/postgresql";
const START_TIMEOUT: Duration = Duration::from_secs(30);
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const LOOK_PERIOD: Duration = Duration::from_millis(50);

/// Nothing of a test outlives the server, so it syncs nothing.
const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "full_page_writes=off",
    "max_connections=400",
    "shared_buffers=64MB",
    "autovacuum=off",
];

/// A running server.
pub struct Server {
    child: Child,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

/// Returns whether PostgreSQL is installed.
pub fn is_installed() -> bool {
    programs().is_ok()
}

/// Returns the folder of the programs of the newest version.
fn programs() -> Result<PathBuf> {
    let versions = std::fs::read_dir(PROGRAMS);
    let versions = versions.into_iter().flatten().flatten();
    let numbered = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        programs
            .join("initdb")
            .is_file()
            .then_some((version, programs))
    });
    let newest = numbered.max().map(|(_, programs)| programs);
    newest.context("PostgreSQL is not installed: run apt-get install postgresql")
}

impl Server {
    /// Makes a cluster in a temporary folder and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Server> {
        let programs = programs()?;
        let folder = std::env::temp_dir().join(format!("bourse-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        if is_root()? {
            output(Command::new("chown").arg("postgres:postgres").arg(&folder))?;
        }
        let data = folder.join("data");
        let mut made = unprivileged(&programs.join("initdb"))?;
        made.args(["--no-sync", "--auth=trust", "--username=tester"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(&data);
        output(&mut made)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut server = Server {
            child: begin(&programs, &folder, port)?,
            programs,
            folder,
            port,
        };
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// There is one of that name.
    pub fn create_database(&self, name: &str) -> Result<()> {
        output(self.client("createdb").arg(name)).map(drop)
    }

    /// Returns what a statement answers, a line a row.
    ///
    /// # Errors
    /// It is refused.
    pub fn ask(&self, database: &str, statement: &str) -> Result<String> {
        let mut asked = self.client("psql");
        asked.args(["--no-align", "--tuples-only", "--command", statement]);
        output(asked.arg(database))
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["--host=127.0.0.1", "--username=tester", "--port"]);
        command.arg(self.port.to_string());
        command
    }

    /// Kills the server with the signal that cannot be caught; those who serve connections end by themselves.
    ///
    /// # Errors
    /// It has ended already.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts a server again that was killed, with what it has kept.
    ///
    /// # Errors
    /// It does not recover in time.
    pub fn start_again(&mut self) -> Result<()> {
        let started = Instant::now();
        loop {
            self.child = begin(&self.programs, &self.folder, self.port)?;
            // It refuses as long as one of those who served connections is not gone.
            match self.wait_until_ready() {
                Err(_) if started.elapsed() < START_TIMEOUT => std::thread::sleep(LOOK_PERIOD),
                ready => return ready,
            }
        }
    }

    /// Returns the URL without a database.
    pub fn url(&self) -> String {
        format!("postgres://tester@127.0.0.1:{}", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        let port = self.port.to_string();
        let is_ready = || {
            let mut ask = Command::new(self.programs.join("pg_isready"));
            ask.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
            ask.status().is_ok_and(|status| status.success())
        };
        while !is_ready() {
            let log = || std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            if let Some(status) = self.child.try_wait()? {
                bail!("PostgreSQL ended with {status}:\n{}", log());
            }
            if START_TIMEOUT < started.elapsed() {
                bail!("PostgreSQL is not ready after 30 s:\n{}", log());
            }
            std::thread::sleep(LOOK_PERIOD);
        }
        Ok(())
    }
}

impl Drop for Server {
    /// Ends the server whoever is connected, and removes its folder.
    fn drop(&mut self) {
        // The number of one that was killed may be that of another process by now.
        if matches!(self.child.try_wait(), Ok(None)) {
            let number = self.child.id().to_string();
            let _ = output(Command::new("kill").args(["-INT", &number]));
        }
        let started = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && started.elapsed() < STOP_TIMEOUT {
            std::thread::sleep(LOOK_PERIOD);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Starts the server of a cluster that has been made.
fn begin(programs: &Path, folder: &Path, port: u16) -> Result<Child> {
    let log = std::fs::File::create(folder.join("log"))?;
    let mut command = unprivileged(&programs.join("postgres"))?;
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    let child = command
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.display()))
        .args(["-p", &port.to_string(), "-D"])
        .arg(folder.join("data"))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(child)
}

/// Returns a command for a program that refuses to be run by root; it ends with this process.
fn unprivileged(program: &Path) -> Result<Command> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "INT"]);
    if is_root()? {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--").arg(program);
    // A folder that the other user may not enter would be an error.
    command.current_dir("/");
    Ok(command)
}

fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Returns what a command prints; an exit status other than 0 is an error.
fn output(command: &mut Command) -> Result<String> {
    let done = command
        .output()
        .with_context(|| format!("{command:?} cannot be started"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("{command:?} failed: {}: {said}", done.status);
    }
    Ok(String::from_utf8(done.stdout)?)
}
