//! Where the databases of an exchange are, and the ways in which they fail there.

use super::super::Plan;
use super::super::small_disk::{SmallDisk, fill};
use super::taken::{CONNECTIONS, Taken};
use crate::postgres::server::Server;
use crate::shell;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const DATABASE: &str = "exchange";
/// Databases in the beginning, and some MiB for what is done before the disk is full.
const DISK_BYTES: u64 = 96 << 20;
const SHORT: Duration = Duration::from_secs(3);
/// Longer than a server that says nothing is waited for.
const LONG_SILENCE: Duration = Duration::from_secs(90);
/// What T-K13 asks for.
const LONG_AWAY: Duration = Duration::from_secs(600);

/// A way in which a database fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Its disk is full: it can be read.
    Full,
    /// Others have all connections.
    NoConnection,
    /// It says nothing, and whoever waits for it waits.
    Hung,
    /// Killed, and not started again.
    Away,
}

impl Outage {
    /// Whether the history has to know after so long that it is not written.
    pub fn is_noticed_within(self, lasted: Duration) -> bool {
        self != Outage::Hung || LONG_SILENCE <= lasted
    }
}

/// Where the databases are.
pub enum Place {
    Server(OnServer),
    Files(OnFiles),
}

/// An outage that goes on until it is ended.
pub enum Ongoing {
    Full(PathBuf),
    NoConnection(Taken),
    Hung(Stopped),
    Away,
}

impl Place {
    /// Returns the arguments that name it.
    pub fn arguments(&self) -> Vec<String> {
        let Place::Server(place) = self else {
            return Vec::new();
        };
        let server = place.server.url().replace("tester@", "exchange@");
        let address = format!("{server}/{DATABASE}");
        ["--identity", &address, "--history", &address]
            .map(str::to_owned)
            .to_vec()
    }

    /// Returns what happens here, one after the other, and how long each lasts.
    pub fn outages(&self, plan: &Plan) -> Vec<(Outage, Duration)> {
        let rounds = plan.count(1, 20) as usize;
        let short = |outage: Outage| (outage, SHORT);
        match self {
            Place::Files(_) => vec![short(Outage::Full); rounds],
            Place::Server(_) => {
                let each = [Outage::Full, Outage::NoConnection, Outage::Hung].map(short);
                let mut all = each.repeat(rounds);
                let ten = Duration::from_secs(10);
                all.push((
                    Outage::Away,
                    Duration::from_secs(plan.count(ten.as_secs(), LONG_AWAY.as_secs())),
                ));
                if rounds != 1 {
                    all.push((Outage::Hung, LONG_SILENCE));
                }
                all
            }
        }
    }

    /// Begins an outage.
    ///
    /// # Errors
    /// The machine does not let it.
    pub fn begin(&mut self, outage: Outage) -> Result<Ongoing> {
        match (outage, self) {
            (Outage::Full, Place::Server(place)) => full(&place.folder),
            (Outage::Full, Place::Files(place)) => full(&place.folder),
            (Outage::NoConnection, Place::Server(place)) => {
                Ok(Ongoing::NoConnection(Taken::take(&place.server)?))
            }
            (Outage::Hung, Place::Server(place)) => {
                Ok(Ongoing::Hung(Stopped::stop(&place.server)?))
            }
            (Outage::Away, Place::Server(place)) => {
                place.server.kill()?;
                Ok(Ongoing::Away)
            }
            (other, Place::Files(_)) => anyhow::bail!("no file is {other:?}"),
        }
    }

    /// Ends an outage.
    ///
    /// # Errors
    /// The database does not come back.
    pub fn end(&mut self, ongoing: Ongoing) -> Result<()> {
        match (ongoing, self) {
            (Ongoing::Full(ballast), _) => std::fs::remove_file(ballast)?,
            (Ongoing::Away, Place::Server(place)) => place.server.start_again()?,
            (Ongoing::Away, Place::Files(_)) => {}
            (Ongoing::NoConnection(taken), _) => drop(taken),
            (Ongoing::Hung(stopped), _) => drop(stopped),
        }
        Ok(())
    }
}

