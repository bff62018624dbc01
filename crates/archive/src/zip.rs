//! Archives of one compressed file, in the ZIP format: the same text and day give the same bytes.
//!
//! **Source** PKWARE APPNOTE 6.3.10, §4.3.7 (local header), §4.3.12 (central directory), §4.3.14 to §4.3.16 (ends), and
//! §4.5.3 for texts of 4 GiB and more. Absent: more than one file, encryption, other methods.

use std::io::{self, Read, Seek, SeekFrom, Write};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::day::Day;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const WIDE_END: u32 = 0x0606_4b50;
const WIDE_LOCATOR: u32 = 0x0706_4b50;
const WIDE_EXTRA: u16 = 1;
const DEFLATE: u16 = 8;
/// Versions of the format that a reader must know: 2.0 for compression, 4.5 for lengths of 64 bits.
const NARROW_VERSION: u16 = 20;
const WIDE_VERSION: u16 = 45;
/// Made on Unix, so that the attributes are those of Unix: a file that everybody may read.
const MADE_ON_UNIX: u16 = 3 << 8;
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// A text of this length might not fit lengths of 32 bits, even if it grows a little by compression.
const WIDE_FROM_BYTES: u64 = 0xf000_0000;
const CHUNK_BYTES: usize = 1 << 16;

/// What is put into an archive.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub size_bytes: u64,
    /// The date of the file; its time is midnight, since nothing may depend on when it was made.
    pub day: Day,
}

/// What is known of an entry once it is compressed.
#[derive(Clone, Copy, Debug)]
struct Packed {
    checksum: u32,
    compressed_bytes: u64,
}

/// Writes an archive of one file whose text is read from `text`.
///
/// # Errors
/// Reading or writing fails, or the text has another length than was said.
pub fn write(
    entry: &Entry<'_>,
    text: &mut dyn Read,
    out: &mut (impl Write + Seek),
) -> io::Result<()> {
    let unknown = Packed {
        checksum: 0,
        compressed_bytes: 0,
    };
    out.write_all(&local_header(entry, unknown))?;
    let packed = pack(entry, text, out)?;
    let end = out.stream_position()?;
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&local_header(entry, packed))?;
    out.seek(SeekFrom::Start(end))?;
    let directory = central_header(entry, packed);
    out.write_all(&directory)?;
    out.write_all(&ends(entry, end, directory.len() as u64))
}

fn pack(entry: &Entry<'_>, text: &mut dyn Read, out: &mut impl Write) -> io::Result<Packed> {
    let mut encoder = DeflateEncoder::new(out, Compression::default());
    let mut crc = Crc::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut read_bytes = 0_u64;
    loop {
        let count = text.read(&mut chunk)?;
        if count == 0 {
            break;
        }
        crc.update(&chunk[..count]);
        encoder.write_all(&chunk[..count])?;
        read_bytes += count as u64;
    }
    if read_bytes != entry.size_bytes {
        return Err(io::Error::other("a table has another length than it had"));
    }
    encoder.try_finish()?;
    Ok(Packed {
        checksum: crc.sum(),
        compressed_bytes: encoder.total_out(),
    })
}

impl Entry<'_> {
    const fn is_wide(&self) -> bool {
        WIDE_FROM_BYTES <= self.size_bytes
    }

    const fn version(&self) -> u16 {
        if self.is_wide() {
            WIDE_VERSION
        } else {
            NARROW_VERSION
        }
    }

    /// Returns time and date as DOS had them: two seconds are the unit, years count from 1980.
    fn moment(&self) -> [u16; 2] {
        let shown = self.day.to_string();
        let mut parts = shown
            .split('-')
            .map(|part| part.parse::<u16>().unwrap_or(0));
        let mut part = || parts.next().unwrap_or(0);
        let (year, month, day) = (part(), part(), part());
        [0, year.saturating_sub(1980) << 9 | month << 5 | day]
    }

    /// Returns what both headers have in common: from the flags to the length of the name.
    fn shared(&self, packed: Packed) -> Vec<u8> {
        let [time, date] = self.moment();
        let mut bytes = Vec::new();
        for number in [0, DEFLATE, time, date] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(packed.checksum.to_le_bytes());
        for number in [packed.compressed_bytes, self.size_bytes] {
            bytes.extend(narrow(self, number).to_le_bytes());
        }
        bytes.extend(length_of(self.name.as_bytes()).to_le_bytes());
        bytes
    }

    /// Returns the lengths in 64 bits, where they are needed.
    fn extra(&self, packed: Packed) -> Vec<u8> {
        if !self.is_wide() {
            return Vec::new();
        }
        let lengths = [self.size_bytes, packed.compressed_bytes].map(u64::to_le_bytes);
        let mut extra = Vec::new();
        extra.extend(WIDE_EXTRA.to_le_bytes());
        extra.extend(length_of(&lengths.concat()).to_le_bytes());
        extra.extend(lengths.concat());
        extra
    }
}

