//! Archives of many compressed files that are written in one go: nothing is gone back to, so that they can be sent as
//! they are made.
//!
//! **Source** PKWARE APPNOTE 6.3.10: §4.3.7 (local header), §4.3.9 (lengths after the data), §4.3.12 (central directory),
//! §4.3.14 to §4.3.16 (ends), §4.5.3 (places beyond 4 GiB). Absent: encryption, and files of 4 GiB or more.

use std::io::{self, Write as _};

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use model::calendar::Calendar;
use model::time::Timestamp;

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const WIDE_END: u32 = 0x0606_4b50;
const WIDE_LOCATOR: u32 = 0x0706_4b50;
const WIDE_EXTRA: u16 = 1;
const DEFLATE: u16 = 8;
/// Lengths stand after the data, and names are UTF-8.
const FLAGS: u16 = 1 << 3 | 1 << 11;
/// Versions of the format that a reader must know: 2.0 for compression, 4.5 for places in 64 bits.
const NARROW_VERSION: u16 = 20;
const WIDE_VERSION: u16 = 45;
/// Made on Unix, so that the attributes are those of Unix: a file of whoever unpacks it, and of nobody else.
const MADE_ON_UNIX: u16 = 3 << 8;
const ATTRIBUTES: u32 = 0o100_600 << 16;

/// An archive as it grows; what is ready is taken out.
#[derive(Debug)]
pub struct Zip {
    ready: Vec<u8>,
    taken_bytes: u64,
    moment: [u16; 2],
    open: Option<Open>,
    entries: Vec<Entry>,
}

/// The file that is being written.
#[derive(Debug)]
struct Open {
    name: String,
    offset: u64,
    crc: Crc,
    size_bytes: u32,
    compressed_bytes: u32,
    encoder: DeflateEncoder<Vec<u8>>,
}

/// A file that is written.
#[derive(Debug)]
struct Entry {
    name: String,
    offset: u64,
    checksum: u32,
    size_bytes: u32,
    compressed_bytes: u32,
}

impl Zip {
    /// Returns an archive without files, all of which will be of this moment.
    pub fn of(at: Timestamp) -> Zip {
        Zip {
            ready: Vec::new(),
            taken_bytes: 0,
            moment: moment(at),
            open: None,
            entries: Vec::new(),
        }
    }

    /// Begins a file.
    ///
    /// # Panics
    /// When another one is open.
    pub fn begin(&mut self, name: &str) {
        assert!(self.open.is_none());
        let offset = self.place();
        put(&mut self.ready, &LOCAL.to_le_bytes());
        put(&mut self.ready, &NARROW_VERSION.to_le_bytes());
        self.ready.extend(shared(self.moment, name, [0; 3]));
        put(&mut self.ready, &0_u16.to_le_bytes());
        put(&mut self.ready, name.as_bytes());
        self.open = Some(Open {
            name: name.to_owned(),
            offset,
            crc: Crc::new(),
            size_bytes: 0,
            compressed_bytes: 0,
            encoder: DeflateEncoder::new(Vec::new(), Compression::default()),
        });
    }

    /// Appends to the file that is open.
    ///
    /// # Errors
    /// The file would have 4 GiB.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let open = self.open.as_mut().ok_or_else(none_open)?;
        open.crc.update(bytes);
        open.size_bytes = longer(open.size_bytes, bytes.len())?;
        open.encoder.write_all(bytes)?;
        drain(open, &mut self.ready)
    }

    /// Ends the file that is open.
    ///
    /// # Errors
    /// As `write`.
    pub fn end(&mut self) -> io::Result<()> {
        let mut open = self.open.take().ok_or_else(none_open)?;
        open.encoder.try_finish()?;
        drain(&mut open, &mut self.ready)?;
        let entry = Entry {
            name: open.name,
            offset: open.offset,
            checksum: open.crc.sum(),
            size_bytes: open.size_bytes,
            compressed_bytes: open.compressed_bytes,
        };
        put(&mut self.ready, &DESCRIPTOR.to_le_bytes());
        for number in [entry.checksum, entry.compressed_bytes, entry.size_bytes] {
            put(&mut self.ready, &number.to_le_bytes());
        }
        self.entries.push(entry);
        Ok(())
    }

    /// Ends the archive: without this nobody takes it for whole.
    ///
    /// # Errors
    /// There are too many files, or names too long, for the format.
    pub fn finish(&mut self) -> io::Result<()> {
        let offset = self.place();
        let mut directory = Vec::new();
        for entry in &self.entries {
            directory.extend(entry.central(self.moment));
        }
        let directory_bytes = directory.len() as u64;
        self.ready.extend(directory);
        let count = self.entries.len() as u64;
        self.ready.extend(ends(offset, directory_bytes, count));
        Ok(())
    }

    /// Returns how many bytes are ready to be taken.
    pub const fn ready_bytes(&self) -> usize {
        self.ready.len()
    }

    /// Takes what is ready.
    pub fn take(&mut self) -> Vec<u8> {
        self.taken_bytes += self.ready.len() as u64;
        std::mem::take(&mut self.ready)
    }

    const fn place(&self) -> u64 {
        self.taken_bytes + self.ready.len() as u64
    }
}

