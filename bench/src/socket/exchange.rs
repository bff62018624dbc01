//! The shipped binary as a process, with a data directory of its own.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::disk::scratch_directory;
use crate::socket::Server;
use crate::socket::signing::Key;

/// Accounts of the sandbox, among which the connections are divided.
const ACCOUNTS: usize = 8;
const START_MAX: Duration = Duration::from_secs(60);
const LOOK_PERIOD: Duration = Duration::from_millis(20);

/// A running exchange in which nobody else trades.
pub struct Exchange {
    server: Server,
    pub keys: Vec<Key>,
    /// From its start to its first connection.
    pub ready_after: Duration,
    directory: TempDir,
}

impl Exchange {
    /// # Errors
    /// The binary is not there, or does not start.
    pub fn start() -> Result<Exchange> {
        Exchange::start_with(&[])
    }

    /// As `start`, with further arguments.
    ///
    /// # Errors
    /// As `start`.
    pub fn start_with(arguments: &[&str]) -> Result<Exchange> {
        Exchange::launch("none", arguments)
    }

    /// As `start`, with this market.
    ///
    /// # Errors
    /// As `start`.
    pub fn start_market(market: &str) -> Result<Exchange> {
        Exchange::launch(market, &[])
    }

    fn launch(market: &str, arguments: &[&str]) -> Result<Exchange> {
        let started = Instant::now();
        let directory = scratch_directory()?;
        let child = Command::new(binary()?)
            .arg("dev")
            .args(["--listen", "127.0.0.1:0", "--market", market, "--unlimited"])
            .args(["--accounts", &ACCOUNTS.to_string()])
            .args(arguments)
            .arg("--data-dir")
            .arg(directory.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("the exchange cannot be started")?;
        let mut server = Server {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let description = wait_for_description(directory.path(), &mut server)?;
        let ready_after = started.elapsed();
        let base = text(&description["rest"])?;
        server.address = base
            .trim_start_matches("http://")
            .parse()
            .with_context(|| format!("the exchange listens on {base}"))?;
        let accounts = description["accounts"].as_array();
        let keys = accounts
            .context("dev.json without accounts")?
            .iter()
            .map(key);
        Ok(Exchange {
            server,
            keys: keys.collect::<Result<Vec<Key>>>()?,
            ready_after,
            directory,
        })
    }

    /// Returns what its journal holds from this command on, a line each.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub fn dump(&self, from: u64) -> Result<String> {
        let output = Command::new(binary()?)
            .args(["journal", "dump", "--from", &from.to_string(), "--data-dir"])
            .arg(self.directory.path())
            .stderr(Stdio::inherit())
            .output()
            .context("the journal cannot be read")?;
        if !output.status.success() {
            bail!("the journal cannot be read: {}", output.status);
        }
        String::from_utf8(output.stdout).context("lines of text")
    }

    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns how many commands are in its log.
    ///
    /// # Errors
    /// It does not answer.
    pub fn sequence(&self) -> Result<u64> {
        let mut stream = TcpStream::connect(self.address())?;
        stream.write_all(
            b"GET /v1/status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
        let status: Value = serde_json::from_str(body.unwrap_or_default()).context("its status")?;
        status["sequence"].as_u64().context("a sequence")
    }
}

/// Returns the binary that was built beside this one.
fn binary() -> Result<PathBuf> {
    let own = env::current_exe().context("the path of this program is unknown")?;
    let binary = own.with_file_name("bourse");
    if !binary.is_file() {
        bail!(
            "{} is missing: build it with the same profile, as `cargo build --release -p bourse` does",
            binary.display()
        );
    }
    Ok(binary)
}

/// Waits for the file that the exchange writes once it accepts connections.
fn wait_for_description(directory: &Path, server: &mut Server) -> Result<Value> {
    let path = directory.join("dev.json");
    let started = Instant::now();
    while started.elapsed() < START_MAX {
        if let Ok(bytes) = fs::read(&path) {
            return serde_json::from_slice(&bytes).context("dev.json");
        }
        if let Some(status) = server.child.try_wait()? {
            bail!("the exchange ended while starting: {status}");
        }
        std::thread::sleep(LOOK_PERIOD);
    }
    bail!("the exchange did not start in {} s", START_MAX.as_secs())
}

fn key(account: &Value) -> Result<Key> {
    Ok(Key {
        id: text(&account["api_key"])?,
        secret: text(&account["api_secret"])?,
    })
}

fn text(value: &Value) -> Result<String> {
    let text = value.as_str().context("dev.json lacks a text")?;
    Ok(text.to_owned())
}
