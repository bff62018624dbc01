//! The state at the beginning of a day, on the disk: who writes the day need not read all the days before it.
//!
//! | bytes | field |
//! |---|---|
//! | 8 | magic `BRSOPEN1` |
//! | 16 | cluster id |
//! | 8 | the day, counted from the epoch |
//! | 32 | SHA-256 of the events of the last command in it |
//! | 32 | SHA-256 of the body |
//! | | body: the state of the views |

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use views::views::Views;
use wire::binary::digest::Digest;
use wire::binary::snapshot_views::{decode_views, encode_views};

use crate::day::Day;
use crate::error::ArchiveError;
use crate::fold::{Fold, LIMITS};
use crate::publish::{rename, write_synced};

const MAGIC: &[u8; 8] = b"BRSOPEN1";
const HEAD_BYTES: usize = 8 + 16 + 8 + 2 * Digest::BYTES;

/// Writes the state at the beginning of a day, in place of an earlier one.
///
/// # Errors
/// The disk's; the earlier one is untouched then.
pub fn write(path: &Path, fold: &Fold, day: Day) -> Result<(), ArchiveError> {
    let mut body = Vec::new();
    encode_views(&fold.views.state(), &mut body);
    let mut bytes = Vec::with_capacity(HEAD_BYTES + body.len());
    bytes.extend(MAGIC);
    bytes.extend(fold.cluster.to_le_bytes());
    bytes.extend(day.0.to_le_bytes());
    bytes.extend(fold.last.0);
    bytes.extend(Digest::of(&body).0);
    bytes.extend(body);
    let part = path.with_extension("part");
    write_synced(&part, &bytes)?;
    rename(&part, path)
}

/// Reads the state at the beginning of a day; `None` when there is none.
///
/// # Errors
/// It is damaged, of another exchange or of another program: who wants it begins with the first command.
pub fn read(path: &Path, cluster: u128) -> Result<Option<(Fold, Day)>, ArchiveError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ArchiveError::at(path)(error)),
    };
    let unusable = |reason: String| ArchiveError::Opening { reason };
    let (head, body) = bytes
        .split_at_checked(HEAD_BYTES)
        .ok_or_else(|| unusable("it is cut off".to_owned()))?;
    let field = |start: usize| &head[start..];
    if !head.starts_with(MAGIC) {
        return Err(unusable("it is of another format".to_owned()));
    }
    if !field(8).starts_with(&cluster.to_le_bytes()) {
        return Err(unusable("it is that of another exchange".to_owned()));
    }
    if !field(64).starts_with(&Digest::of(body).0) {
        return Err(unusable("its checksum is wrong".to_owned()));
    }
    let day = field(24)
        .first_chunk()
        .copied()
        .map_or(0, i64::from_le_bytes);
    let last = field(32).first_chunk().copied().unwrap_or_default();
    let state = decode_views(body).map_err(|error| unusable(error.to_string()))?;
    let views = Views::restore_within(state, LIMITS);
    let views = views.map_err(|error| unusable(error.to_string()))?;
    Ok(Some((Fold::at(cluster, views, Digest(last)), Day(day))))
}