impl Entry {
    /// Returns the row of the directory; a place beyond 4 GiB stands in a field of its own.
    fn central(&self, moment: [u16; 2]) -> Vec<u8> {
        let is_wide = u64::from(u32::MAX) <= self.offset;
        let version = if is_wide {
            WIDE_VERSION
        } else {
            NARROW_VERSION
        };
        let lengths = [self.checksum, self.compressed_bytes, self.size_bytes];
        let mut extra = Vec::new();
        if is_wide {
            put(&mut extra, &WIDE_EXTRA.to_le_bytes());
            put(&mut extra, &8_u16.to_le_bytes());
            put(&mut extra, &self.offset.to_le_bytes());
        }
        let mut bytes = CENTRAL.to_le_bytes().to_vec();
        put(&mut bytes, &(MADE_ON_UNIX | version).to_le_bytes());
        put(&mut bytes, &version.to_le_bytes());
        bytes.extend(shared(moment, &self.name, lengths));
        put(&mut bytes, &(extra.len() as u16).to_le_bytes());
        // No comment, on the first disk, not said to be text.
        put(&mut bytes, &[0; 6]);
        put(&mut bytes, &ATTRIBUTES.to_le_bytes());
        put(&mut bytes, &narrow(self.offset).to_le_bytes());
        put(&mut bytes, self.name.as_bytes());
        bytes.extend(extra);
        bytes
    }
}

/// Returns what both headers have in common: from the flags to the length of the name.
fn shared(moment: [u16; 2], name: &str, lengths: [u32; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [FLAGS, DEFLATE, moment[0], moment[1]] {
        put(&mut bytes, &number.to_le_bytes());
    }
    for number in lengths {
        put(&mut bytes, &number.to_le_bytes());
    }
    put(&mut bytes, &(name.len() as u16).to_le_bytes());
    bytes
}

/// Returns the end of the archive, after that in 64 bits where the place or the count needs it.
fn ends(offset: u64, directory_bytes: u64, count: u64) -> Vec<u8> {
    let is_wide = u64::from(u32::MAX) <= offset || u64::from(u16::MAX) <= count;
    let mut bytes = Vec::new();
    if is_wide {
        put(&mut bytes, &WIDE_END.to_le_bytes());
        put(&mut bytes, &44_u64.to_le_bytes());
        put(&mut bytes, &(MADE_ON_UNIX | WIDE_VERSION).to_le_bytes());
        put(&mut bytes, &WIDE_VERSION.to_le_bytes());
        put(&mut bytes, &[0; 8]);
        for number in [count, count, directory_bytes, offset] {
            put(&mut bytes, &number.to_le_bytes());
        }
        put(&mut bytes, &WIDE_LOCATOR.to_le_bytes());
        put(&mut bytes, &0_u32.to_le_bytes());
        put(&mut bytes, &(offset + directory_bytes).to_le_bytes());
        put(&mut bytes, &1_u32.to_le_bytes());
    }
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    put(&mut bytes, &END.to_le_bytes());
    put(&mut bytes, &[0; 4]);
    put(&mut bytes, &count.to_le_bytes());
    put(&mut bytes, &count.to_le_bytes());
    put(&mut bytes, &narrow(directory_bytes).to_le_bytes());
    put(&mut bytes, &narrow(offset).to_le_bytes());
    put(&mut bytes, &0_u16.to_le_bytes());
    bytes
}

/// Returns a number in 32 bits; all ones say that it stands elsewhere.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn drain(open: &mut Open, ready: &mut Vec<u8>) -> io::Result<()> {
    let made = open.encoder.get_mut();
    open.compressed_bytes = longer(open.compressed_bytes, made.len())?;
    ready.append(made);
    Ok(())
}

fn longer(size_bytes: u32, more: usize) -> io::Result<u32> {
    let more = u32::try_from(more).ok();
    let sum = more.and_then(|more| size_bytes.checked_add(more));
    sum.ok_or_else(|| io::Error::other("a file of an archive has less than 4 GiB"))
}

