//! A packed file: the bytes of another one in blocks that are compressed each by itself, so that any part of them is read
//! without the rest.
//!
//! All numbers are little-endian. The blocks follow the header, the index of them comes last.
//!
//! | header | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `BJPACKED` |
//! | 8 | 4 | format version |
//! | 12 | 4 | zero |
//! | 16 | 8 | length of what was packed, in bytes |
//! | 24 | 8 | offset of the index |
//! | 32 | 4 | CRC32C of the index |
//! | 36 | 24 | zero |
//! | 60 | 4 | CRC32C of bytes 0 to 59 |
//!
//! | row of the index | bytes | field |
//! |---|---|---|
//! | 0 | 8 | offset of the block |
//! | 8 | 4 | length of the block; 0 for one of zeros |
//! | 12 | 4 | CRC32C of what was packed in it |
//!
//! A block holds 65,536 bytes, the last one the rest, compressed by DEFLATE (RFC 1951).

use std::io::{self, Read, Write};
use std::sync::{Mutex, PoisonError};

use crc32c::crc32c;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::bytes::{is_blank, put, u32_at, u64_at};
use crate::disk::{Access, Disk, DiskError, Operation, read_full_at, write_all_at};

const BLOCK_BYTES: usize = 64 * 1024;
const HEADER_BYTES: usize = 64;
const ROW_BYTES: usize = 16;
const MAGIC: [u8; 8] = *b"BJPACKED";
const VERSION: u32 = 1;
const CRC_OFFSET: usize = 60;

/// A packed file that is open for reading.
#[derive(Debug)]
pub struct PackedFile<F> {
    name: String,
    file: F,
    size_bytes: u64,
    blocks: Vec<Block>,
    /// The block that was read last.
    held: Mutex<Option<(usize, Vec<u8>)>>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    offset: u64,
    packed_bytes: u32,
    checksum: u32,
}

impl<F> PackedFile<F> {
    /// Opens a packed file.
    ///
    /// # Errors
    /// The disk's; header or index are not as they were written.
    pub fn open<D: Disk<File = F>>(disk: &D, name: &str) -> Result<PackedFile<F>, DiskError> {
        let file = disk.open(name, Access::Read)?;
        let mut header = [0; HEADER_BYTES];
        let count = read_full_at(disk, &file, 0, &mut header)?;
        let is_sound = count == HEADER_BYTES
            && header[..8] == MAGIC
            && u32_at(&header, 8) == VERSION
            && u32_at(&header, CRC_OFFSET) == crc32c(&header[..CRC_OFFSET]);
        if !is_sound {
            return Err(damaged(
                name,
                "its header is not one that this version wrote",
            ));
        }
        let (size_bytes, index_offset) = (u64_at(&header, 16), u64_at(&header, 24));
        let blocks = size_bytes.div_ceil(BLOCK_BYTES as u64);
        let index_bytes = disk.size_bytes(&file)?.checked_sub(index_offset);
        let is_whole =
            index_bytes.is_some_and(|bytes| Some(bytes) == blocks.checked_mul(ROW_BYTES as u64));
        let mut index = vec![0; is_whole.then_some(index_bytes).flatten().unwrap_or(0) as usize];
        let count = read_full_at(disk, &file, index_offset, &mut index)?;
        if !is_whole || count < index.len() || crc32c(&index) != u32_at(&header, 32) {
            return Err(damaged(name, "its index is not as it was written"));
        }
        let rows = index.chunks_exact(ROW_BYTES);
        Ok(PackedFile {
            name: name.to_owned(),
            file,
            size_bytes,
            blocks: rows.map(Block::read).collect(),
            held: Mutex::new(None),
        })
    }

