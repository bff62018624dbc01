//! Why a configuration file is refused: one line for each thing that is wrong with it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A file that is refused.
#[derive(Debug, Error)]
pub enum Refused {
    #[error("{}: cannot be read", file.display())]
    Unreadable { file: PathBuf, source: io::Error },
    #[error("{}: found more than 1 MiB, allowed is a file of at most 1 MiB", file.display())]
    TooLarge { file: PathBuf },
    #[error("{}", lines(file, faults))]
    Wrong { file: PathBuf, faults: Vec<Wrong> },
    #[error("{}: {reason}", file.display())]
    Contradiction { file: PathBuf, reason: &'static str },
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    pub line: usize,
    /// The setting or section, when it is known which.
    pub subject: Option<String>,
    pub found: String,
    pub allowed: String,
    /// The known name that is most like an unknown one.
    pub nearest: Option<String>,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.line)?;
        if let Some(subject) = &self.subject {
            write!(f, "{subject}: ")?;
        }
        write!(f, "found {}, allowed is {}", self.found, self.allowed)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; the nearest is {nearest}"),
            None => Ok(()),
        }
    }
}

fn lines(file: &Path, faults: &[Wrong]) -> String {
    let lines = faults
        .iter()
        .map(|wrong| format!("{}:{wrong}", file.display()));
    lines.collect::<Vec<String>>().join("\n")
}