fn none_open() -> io::Error {
    io::Error::other("no file of the archive is open")
}

fn put(bytes: &mut Vec<u8>, more: &[u8]) {
    bytes.extend_from_slice(more);
}

/// Returns time and date as DOS had them: two seconds are the unit, years count from 1980.
fn moment(at: Timestamp) -> [u16; 2] {
    let shown = Calendar(at).to_string();
    let mut parts = shown
        .split(['-', ' ', ':'])
        .map(|part| part.parse::<u16>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    let (year, month, day) = (part(), part(), part());
    let (hour, minute, second) = (part(), part(), part());
    let date = year.saturating_sub(1980).min(127) << 9 | month << 5 | day;
    [hour << 11 | minute << 5 | (second / 2), date]
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::DeflateDecoder;
    use std::io::Read;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn number<const BYTES: usize>(bytes: &[u8], place: usize) -> u64 {
        let bytes: [u8; BYTES] = bytes[place..place + BYTES].try_into().expect("bytes");
        bytes
            .iter()
            .rev()
            .fold(0, |all, byte| all << 8 | u64::from(*byte))
    }

    /// Reads an archive from its end, as readers do.
    fn unpacked(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
        let end = zip.len() - 22;
        assert_eq!(number::<4>(zip, end), u64::from(END));
        let mut row = number::<4>(zip, end + 16) as usize;
        let count = number::<2>(zip, end + 10);
        let files = (0..count).map(|_| {
            assert_eq!(number::<4>(zip, row), u64::from(CENTRAL));
            let (packed, size) = (number::<4>(zip, row + 20), number::<4>(zip, row + 24));
            let name_bytes = number::<2>(zip, row + 28) as usize;
            let name = String::from_utf8(zip[row + 46..row + 46 + name_bytes].to_vec());
            let local = number::<4>(zip, row + 42) as usize;
            let data = local + 30 + number::<2>(zip, local + 26) as usize;
            let packed = &zip[data..data + packed as usize];
            let mut text = Vec::new();
            let read = DeflateDecoder::new(packed).read_to_end(&mut text);
            assert_eq!(read.expect("inflates") as u64, size);
            let mut crc = Crc::new();
            crc.update(&text);
            assert_eq!(u64::from(crc.sum()), number::<4>(zip, row + 16));
            row += 46 + name_bytes;
            (name.expect("text"), text)
        });
        files.collect()
    }

    #[test]
    fn files_are_unpacked_as_they_were_written_however_they_were_taken() {
        let long = b"0123456789".repeat(100_000);
        let files: [(&str, &[u8]); 3] = [("a.txt", b"a"), ("empty", b""), ("ü/long.csv", &long)];
        for is_taken_often in [false, true] {
            let (mut zip, mut bytes) = (Zip::of(NOW), Vec::new());
            for (name, text) in files {
                zip.begin(name);
                for piece in text.chunks(7_000) {
                    zip.write(piece).expect("short");
                    if is_taken_often {
                        bytes.extend(zip.take());
                    }
                }
                zip.end().expect("open");
            }
            zip.finish().expect("few");
            bytes.extend(zip.take());
            let expected = files.map(|(name, text)| (name.to_owned(), text.to_vec()));
            assert_eq!(unpacked(&bytes), expected);
        }
    }

    #[test]
    fn places_beyond_four_gibibytes_stand_in_64_bits() {
        let mut zip = Zip::of(NOW);
        zip.taken_bytes = 5 << 30;
        zip.begin("late");
        zip.end().expect("open");
        let directory = zip.place();
        zip.finish().expect("few");
        let bytes = zip.take();
        let row = (directory - (5 << 30)) as usize;
        assert_eq!(number::<4>(&bytes, row + 42), u64::from(u32::MAX));
        let extra = row + 46 + "late".len();
        assert_eq!(number::<2>(&bytes, extra), u64::from(WIDE_EXTRA));
        assert_eq!(number::<8>(&bytes, extra + 4), 5 << 30);
        let wide = extra + 12;
        assert_eq!(number::<4>(&bytes, wide), u64::from(WIDE_END));
        assert_eq!(number::<8>(&bytes, wide + 48), directory);
        let locator = wide + 56;
        assert_eq!(number::<4>(&bytes, locator), u64::from(WIDE_LOCATOR));
        assert_eq!(number::<8>(&bytes, locator + 8), (5 << 30) + wide as u64);
    }

    #[test]
    fn a_moment_is_that_of_dos() {
        // 2023-11-14 22:13:20
        assert_eq!(
            moment(NOW),
            [22 << 11 | 13 << 5 | 10, 43 << 9 | 11 << 5 | 14]
        );
    }
}
