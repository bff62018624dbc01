//! Packs the pages as the binary sends them: a gzip file beside each file that shrinks by it, by a packer that takes longer
//! than `gzip -9` and leaves some three hundredths less.

use crate::parallel::in_parallel;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use zopfli::{Format, Options};

/// Smaller files cost more to unpack than they save.
const PACKED_BYTES_MIN: usize = 1_024;
/// What is packed in itself, and what this wrote.
const PACKED: [&str; 3] = ["gz", "png", "woff2"];

/// Packs every file below a folder. Nothing is written before all is packed.
pub fn pack(folder: &Path) -> Result<()> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if !PACKED
                .iter()
                .any(|ending| path.extension() == Some(ending.as_ref()))
            {
                found.push(path);
            }
        }
    }
    // The longest first, so that no core waits for one at the end.
    found.sort_by_cached_key(|path| std::cmp::Reverse(fs::metadata(path).map_or(0, |it| it.len())));
    let packed = in_parallel(&found, |path| Ok((path.clone(), packed(path)?)))?;
    for (path, bytes) in packed {
        if let Some(bytes) = bytes {
            write(&path, &bytes)?;
        }
    }
    Ok(())
}

/// Returns the file in gzip, or nothing where that is not worth it.
fn packed(path: &Path) -> Result<Option<Vec<u8>>> {
    let plain = fs::read(path).with_context(|| path.display().to_string())?;
    if plain.len() <= PACKED_BYTES_MIN {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    zopfli::compress(Options::default(), Format::Gzip, &*plain, &mut bytes)?;
    Ok(Some(bytes))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    let name = PathBuf::from(name);
    fs::write(&name, bytes).with_context(|| name.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::{GzDecoder, GzEncoder};
    use std::io::Read;

    #[test]
    fn what_shrinks_is_packed_smaller_than_by_gzip_and_unpacks_to_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("assets");
        fs::create_dir(&inner).expect("made");
        let words: String = (0..2_000_u32)
            .map(|word| format!("{} ", word * word % 997))
            .collect();
        for (name, content) in [("a.js", &*words), ("b.css", "a{}"), ("c.png", &words)] {
            fs::write(inner.join(name), content).expect("written");
        }
        pack(folder.path()).expect("packed");
        pack(folder.path()).expect("packed again");
        let packed = fs::read(inner.join("a.js.gz")).expect("there");
        let mut unpacked = String::new();
        let read = GzDecoder::new(&*packed).read_to_string(&mut unpacked);
        read.expect("gzip");
        assert_eq!(unpacked, words);
        let mut plain = Vec::new();
        let read = GzEncoder::new(words.as_bytes(), Compression::best()).read_to_end(&mut plain);
        read.expect("gzip");
        assert!(
            packed.len() < plain.len(),
            "{} of {}",
            packed.len(),
            plain.len()
        );
        let count = fs::read_dir(&inner).expect("a folder").count();
        assert_eq!(count, 4, "small files and pictures stay as they are");
    }
}