    /// Returns the length of what was packed.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Reads what was packed from `offset` on, to the end of a block at most; nothing at its end.
    ///
    /// # Errors
    /// The disk's; the block is not as it was written.
    pub fn read_at<D: Disk<File = F>>(
        &self,
        disk: &D,
        offset: u64,
        into: &mut [u8],
    ) -> Result<usize, DiskError> {
        if self.size_bytes <= offset {
            return Ok(0);
        }
        let number = (offset / BLOCK_BYTES as u64) as usize;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let plain = match held.take() {
            Some((last, plain)) if last == number => plain,
            _ => self.block(disk, number)?,
        };
        let rest = &plain[(offset % BLOCK_BYTES as u64) as usize..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        *held = Some((number, plain));
        Ok(count)
    }

    fn block<D: Disk<File = F>>(&self, disk: &D, number: usize) -> Result<Vec<u8>, DiskError> {
        let block = self.blocks[number];
        let start = number as u64 * BLOCK_BYTES as u64;
        let plain_bytes = (self.size_bytes - start).min(BLOCK_BYTES as u64) as usize;
        let file_bytes = disk.size_bytes(&self.file)?;
        let plain = match block.packed_bytes {
            0 => Some(vec![0; plain_bytes]),
            packed_bytes if u64::from(packed_bytes) <= file_bytes => {
                let mut packed = vec![0; packed_bytes as usize];
                let count = read_full_at(disk, &self.file, block.offset, &mut packed)?;
                inflate(&packed[..count], plain_bytes)
            }
            _ => None,
        };
        let is_sound = |plain: &Vec<u8>| {
            mutant::plant!(
                "packed-block-unchecked",
                true,
                crc32c(plain) == block.checksum
            )
        };
        plain.filter(is_sound).ok_or_else(|| {
            let offset = block.offset;
            damaged(
                &self.name,
                &format!("its block at byte {offset} is not as it was written"),
            )
        })
    }
}

impl Block {
    fn read(row: &[u8]) -> Block {
        Block {
            offset: u64_at(row, 0),
            packed_bytes: u32_at(row, 8),
            checksum: u32_at(row, 12),
        }
    }

    fn write(&self, row: &mut [u8]) {
        put(row, 0, self.offset.to_le_bytes());
        put(row, 8, self.packed_bytes.to_le_bytes());
        put(row, 12, self.checksum.to_le_bytes());
    }
}

/// Packs a file into another one, which is synced, and returns how long that is.
///
/// # Errors
/// The disk's.
pub(crate) fn pack<D: Disk>(disk: &D, plain: &D::File, packed: &D::File) -> Result<u64, DiskError> {
    let size_bytes = disk.size_bytes(plain)?;
    let mut block = vec![0; BLOCK_BYTES];
    let (mut read_bytes, mut end, mut index) = (0, HEADER_BYTES as u64, Vec::new());
    while read_bytes < size_bytes {
        let count = read_full_at(disk, plain, read_bytes, &mut block)?;
        if count == 0 {
            return Err(damaged("a file", "it became shorter while it was packed"));
        }
        let bytes = &block[..count];
        let deflated = if is_blank(bytes) {
            Vec::new()
        } else {
            deflate(bytes)
        };
        write_all_at(disk, packed, end, &deflated)?;
        let row = Block {
            offset: end,
            packed_bytes: deflated.len() as u32,
            checksum: crc32c(bytes),
        };
        let at = index.len();
        index.resize(at + ROW_BYTES, 0);
        row.write(&mut index[at..]);
        end += deflated.len() as u64;
        read_bytes += count as u64;
    }
    write_all_at(disk, packed, end, &index)?;
    write_all_at(disk, packed, 0, &header(size_bytes, end, &index))?;
    disk.sync(packed)?;
    Ok(end + index.len() as u64)
}

fn header(size_bytes: u64, index_offset: u64, index: &[u8]) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    put(&mut header, 0, MAGIC);
    put(&mut header, 8, VERSION.to_le_bytes());
    put(&mut header, 16, size_bytes.to_le_bytes());
    put(&mut header, 24, index_offset.to_le_bytes());
    put(&mut header, 32, crc32c(index).to_le_bytes());
    let checksum = crc32c(&header[..CRC_OFFSET]);
    put(&mut header, CRC_OFFSET, checksum.to_le_bytes());
    header
}

fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(plain).and_then(|()| encoder.finish());
    written.expect("a vector takes everything")
}

/// Returns what was packed, if it is as long as that; reads no more than it.
fn inflate(packed: &[u8], plain_bytes: usize) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(plain_bytes);
    let mut decoder = DeflateDecoder::new(packed).take(plain_bytes as u64 + 1);
    decoder.read_to_end(&mut plain).ok()?;
    (plain.len() == plain_bytes).then_some(plain)
}

fn damaged(name: &str, what: &str) -> DiskError {
    DiskError {
        operation: Operation::Read,
        name: name.to_owned(),
        source: io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{what}; put the file back from a backup"),
        ),
    }
}
