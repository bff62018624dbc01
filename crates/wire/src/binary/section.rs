//! Sections: the parts of a snapshot, each a list of rows in a known order.
//!
//! **Shape** id `u16`, rows `u64`, length `u64`, then the rows.

use super::codec::{DecodeError, Reader, take_layout};
use super::field::Field;

/// A decoder takes at most so many times the memory that its input does.
const MEMORY_RATIO_MAX: usize = 4;

const SECTION: &str = "section";

/// A row of a sorted list.
pub(crate) trait Row: Field {
    type Key: Ord;

    /// What errors call the list.
    const LIST: &'static str;

    /// Returns what the list is sorted by; no two rows share it.
    fn key(&self) -> Self::Key;
}

/// The kind of a snapshot: its first bytes, and the layouts this binary knows.
#[derive(Clone, Copy)]
pub(crate) struct Format {
    pub magic: [u8; 8],
    /// The number of sections of each layout, from layout 1 to the newest, which is the one that is written.
    pub sections: &'static [u16],
    pub expected: &'static str,
}

impl Format {
    const fn newest(self) -> u16 {
        self.sections.len() as u16
    }
}

pub(crate) fn put_format(format: Format, out: &mut Vec<u8>) {
    out.extend_from_slice(&format.magic);
    let newest = format.newest();
    newest.put(out);
    format.sections[usize::from(newest) - 1].put(out);
}

/// Returns the layout.
///
/// # Errors
/// When magic or number of sections are others, or the layout is newer.
pub(crate) fn take_format(format: Format, reader: &mut Reader<'_>) -> Result<u16, DecodeError> {
    let start = *reader;
    let magic: [u8; 8] = reader.array(format.expected)?;
    if magic != format.magic {
        return Err(start.illegal(format.expected));
    }
    let layout = take_layout(reader, 1..=format.newest(), format.expected)?;
    let at_sections = *reader;
    if u16::take(reader)? != format.sections[usize::from(layout) - 1] {
        return Err(at_sections.illegal(format.expected));
    }
    Ok(layout)
}

/// Appends a section of one value.
pub(crate) fn put_one<T: Field>(id: u16, value: &T, out: &mut Vec<u8>) {
    put_rows(id, core::slice::from_ref(value), out);
}

/// Appends a section of rows in the order they come.
pub(crate) fn put_rows<T: Field>(id: u16, rows: &[T], out: &mut Vec<u8>) {
    put_lists(id, core::iter::once(rows), out);
}

/// Appends a section of sorted rows.
///
/// # Panics
/// When the rows are not in strictly rising order: such a snapshot could not be read.
pub(crate) fn put_sorted<T: Row>(id: u16, rows: &[T], out: &mut Vec<u8>) {
    put_sorted_lists(id, core::iter::once(rows), out);
}

/// Appends a section of sorted lists, one after the other.
///
/// # Panics
/// When a list is not in strictly rising order: such a snapshot could not be read.
pub(crate) fn put_sorted_lists<'a, T: Row + 'a>(
    id: u16,
    lists: impl Iterator<Item = &'a [T]> + Clone,
    out: &mut Vec<u8>,
) {
    for list in lists.clone() {
        assert!(list.is_sorted_by(|before, after| before.key() < after.key()));
    }
    put_lists(id, lists, out);
}

/// Appends a section of lists, one after the other, each in the order it comes.
pub(crate) fn put_lists<'a, T: Field + 'a>(
    id: u16,
    lists: impl Iterator<Item = &'a [T]>,
    out: &mut Vec<u8>,
) {
    id.put(out);
    let head = out.len();
    out.extend_from_slice(&[0; COUNT_BYTES + LENGTH_BYTES]);
    let start = out.len();
    let mut count = 0_u64;
    for list in lists {
        count += list.len() as u64;
        list.iter().for_each(|row| row.put(out));
    }
    let length = (out.len() - start) as u64;
    out[head..head + COUNT_BYTES].copy_from_slice(&count.to_le_bytes());
    out[head + COUNT_BYTES..start].copy_from_slice(&length.to_le_bytes());
}

const COUNT_BYTES: usize = 8;
const LENGTH_BYTES: usize = 8;

