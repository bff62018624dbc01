//! A running `bourse dev` for tests: started on a free port with a data directory of its own, ended when dropped.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const LOOK_PERIOD: Duration = Duration::from_millis(20);

/// A sandbox exchange.
pub struct Sandbox {
    child: Child,
    folder: PathBuf,
}

/// Builds the release binary, once, and returns its path; `BOURSE_BINARY` names one that is built already.
pub fn build() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(binary) = std::env::var_os("BOURSE_BINARY") {
        return Ok(PathBuf::from(binary));
    }
    if let Some(binary) = BUILT.get() {
        return Ok(binary.clone());
    }
    crate::shell::run("cargo", &["build", "--release", "--package", "bourse"])?;
    Ok(BUILT
        .get_or_init(|| target().join("release/bourse"))
        .clone())
}

/// Returns where builds go.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

impl Sandbox {
    /// Starts a sandbox and waits until it accepts connections. Its output goes to `log` in its folder.
    pub fn start(binary: &Path, name: &str, arguments: &[&str]) -> Result<Sandbox> {
        let folder = std::env::temp_dir().join(format!("bourse-{name}-{}", std::process::id()));
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let log = std::fs::File::create(folder.join("log"))?;
        let child = Command::new(binary)
            .args(["dev", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder.join("data"))
            .args(arguments)
            .stdout(log.try_clone()?)
            .stderr(log)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("{} cannot be started", binary.display()))?;
        let mut sandbox = Sandbox { child, folder };
        sandbox.wait_until_ready()?;
        Ok(sandbox)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while !self.description_path().exists() {
            if let Some(status) = self.child.try_wait()? {
                bail!("the sandbox ended with {status}:\n{}", self.log());
            }
            if START_TIMEOUT < started.elapsed() {
                bail!(
                    "the sandbox is not ready after {} s:\n{}",
                    START_TIMEOUT.as_secs(),
                    self.log()
                );
            }
            std::thread::sleep(LOOK_PERIOD);
        }
        Ok(())
    }

    /// Returns the folder that goes with the sandbox.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the path of `dev.json`.
    pub fn description_path(&self) -> PathBuf {
        self.folder.join("data/dev.json")
    }

    /// Returns what `dev.json` says.
    pub fn description(&self) -> Result<Value> {
        Ok(serde_json::from_str(&std::fs::read_to_string(
            self.description_path(),
        )?)?)
    }

    /// Returns the origin of an address that `dev.json` names, by the name of this machine: passkeys are bound to one.
    pub fn origin(&self, name: &str) -> Result<String> {
        let description = self.description()?;
        let address = description[name].as_str().context("a web address")?;
        Ok(address.replace("127.0.0.1", "localhost"))
    }

    /// Returns everything the sandbox has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // Both fail only for a process that is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
