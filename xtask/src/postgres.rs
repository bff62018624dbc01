//! A server of PostgreSQL for tests: started on a free port with a folder of its own, ended and forgotten when dropped.

use crate::mutants::{self, Choice};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where Debian keeps the programs, a folder a version.
const PROGRAMS: &str = "/usr/lib/postgresql";
/// Told to the tests: the URL of the server, without a database.
const VARIABLE: &str = "BOURSE_TEST_POSTGRES";
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

/// Tests that open users, keys, sessions or a history, the longest first. Every test of the gateway over HTTP is among
/// them: a list of those that need a database would miss the next one.
/// Those of the binary start an exchange with users, each but a few that read its documents. Beyond them, `syslog` and
/// `mail` have tests of framing, and `webhook` of calls, that open none: they take no time.
const CHOICES: [Choice<'static>; 9] = [
    choice("gateway/gateway", ""),
    choice("bourse/binary", ""),
    choice("indexer/history", ""),
    choice("bourse/users", ""),
    choice("identity/identity", ""),
    choice("identity/lib", "store::"),
    choice("mail/mail", ""),
    choice("webhook/webhook", ""),
    choice("syslog/syslog", ""),
];

const fn choice<'a>(check: &'a str, part: &'a str) -> Choice<'a> {
    Choice { check, part }
}

/// A running server.
pub struct Server {
    child: Child,
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
}

/// Runs the tests of accounts and of the history on PostgreSQL, out of the build that `ci test` has made.
pub fn check() -> Result<()> {
    let server = Server::start()?;
    mutants::test_some(&CHOICES, &[(VARIABLE, &server.url())])
}

/// Runs a command to which a server is told.
pub fn run(command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else {
        return check();
    };
    let server = Server::start()?;
    shell::run_with(program, arguments, &[(VARIABLE, &server.url())])
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
        if shell::is_root()? {
            let path = folder.to_str().context("a path that is text")?;
            shell::run("chown", &["postgres:postgres", path])?;
        }
        let data = folder.join("data");
        let made = unprivileged(&programs.join("initdb"))?
            .args(["--no-sync", "--auth=trust", "--username=tester"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"])
            .arg(&data)
            .output()?;
        if !made.status.success() {
            bail!("initdb: {}", String::from_utf8_lossy(&made.stderr));
        }
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
        let port = self.port.to_string();
        let program = self.programs.join("createdb");
        let connection = ["--host=127.0.0.1", "--username=tester", "--port", &port];
        let program = program.to_str().context("a path that is text")?;
        shell::run(program, &[&connection[..], &[name]].concat())
    }

    /// Returns what a statement answers, a line a row.
    ///
    /// # Errors
    /// It is refused.
    pub fn ask(&self, database: &str, statement: &str) -> Result<String> {
        let port = self.port.to_string();
        let program = self.programs.join("psql");
        let program = program.to_str().context("a path that is text")?;
        let server = ["--host=127.0.0.1", "--username=tester", "--port", &port];
        let asked = [
            "--no-align",
            "--tuples-only",
            "--command",
            statement,
            database,
        ];
        shell::read(program, &[&server[..], &asked].concat())
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
        let number = self.child.id().to_string();
        let _ = shell::run("kill", &["-INT", &number]);
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
    if shell::is_root()? {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--").arg(program);
    // A folder that the other user may not enter would be an error.
    command.current_dir("/");
    Ok(command)
}