/// A section that is being read.
pub(crate) struct Section<'a> {
    rows_left: usize,
    reader: Reader<'a>,
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
    let rows_left = take_length(reader)?;
    let length = take_length(reader)?;
    let reader = reader.part(length, SECTION)?;
    Ok(Section { rows_left, reader })
}

fn take_length(reader: &mut Reader<'_>) -> Result<usize, DecodeError> {
    let start = *reader;
    usize::try_from(u64::take(reader)?).map_err(|_| start.truncated(SECTION))
}

/// Takes a section of one value.
///
/// # Errors
/// When it holds something else.
pub(crate) fn take_one<T: Field>(id: u16, reader: &mut Reader<'_>) -> Result<T, DecodeError> {
    let mut section = take(id, reader)?;
    section.claim(1)?;
    let value = T::take(&mut section.reader)?;
    section.finish().map(|()| value)
}

/// Takes a section of sorted rows.
///
/// # Errors
/// When a row is illegal or out of order, or the section does not end with the last.
pub(crate) fn take_sorted<T: Row>(id: u16, reader: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    let mut section = take(id, reader)?;
    let rows = section.take_sorted(section.rows_left as u64)?;
    section.finish().map(|()| rows)
}

/// Takes a section of rows in whatever order they come.
///
/// # Errors
/// When a row is illegal, or the section does not end with the last.
pub(crate) fn take_rows<T: Field>(id: u16, reader: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    let mut section = take(id, reader)?;
    let rows = section.take_rows(section.rows_left as u64)?;
    section.finish().map(|()| rows)
}

/// Takes a section of exactly `count` rows.
///
/// # Errors
/// When it has more or fewer, or a row is illegal.
pub(crate) fn take_counted<T: Field>(
    id: u16,
    count: usize,
    reader: &mut Reader<'_>,
) -> Result<Vec<T>, DecodeError> {
    let mut section = take(id, reader)?;
    let rows = section.take_rows(count as u64)?;
    section.finish().map(|()| rows)
}

impl Section<'_> {
    /// Takes the next `count` rows, in whatever order they come.
    ///
    /// # Errors
    /// When the section has fewer left, or a row is illegal.
    pub(crate) fn take_rows<T: Field>(&mut self, count: u64) -> Result<Vec<T>, DecodeError> {
        let count = self.claim(count)?;
        let mut rows = self.with_room(count)?;
        for _ in 0..count {
            rows.push(T::take(&mut self.reader)?);
        }
        Ok(rows)
    }

    /// Takes the next `count` rows, which are sorted.
    ///
    /// # Errors
    /// When the section has fewer left, or a row is illegal or out of order.
    pub(crate) fn take_sorted<T: Row>(&mut self, count: u64) -> Result<Vec<T>, DecodeError> {
        let count = self.claim(count)?;
        let mut rows: Vec<T> = self.with_room(count)?;
        for _ in 0..count {
            let start = self.reader;
            let row = T::take(&mut self.reader)?;
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

    /// Counts rows as taken and returns their number.
    fn claim(&mut self, rows: u64) -> Result<usize, DecodeError> {
        let left = usize::try_from(rows)
            .ok()
            .and_then(|rows| Some((rows, self.rows_left.checked_sub(rows)?)));
        let (rows, left) = left.ok_or_else(|| self.reader.truncated(SECTION))?;
        self.rows_left = left;
        Ok(rows)
    }

    /// Returns an empty list with room for `count` rows, which the bytes left must be enough for.
    fn with_room<T: Field>(&self, count: usize) -> Result<Vec<T>, DecodeError> {
        const { assert!(size_of::<T>() <= MEMORY_RATIO_MAX * T::BYTES_MIN) };
        if self.reader.left() / T::BYTES_MIN < count {
            return Err(self.reader.truncated("list of rows"));
        }
        Ok(Vec::with_capacity(count))
    }

    /// Ends the section.
    ///
    /// # Errors
    /// When rows or bytes are left.
    pub(crate) fn finish(self) -> Result<(), DecodeError> {
        if self.rows_left != 0 {
            return Err(self.reader.illegal("number of rows"));
        }
        self.reader.finish(SECTION)
    }
}
