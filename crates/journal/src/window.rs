//! A window on a file: reads ahead in large blocks so that small records cost no system call each.

use std::ops::Range;

use crate::bytes::is_blank;
use crate::disk::{Disk, DiskError, read_full_at};

/// How much is read at once, unless one record is longer.
const WINDOW_BYTES: usize = 1024 * 1024;

/// The bytes of a file from `start`, as they were when last read.
#[derive(Debug, Default)]
pub(crate) struct Window {
    bytes: Vec<u8>,
    start: u64,
    filled: usize,
}

impl Window {
    /// Returns the `count` bytes at `offset`, fewer where the file ends.
    pub fn get<D: Disk>(
        &mut self,
        disk: &D,
        file: &D::File,
        offset: u64,
        count: usize,
    ) -> Result<&[u8], DiskError> {
        let wanted = offset..offset + count as u64;
        if wanted.start < self.start || self.start + (self.filled as u64) < wanted.end {
            self.fill(disk, file, wanted)?;
        }
        Ok(self.held(offset, count))
    }

    /// Returns what the window holds of the `count` bytes at `offset`.
    pub fn held(&self, offset: u64, count: usize) -> &[u8] {
        assert!(self.start <= offset);
        let from = (offset - self.start).min(self.filled as u64) as usize;
        &self.bytes[from..(from + count).min(self.filled)]
    }

    /// Drops what was read, so that the next `get` sees what has been written since.
    pub fn forget(&mut self) {
        self.filled = 0;
    }

    fn fill<D: Disk>(
        &mut self,
        disk: &D,
        file: &D::File,
        wanted: Range<u64>,
    ) -> Result<(), DiskError> {
        let left = disk.size_bytes(file)?.saturating_sub(wanted.start);
        let needed = (wanted.end - wanted.start)
            .max(WINDOW_BYTES as u64)
            .min(left) as usize;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        self.filled = 0;
        self.filled = read_full_at(disk, file, wanted.start, &mut self.bytes[..needed])?;
        self.start = wanted.start;
        Ok(())
    }

    /// Returns the range from the first to the last byte after `from` that is not zero.
    ///
    /// **Cost**: `O(bytes in the file after from)`.
    pub fn content_after<D: Disk>(
        &mut self,
        disk: &D,
        file: &D::File,
        from: u64,
    ) -> Result<Option<Range<u64>>, DiskError> {
        const BLOCK_BYTES: usize = 4096;
        let mut content: Option<Range<u64>> = None;
        let mut offset = from;
        loop {
            let block = self.get(disk, file, offset, BLOCK_BYTES)?;
            if block.is_empty() {
                return Ok(content);
            }
            if !is_blank(block) {
                let is_content = |byte: &u8| *byte != 0;
                let first = block
                    .iter()
                    .position(is_content)
                    .expect("the block is not blank");
                let last = block
                    .iter()
                    .rposition(is_content)
                    .expect("the block is not blank");
                let start = content.map_or(offset + first as u64, |range| range.start);
                content = Some(start..offset + last as u64 + 1);
            }
            offset += block.len() as u64;
        }
    }
}
