//! Clients from their registries, each at the version its list names, installed on first use below `target/clients`.
//!
//! Python packages have a folder each, since two of them call their module `binance`; those of Node share one.

use crate::sandbox::target;
use crate::shell::run;
use anyhow::{Context, Result};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The Python clients with their versions, one a line.
const PYTHON_LIST: &str = "xtask/clients/requirements.txt";
/// The Node clients with their versions, and everything they need with its checksum.
const NODE_LISTS: [&str; 2] = [
    "xtask/clients/package.json",
    "xtask/clients/package-lock.json",
];
/// Says in a folder what was installed there, once it was.
const MARK: &str = "installed.txt";

/// Where clients are installed.
pub struct Packages {
    folder: PathBuf,
    python_list: String,
    node_list: Value,
}

/// What runs a session.
pub struct Program {
    pub path: String,
    variable: (&'static str, String),
}

impl Program {
    /// Returns the environment in which the client is found.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        let (name, value) = &self.variable;
        vec![(*name, value.as_str()), ("PYTHONDONTWRITEBYTECODE", "1")]
    }
}

impl Packages {
    pub fn find() -> Result<Packages> {
        let folder = target().join("clients");
        fs::create_dir_all(&folder)?;
        Ok(Packages {
            folder: folder.canonicalize()?,
            python_list: fs::read_to_string(PYTHON_LIST)?,
            node_list: serde_json::from_str(&fs::read_to_string(NODE_LISTS[0])?)?,
        })
    }

    /// Returns the version of a client that the script's language pins.
    pub fn version(&self, script: &str, package: &str) -> Result<String> {
        let version = if is_python(script) {
            let pinned = self.python_list.lines().find_map(|line| {
                let (name, version) = line.split_once("==")?;
                (name == package).then_some(version)
            });
            pinned.map(str::to_owned)
        } else {
            let pinned = self.node_list["dependencies"][package].as_str();
            pinned.map(str::to_owned)
        };
        version.with_context(|| format!("{package} is in no list of versions"))
    }

    /// Installs a client where it is missing, and returns what runs a script that uses it.
    pub fn program(&self, script: &str, package: &str) -> Result<Program> {
        let version = self.version(script, package)?;
        if is_python(script) {
            self.python(package, &version)
        } else {
            self.node()
        }
    }

    fn python(&self, package: &str, version: &str) -> Result<Program> {
        let tools = self.folder.join("python");
        let program = super::text(&tools.join("bin/python"))?;
        if !is_marked(&tools, "pip")? {
            run("python3", &["-m", "venv", &super::text(&tools)?])
                .context("making a Python environment")?;
            mark(&tools, "pip")?;
        }
        let folder = self.folder.join(format!("python-{package}"));
        let wanted = format!("{package}=={version}");
        if !is_marked(&folder, &wanted)? {
            clear(&folder)?;
            let place = super::text(&folder)?;
            const QUIET: [&str; 2] = ["--quiet", "--disable-pip-version-check"];
            let install = ["-m", "pip", "install", QUIET[0], QUIET[1], "--target"];
            run(&program, &[install.as_slice(), &[&place, &wanted]].concat())?;
            mark(&folder, &wanted)?;
        }
        Ok(Program {
            path: program,
            variable: ("PYTHONPATH", super::text(&folder)?),
        })
    }

    fn node(&self) -> Result<Program> {
        let folder = self.folder.join("node");
        let wanted = fs::read_to_string(NODE_LISTS[1])?;
        if !is_marked(&folder, &wanted)? {
            clear(&folder)?;
            for list in NODE_LISTS {
                let name = Path::new(list).file_name().context("a file")?;
                fs::copy(list, folder.join(name))?;
            }
            let place = super::text(&folder)?;
            const QUIET: [&str; 3] = ["--no-audit", "--no-fund", "--ignore-scripts"];
            run(
                "npm",
                &[&["ci", "--prefix", &place], QUIET.as_slice()].concat(),
            )?;
            mark(&folder, &wanted)?;
        }
        Ok(Program {
            path: "node".to_owned(),
            variable: ("CLIENTS", super::text(&folder)?),
        })
    }
}

fn is_python(script: &str) -> bool {
    script.ends_with(".py")
}

fn is_marked(folder: &Path, wanted: &str) -> Result<bool> {
    let path = folder.join(MARK);
    Ok(path.exists() && fs::read_to_string(path)? == wanted)
}

fn mark(folder: &Path, wanted: &str) -> Result<()> {
    Ok(fs::write(folder.join(MARK), wanted)?)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
