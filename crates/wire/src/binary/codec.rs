//! Reading bytes that nobody vouches for.

use core::ops::RangeInclusive;

/// Why bytes are not what they were said to be.
///
/// **Units** every offset counts bytes from the start of the input that was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("byte {offset}: the input ends inside {expected}")]
    Truncated {
        offset: usize,
        expected: &'static str,
    },
    #[error("byte {offset}: this is no legal {expected}")]
    Illegal {
        offset: usize,
        expected: &'static str,
    },
    #[error("byte {offset}: {expected} {found} is unknown: newer than this binary, or damaged")]
    UnknownType {
        offset: usize,
        expected: &'static str,
        found: u16,
    },
    #[error("byte {offset}: {expected} has version {found}, newer than this binary")]
    NewerVersion {
        offset: usize,
        expected: &'static str,
        found: u16,
    },
    #[error("byte {offset}: {count} bytes too many after {expected}")]
    Trailing {
        offset: usize,
        expected: &'static str,
        count: usize,
    },
    #[error("byte {offset}: a row of {expected} does not come after the row before it")]
    Unsorted {
        offset: usize,
        expected: &'static str,
    },
    #[error("byte {offset}: {expected} does not match its digest")]
    DigestMismatch {
        offset: usize,
        expected: &'static str,
    },
}

/// A position in an input.
///
/// **Shape** never reads beyond the input and never allocates.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    /// Where `rest` ends, counted from the start of the whole input.
    end: usize,
}

impl<'a> Reader<'a> {
    /// Returns a reader at the start of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader {
            rest: bytes,
            end: bytes.len(),
        }
    }

    /// Returns how many bytes of the whole input lie before the next one.
    pub const fn offset(&self) -> usize {
        self.end - self.rest.len()
    }

    /// Returns how many bytes are left.
    pub const fn left(&self) -> usize {
        self.rest.len()
    }

    /// Returns the bytes that are left, without taking them.
    pub const fn bytes(&self) -> &'a [u8] {
        self.rest
    }

    /// Takes the next `N` bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left; nothing is taken then.
    #[inline]
    pub fn array<const N: usize>(
        &mut self,
        expected: &'static str,
    ) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk() {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(*taken)
            }
            None => Err(self.truncated(expected)),
        }
    }

    /// Takes the next `count` bytes, at most `N`, and fills up with zeros.
    ///
    /// # Errors
    /// `Illegal` when `count` exceeds `N`, `Truncated` when fewer are left; nothing is taken then.
    #[inline]
    pub fn padded<const N: usize>(
        &mut self,
        count: usize,
        expected: &'static str,
    ) -> Result<[u8; N], DecodeError> {
        if N < count {
            return Err(self.illegal(expected));
        }
        let mut bytes = [0; N];
        match self.rest.first_chunk::<N>() {
            // Almost always: whole registers, and no copy of a length that only the input knows.
            Some(chunk) => {
                for (index, byte) in bytes.iter_mut().enumerate() {
                    *byte = if index < count { chunk[index] } else { 0 };
                }
                self.rest = &self.rest[count..];
            }
            None => bytes[..count].copy_from_slice(self.slice(count, expected)?),
        }
        Ok(bytes)
    }

    /// Takes the next `count` bytes.
    ///
    /// # Errors
    /// `Truncated` when fewer are left; nothing is taken then.
    #[inline]
    pub fn slice(&mut self, count: usize, expected: &'static str) -> Result<&'a [u8], DecodeError> {
        match self.rest.split_at_checked(count) {
            Some((taken, rest)) => {
                self.rest = rest;
                Ok(taken)
            }
            None => Err(self.truncated(expected)),
        }
    }

    /// Takes the next `count` bytes as a reader of their own, whose offsets count from the same start.
    ///
    /// # Errors
    /// `Truncated` when fewer are left; nothing is taken then.
    #[inline]
    pub fn part(
        &mut self,
        count: usize,
        expected: &'static str,
    ) -> Result<Reader<'a>, DecodeError> {
        let rest = self.slice(count, expected)?;
        Ok(Reader {
            rest,
            end: self.offset(),
        })
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `Trailing` when bytes are left.
    #[inline]
    pub fn finish(self, expected: &'static str) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(DecodeError::Trailing {
            offset: self.offset(),
            expected,
            count: self.left(),
        })
    }

    /// Returns the refusal of what starts at the next byte.
    #[cold]
    pub fn illegal(&self, expected: &'static str) -> DecodeError {
        DecodeError::Illegal {
            offset: self.offset(),
            expected,
        }
    }

    /// Returns the refusal of an input that ends too early.
    #[cold]
    pub fn truncated(&self, expected: &'static str) -> DecodeError {
        DecodeError::Truncated {
            offset: self.offset(),
            expected,
        }
    }
}

/// Takes the version of a layout and returns it.
///
/// # Errors
/// `NewerVersion` when it is newer than those that are known, `Illegal` when it is none of them.
pub(crate) fn take_layout(
    reader: &mut Reader<'_>,
    known: RangeInclusive<u16>,
    expected: &'static str,
) -> Result<u16, DecodeError> {
    let start = *reader;
    let found = reader.array(expected).map(u16::from_le_bytes)?;
    if *known.end() < found {
        return Err(DecodeError::NewerVersion {
            offset: start.offset(),
            expected,
            found,
        });
    }
    if !known.contains(&found) {
        return Err(start.illegal(expected));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_counts_offsets_from_the_start_of_the_whole_input() {
        let mut reader = Reader::new(&[1, 2, 3, 4, 5]);
        assert_eq!(reader.array::<1>("a"), Ok([1]));
        let mut part = reader.part(2, "b").expect("two bytes are left");
        assert_eq!(part.array::<1>("c"), Ok([2]));
        assert_eq!(part.offset(), 2);
        assert_eq!(
            part.finish("b"),
            Err(DecodeError::Trailing {
                offset: 2,
                expected: "b",
                count: 1
            })
        );
        assert_eq!(reader.offset(), 3);
    }

    #[test]
    fn a_refused_read_takes_nothing() {
        let mut reader = Reader::new(&[1, 2]);
        let expected = "three";
        let truncated = DecodeError::Truncated {
            offset: 0,
            expected,
        };
        assert_eq!(reader.array::<3>(expected), Err(truncated));
        assert_eq!(reader.slice(3, expected), Err(truncated));
        assert_eq!(reader.padded::<4>(3, expected), Err(truncated));
        assert!(reader.part(usize::MAX, expected).is_err());
        assert_eq!(reader.padded::<4>(2, expected), Ok([1, 2, 0, 0]));
    }
}
