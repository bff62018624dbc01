//! How far a log was taken, kept over restarts in a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use identity::audit::START;
use serde_json::{Value, json};

const MODE: u32 = 0o600;

/// The last row of those that were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// 0 before the first.
    pub number: i64,
    pub hash: [u8; 32],
}

impl Mark {
    /// Before the first row.
    pub const START: Mark = Mark {
        number: 0,
        hash: START,
    };
}

/// The file that keeps a mark for one destination.
#[derive(Clone, Debug)]
pub struct PositionFile {
    path: PathBuf,
    destination: String,
}

impl PositionFile {
    pub fn new(path: PathBuf, destination: String) -> PositionFile {
        PositionFile { path, destination }
    }

    /// Returns the mark, or the start where there is none: nothing was taken there yet.
    ///
    /// A file that is damaged, or of another destination, is none: rows that come twice are better than rows that never
    /// come.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn read(&self) -> io::Result<Mark> {
        let bytes = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Mark::START),
            bytes => bytes?,
        };
        Ok(self.parse(&bytes).unwrap_or(Mark::START))
    }

    fn parse(&self, bytes: &[u8]) -> Option<Mark> {
        let kept: Value = serde_json::from_slice(bytes).ok()?;
        let is_of_it = kept["destination"].as_str() == Some(&self.destination);
        let number = kept["number"]
            .as_i64()
            .filter(|number| 0 <= *number && is_of_it)?;
        let hash = hash(kept["hash"].as_str()?)?;
        Some(Mark { number, hash })
    }

    /// Keeps a mark: when this returns, it outlives a loss of power.
    ///
    /// # Errors
    /// The disk does not take it; the mark before is kept.
    pub fn write(&self, mark: Mark) -> io::Result<()> {
        let hash: String = mark.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let kept = json!({
            "destination": self.destination,
            "number": mark.number,
            "hash": hash,
        });
        let unfinished = self.path.with_extension("tmp");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(MODE);
        let mut file = options.open(&unfinished)?;
        file.write_all(kept.to_string().as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, &self.path)?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }
}

fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 2 * bytes.len() || !text.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_kept_for_its_destination_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("audit-ship.json");
        let file = |destination: &str| PositionFile::new(path.clone(), destination.to_owned());
        let (one, other) = (file("syslog+tls://a:6514"), file("syslog+tls://b:6514"));
        assert_eq!(one.read().expect("reads"), Mark::START);
        let mark = Mark {
            number: 12,
            hash: [0xcd; 32],
        };
        one.write(mark).expect("written");
        assert_eq!(one.read().expect("reads"), mark);
        assert_eq!(other.read().expect("reads"), Mark::START);
        fs::write(&path, b"{\"number\":").expect("written");
        assert_eq!(one.read().expect("reads"), Mark::START, "damaged");
    }
}
