//! Finished tables, brought to where everybody finds them: whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest as _, Sha256};
use wire::binary::digest::Digest;

use crate::error::ArchiveError;
use crate::file_name::FileName;
use crate::spool::Table;
use crate::zip::{self, Entry};

const CHUNK_BYTES: usize = 1 << 16;

/// Writes a table as an archive with its checksum below `root`, and returns the length of the archive.
///
/// Each is written under another name, synced and renamed, the checksum first: who sees the archive finds the other.
///
/// # Errors
/// The disk's. An earlier archive of this name is untouched then.
pub fn publish(root: &Path, name: &FileName, table: &Table) -> Result<u64, ArchiveError> {
    let (folder, stem) = (root.join(name.folder()), name.stem());
    fs::create_dir_all(&folder).map_err(ArchiveError::at(&folder))?;
    let archive = format!("{stem}.zip");
    let checksum = format!("{archive}.CHECKSUM");
    let (part, checksum_part) = (
        folder.join(format!(".{archive}.part")),
        folder.join(format!(".{checksum}.part")),
    );
    let entry = Entry {
        name: &format!("{stem}.csv"),
        size_bytes: table.size_bytes(),
        day: name.day,
    };
    write_archive(&part, &entry, table)?;
    let (digest, size_bytes) = digest_of(&part)?;
    let line = format!("{digest}  {archive}\n");
    write_synced(&checksum_part, line.as_bytes())?;
    rename(&checksum_part, &folder.join(checksum))?;
    rename(&part, &folder.join(archive))?;
    let synced = File::open(&folder).and_then(|folder| folder.sync_all());
    synced.map_err(ArchiveError::at(&folder))?;
    Ok(size_bytes)
}

fn write_archive(path: &Path, entry: &Entry<'_>, table: &Table) -> Result<(), ArchiveError> {
    let mut text = table.read()?;
    let failed = || ArchiveError::at(path);
    let mut out = BufWriter::new(File::create(path).map_err(failed())?);
    zip::write(entry, &mut text, &mut out).map_err(failed())?;
    let file = out
        .into_inner()
        .map_err(|error| failed()(error.into_error()))?;
    file.sync_all().map_err(failed())
}

/// Returns the digest of a file, as it is on the disk, and its length.
fn digest_of(path: &Path) -> Result<(Digest, u64), ArchiveError> {
    let failed = || ArchiveError::at(path);
    let mut file = File::open(path).map_err(failed())?;
    let (mut hash, mut chunk, mut size_bytes) = (Sha256::new(), vec![0; CHUNK_BYTES], 0);
    loop {
        let count = file.read(&mut chunk).map_err(failed())?;
        if count == 0 {
            break;
        }
        hash.update(&chunk[..count]);
        size_bytes += count as u64;
    }
    Ok((Digest(hash.finalize().into()), size_bytes))
}

/// Writes a short file and waits until it is durable.
///
/// # Errors
/// The disk's.
pub fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), ArchiveError> {
    let file = File::create(path);
    let written = file.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(ArchiveError::at(path))
}

/// Gives a file its name.
///
/// # Errors
/// The disk's.
pub fn rename(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    fs::rename(from, to).map_err(ArchiveError::at(to))
}
