//! The committed inputs of a target, one a file.

use anyhow::{Context, Result};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// Returns the folder of a target's committed inputs.
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target)
}

/// Returns the inputs of a folder in the order of their names; none when there is no folder.
///
/// # Errors
/// When the folder is there and cannot be read.
pub fn load(folder: &Path) -> Result<Vec<Vec<u8>>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in folder.read_dir().context("the corpus cannot be listed")? {
        paths.push(entry?.path());
    }
    paths.sort();
    paths
        .iter()
        .map(|path| {
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
        })
        .collect()
}

/// Writes an input under a name made of its content, and returns the path.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written.
pub fn store(folder: &Path, kind: &str, input: &[u8]) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let path = folder.join(format!("{kind}-{:016x}", hasher.finish()));
    std::fs::write(&path, input).with_context(|| format!("{}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_loaded() {
        let folder = std::env::temp_dir().join(format!("fuzz-corpus-{}", std::process::id()));
        for input in [b"b".as_slice(), b"a", b"b"] {
            store(&folder, "seed", input).expect("the folder for temporary files is writable");
        }
        let mut loaded = load(&folder).expect("the folder is readable");
        std::fs::remove_dir_all(&folder).expect("the folder is ours");
        loaded.sort();
        assert_eq!(loaded, [b"a", b"b"]);
        assert!(load(&folder).expect("nothing is nothing").is_empty());
    }
}