fn full(folder: &Path) -> Result<Ongoing> {
    let ballast = folder.join("ballast");
    fill(&ballast, u64::MAX)?;
    Ok(Ongoing::Full(ballast))
}

/// A server of PostgreSQL; the database is on a disk of its own, so that it is full and the server goes on.
pub struct OnServer {
    server: Server,
    folder: PathBuf,
    /// Gone after the server.
    _disk: SmallDisk,
}

impl OnServer {
    /// Starts a server with an empty database; `None` where nothing can be mounted.
    pub fn start(directory: &Path) -> Result<Option<OnServer>> {
        let folder = directory.join("disk");
        std::fs::create_dir(&folder)?;
        let owner = |what: &str| shell::read("id", &[what, "postgres"]);
        let (user, group) = (owner("-u")?, owner("-g")?);
        let of_server = format!(",mode=0700,uid={},gid={}", user.trim(), group.trim());
        let Some(disk) = SmallDisk::mount(&folder, DISK_BYTES, &of_server)? else {
            return Ok(None);
        };
        let server = Server::start()?;
        let ask = |statement: &str| server.ask("postgres", statement);
        ask(&format!(
            "CREATE TABLESPACE small LOCATION '{}'",
            folder.display()
        ))?;
        // No administrators: those have connections when nobody else has one.
        ask("CREATE ROLE exchange LOGIN")?;
        ask("CREATE ROLE stranger LOGIN")?;
        ask(&format!(
            "CREATE DATABASE {DATABASE} OWNER exchange TABLESPACE small CONNECTION LIMIT {CONNECTIONS}"
        ))?;
        Ok(Some(OnServer {
            server,
            folder,
            _disk: disk,
        }))
    }
}

/// Files of SQLite on a disk that has the data directory as well; what is not a database is elsewhere.
pub struct OnFiles {
    folder: PathBuf,
    _disk: SmallDisk,
}

impl OnFiles {
    /// Makes the data directory; `None` where nothing can be mounted.
    pub fn make(folder: PathBuf) -> Result<Option<OnFiles>> {
        std::fs::create_dir(&folder)?;
        let Some(disk) = SmallDisk::mount(&folder, DISK_BYTES, ",mode=0700")? else {
            return Ok(None);
        };
        for name in ["journal", "events", "snapshots"] {
            let elsewhere = folder.with_file_name(name);
            std::fs::create_dir(&elsewhere)?;
            std::os::unix::fs::symlink(elsewhere, folder.join(name))?;
        }
        Ok(Some(OnFiles {
            folder,
            _disk: disk,
        }))
    }
}

/// The processes of a server, stopped; they go on when this is dropped.
pub struct Stopped {
    processes: Vec<String>,
}

impl Stopped {
    fn stop(server: &Server) -> Result<Stopped> {
        let data = server.ask("postgres", "SHOW data_directory")?;
        let file = std::fs::read_to_string(Path::new(data.trim()).join("postmaster.pid"))?;
        let first = file.lines().next().context("a number of a process")?;
        // The first, so that it makes no others meanwhile.
        let mut stopped = Stopped {
            processes: Vec::new(),
        };
        stopped.also(first)?;
        let children = std::fs::read_to_string(format!("/proc/{first}/task/{first}/children"))?;
        for child in children.split_whitespace() {
            stopped.also(child)?;
        }
        Ok(stopped)
    }

    fn also(&mut self, process: &str) -> Result<()> {
        // One that serves a connection may have ended by now.
        if shell::read("kill", &["-STOP", process]).is_ok() {
            self.processes.push(process.to_owned());
        }
        Ok(())
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        for process in &self.processes {
            let _ = shell::read("kill", &["-CONT", process]);
        }
    }
}