/// Returns a length in 32 bits; all ones say that it is in the extra field.
fn narrow(entry: &Entry<'_>, number: u64) -> u32 {
    if entry.is_wide() {
        return u32::MAX;
    }
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn length_of(bytes: &[u8]) -> u16 {
    u16::try_from(bytes.len()).expect("names and extra fields are short")
}

fn local_header(entry: &Entry<'_>, packed: Packed) -> Vec<u8> {
    let extra = entry.extra(packed);
    let mut header = LOCAL.to_le_bytes().to_vec();
    header.extend(entry.version().to_le_bytes());
    header.extend(entry.shared(packed));
    header.extend(length_of(&extra).to_le_bytes());
    header.extend(entry.name.as_bytes());
    header.extend(extra);
    header
}

fn central_header(entry: &Entry<'_>, packed: Packed) -> Vec<u8> {
    let extra = entry.extra(packed);
    let mut header = CENTRAL.to_le_bytes().to_vec();
    header.extend((MADE_ON_UNIX | entry.version()).to_le_bytes());
    header.extend(entry.version().to_le_bytes());
    header.extend(entry.shared(packed));
    header.extend(length_of(&extra).to_le_bytes());
    // No comment, the first and only disk, nothing special inside.
    header.extend([0; 6]);
    header.extend(ATTRIBUTES.to_le_bytes());
    // The local header is the first thing in the archive.
    header.extend([0; 4]);
    header.extend(entry.name.as_bytes());
    header.extend(extra);
    header
}

/// Returns the end of an archive whose directory begins at `start`.
fn ends(entry: &Entry<'_>, start: u64, directory_bytes: u64) -> Vec<u8> {
    let mut ends = Vec::new();
    if entry.is_wide() {
        ends.extend(WIDE_END.to_le_bytes());
        // The length of what follows of this record.
        ends.extend(44_u64.to_le_bytes());
        ends.extend([WIDE_VERSION.to_le_bytes(); 2].concat());
        ends.extend([0; 8]);
        for number in [1, 1, directory_bytes, start] {
            ends.extend(number.to_le_bytes());
        }
        ends.extend(WIDE_LOCATOR.to_le_bytes());
        ends.extend([0; 4]);
        ends.extend((start + directory_bytes).to_le_bytes());
        ends.extend(1_u32.to_le_bytes());
    }
    ends.extend(END.to_le_bytes());
    ends.extend([0; 4]);
    ends.extend([1_u16.to_le_bytes(); 2].concat());
    for number in [directory_bytes, start] {
        ends.extend(narrow(entry, number).to_le_bytes());
    }
    ends.extend([0; 2]);
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::DeflateDecoder;
    use std::io::Cursor;

    fn archive(text: &[u8], size_bytes: u64) -> io::Result<Vec<u8>> {
        let entry = Entry {
            name: "a.csv",
            size_bytes,
            day: Day::parse("2024-08-08").expect("a day"),
        };
        let mut out = Cursor::new(Vec::new());
        write(&entry, &mut &*text, &mut out)?;
        Ok(out.into_inner())
    }

    #[test]
    fn an_archive_holds_the_text_and_says_its_length_and_checksum() {
        let text = b"1,2,3\n".repeat(50_000);
        let bytes = archive(&text, text.len() as u64).expect("written");
        assert_eq!(archive(&text, text.len() as u64).expect("again"), bytes);
        let number = |at: usize| {
            let bytes: [u8; 4] = bytes[at..at + 4].try_into().expect("four");
            u32::from_le_bytes(bytes) as usize
        };
        let (checksum, compressed, size) = (number(14), number(18), number(22));
        assert_eq!(size, text.len());
        let mut crc = Crc::new();
        crc.update(&text);
        assert_eq!(checksum, crc.sum() as usize);
        let start = 30 + "a.csv".len();
        let mut unpacked = Vec::new();
        let mut decoder = DeflateDecoder::new(&bytes[start..start + compressed]);
        decoder.read_to_end(&mut unpacked).expect("deflated");
        assert_eq!(unpacked, text);
        // The end says where the directory is, and the directory repeats the header.
        let end = bytes.len() - 22;
        assert_eq!(number(end), END as usize);
        let directory = number(end + 16);
        assert_eq!(directory, start + compressed);
        assert_eq!(number(directory), CENTRAL as usize);
        assert_eq!(bytes[directory + 6..directory + 28], bytes[4..26]);
        assert_eq!(directory + number(end + 12), end);
    }

    #[test]
    fn lengths_of_64_bits_stand_where_readers_look_for_them() {
        let entry = Entry {
            name: "a.csv",
            size_bytes: 5 << 30,
            day: Day(20_000),
        };
        let packed = Packed {
            checksum: 1,
            compressed_bytes: 9 << 30,
        };
        let local = local_header(&entry, packed);
        assert_eq!(local[18..26], [0xff; 8]);
        assert_eq!(local[28..30], 20_u16.to_le_bytes());
        assert_eq!(local[35 + 4..35 + 12], (5_u64 << 30).to_le_bytes());
        assert_eq!(local[35 + 12..], (9_u64 << 30).to_le_bytes());
        let ends = ends(&entry, 1 << 40, 71);
        assert_eq!(ends.len(), 56 + 20 + 22);
        assert_eq!(ends[48..56], (1_u64 << 40).to_le_bytes());
        assert_eq!(ends[56 + 8..56 + 16], ((1_u64 << 40) + 71).to_le_bytes());
    }

    #[test]
    fn a_text_of_another_length_is_no_archive() {
        assert!(archive(b"1,2,3\n", 7).is_err());
    }
}
