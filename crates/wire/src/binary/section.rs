//! Sections: the parts of a snapshot, each a list of rows in a known order.
//!
//! **Shape** id `u16`, rows `u64`, length `u64`, then the rows.

use super::codec::{DecodeError, Reader};
use super::field::Field;

/// A decoder takes at most so many times the memory that its input does.
pub(crate) const MEMORY_RATIO_MAX: usize = 4;

const SECTION: &str = "section";

/// A row of a sorted list.
pub(crate) trait Row: Field {
    type Key: Ord;

    /// What errors call the list.
    const LIST: &'static str;

    /// Returns what the list is sorted by; no two rows share it.
    fn key(&self) -> Self::Key;
}

/// The kind of a snapshot: its first bytes, and the newest layout this binary knows.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub magic: [u8; 8],
    pub layout: u16,
    pub sections: u16,
    pub expected: &'static str,
}

pub(crate) fn put_format(format: Format, out: &mut Vec<u8>) {
    out.extend_from_slice(&format.magic);
    format.layout.put(out);
    format.sections.put(out);
}

/// # Errors
/// When magic or number of sections are others, or the layout is newer.
pub(crate) fn take_format(format: Format, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    let start = *reader;
    let magic: [u8; 8] = reader.array(format.expected)?;
    let at_layout = *reader;
    let layout = u16::take(reader)?;
    let sections = u16::take(reader)?;
    if magic != format.magic {
        return Err(start.illegal(format.expected));
    }
    if format.layout < layout {
        return Err(DecodeError::NewerVersion {
            offset: at_layout.offset(),
            expected: format.expected,
            found: layout,
        });
    }
    if layout != format.layout || sections != format.sections {
        return Err(at_layout.illegal(format.expected));
    }
    Ok(())
}

/// A section that is being written: where its length goes.
pub(crate) struct Open(usize);

pub(crate) fn open(id: u16, rows: usize, out: &mut Vec<u8>) -> Open {
    id.put(out);
    (rows as u64).put(out);
    0_u64.put(out);
    Open(out.len())
}

pub(crate) fn close(open: Open, out: &mut [u8]) {
    let Open(start) = open;
    let length = (out.len() - start) as u64;
    out[start - 8..start].copy_from_slice(&length.to_le_bytes());
}

/// Appends a section of one value.
pub(crate) fn put_one<T: Field>(id: u16, value: &T, out: &mut Vec<u8>) {
    let section = open(id, 1, out);
    value.put(out);
    close(section, out);
}

/// Appends a section of sorted rows.
///
/// # Panics
/// When the rows are not in strictly rising order: such a snapshot could not be read.
pub(crate) fn put_sorted<T: Row>(id: u16, rows: &[T], out: &mut Vec<u8>) {
    assert!(rows.is_sorted_by(|before, after| before.key() < after.key()));
    let section = open(id, rows.len(), out);
    rows.iter().for_each(|row| row.put(out));
    close(section, out);
}

/// A section that is being read.
pub(crate) struct Section<'a> {
    rows_left: usize,
    pub reader: Reader<'a>,
}

impl Section<'_> {
    /// Returns `rows` as the length of a list, and counts them as taken.
    ///
    /// # Errors
    /// When the section has fewer rows left.
    pub(crate) fn share(&mut self, rows: u64) -> Result<usize, DecodeError> {
        let rows = usize::try_from(rows).map_err(|_| self.reader.truncated(SECTION))?;
        match self.rows_left.checked_sub(rows) {
            Some(left) => {
                self.rows_left = left;
                Ok(rows)
            }
            None => Err(self.reader.truncated(SECTION)),
        }
    }

    /// Ends the section.
    ///
    /// # Errors
    /// When rows or bytes are left.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.rows_left != 0 {
            return Err(self.reader.truncated(SECTION));
        }
        self.reader.finish(SECTION)
    }
}

/// Takes the head of the next section, which must be `id`.
///
/// # Errors
/// When another section follows or it claims more than is left.
pub(crate) fn take<'a>(id: u16, reader: &mut Reader<'a>) -> Result<Section<'a>, DecodeError> {
    let start = *reader;
    if u16::take(reader)? != id {
        return Err(start.illegal(SECTION));
    }
    let at_rows = *reader;
    let rows = usize::try_from(u64::take(reader)?).map_err(|_| at_rows.truncated(SECTION))?;
    let at_length = *reader;
    let length = usize::try_from(u64::take(reader)?).map_err(|_| at_length.truncated(SECTION))?;
    Ok(Section {
        rows_left: rows,
        reader: reader.part(length, SECTION)?,
    })
}

/// Takes a section of one value.
///
/// # Errors
/// When it holds something else.
pub(crate) fn take_one<T: Field>(id: u16, reader: &mut Reader<'_>) -> Result<T, DecodeError> {
    let start = *reader;
    let mut section = take(id, reader)?;
    if section.rows_left != 1 {
        return Err(start.illegal(SECTION));
    }
    let value = T::take(&mut section.reader)?;
    section.reader.finish(SECTION).map(|()| value)
}

/// Takes a section of sorted rows.
///
/// # Errors
/// When a row is illegal or out of order, or the section does not end with the last.
pub(crate) fn take_sorted<T: Row>(id: u16, reader: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    let mut section = take(id, reader)?;
    let rows = take_sorted_rows(section.rows_left, &mut section.reader)?;
    section.reader.finish(T::LIST).map(|()| rows)
}

/// Takes `count` sorted rows.
///
/// # Errors
/// When a row is illegal or out of order.
pub(crate) fn take_sorted_rows<T: Row>(
    count: usize,
    reader: &mut Reader<'_>,
) -> Result<Vec<T>, DecodeError> {
    let mut rows: Vec<T> = with_room(count, reader)?;
    for _ in 0..count {
        let start = *reader;
        let row = T::take(reader)?;
        if rows.last().is_some_and(|before| row.key() <= before.key()) {
            return Err(DecodeError::Unsorted {
                offset: start.offset(),
                expected: T::LIST,
            });
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Takes `count` rows, in whatever order they come.
///
/// # Errors
/// When a row is illegal.
pub(crate) fn take_rows<T: Field>(
    count: usize,
    reader: &mut Reader<'_>,
) -> Result<Vec<T>, DecodeError> {
    let mut rows = with_room(count, reader)?;
    for _ in 0..count {
        rows.push(T::take(reader)?);
    }
    Ok(rows)
}

/// Returns an empty list with room for `count` rows, which the bytes left must be enough for.
fn with_room<T: Field>(count: usize, reader: &Reader<'_>) -> Result<Vec<T>, DecodeError> {
    const { assert!(size_of::<T>() <= MEMORY_RATIO_MAX * T::BYTES_MIN) };
    if reader.left() / T::BYTES_MIN < count {
        return Err(reader.truncated("list of rows"));
    }
    Ok(Vec::with_capacity(count))
}
