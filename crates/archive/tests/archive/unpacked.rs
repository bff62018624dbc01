//! Files as others see them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::DeflateDecoder;
use wire::binary::digest::Digest;

/// Returns every file below a folder, by its path.
pub fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let (mut found, mut open) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                let below = path.strip_prefix(root).expect("below").to_owned();
                found.insert(below, bytes);
            }
        }
    }
    found
}

/// Returns the rows of an archive, whose checksum beside it is right.
pub fn rows(root: &Path, folder: &str, stem: &str) -> Vec<Vec<String>> {
    let archive = format!("{stem}.zip");
    let path = root.join("spot/daily").join(folder).join(&archive);
    let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let checksum = fs::read_to_string(path.with_extension("zip.CHECKSUM")).expect("a checksum");
    assert_eq!(checksum, format!("{}  {archive}\n", Digest::of(&bytes)));
    let number = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]) as usize;
    let (name_bytes, extra_bytes) = (number(26), number(28));
    let name = &bytes[30..30 + name_bytes];
    assert_eq!(name, format!("{stem}.csv").as_bytes());
    let mut text = String::new();
    DeflateDecoder::new(&bytes[30 + name_bytes + extra_bytes..])
        .read_to_string(&mut text)
        .expect("a text");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().map(cells).collect()
}
