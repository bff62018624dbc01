//! A queue whose rows have consecutive numbers: trades by trade id, candles by their place.

use std::collections::VecDeque;

/// A power of two: the first chunk grows to it by doubling, and each one behind it has that room at once.
const ROWS_PER_CHUNK: usize = 1 << 8;

/// Rows numbered one after the other; new ones join at the end, old ones leave at the front.
///
/// **Shape** chunks of `ROWS_PER_CHUNK`, so that growing never moves more than one chunk. **Cost** O(1) by number.
pub struct Numbered<T> {
    first: u64,
    len: usize,
    /// Rows of the front chunk that have left.
    left: usize,
    chunks: VecDeque<Vec<T>>,
}

impl<T: Copy> Numbered<T> {
    /// Returns an empty queue whose next row gets the number `first`.
    pub fn starting_at(first: u64) -> Numbered<T> {
        Numbered {
            first,
            len: 0,
            left: 0,
            chunks: VecDeque::new(),
        }
    }

    /// Returns the number of the first row, or of the next one when there is none.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Returns the number the next row gets.
    pub fn next(&self) -> u64 {
        self.first + self.len as u64
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds a row at the end and returns its number.
    pub fn push(&mut self, row: T) -> u64 {
        let number = self.next();
        match self.chunks.back_mut() {
            Some(chunk) if chunk.len() < ROWS_PER_CHUNK => chunk.push(row),
            Some(_) => {
                let mut chunk = Vec::with_capacity(ROWS_PER_CHUNK);
                chunk.push(row);
                self.chunks.push_back(chunk);
            }
            None => self.chunks.push_back(vec![row]),
        }
        self.len += 1;
        number
    }

    /// Removes the first row.
    pub fn pop(&mut self) -> Option<T> {
        let row = *self.chunks.front()?.get(self.left)?;
        self.left += 1;
        self.first += 1;
        self.len -= 1;
        if self.left == ROWS_PER_CHUNK || self.len == 0 {
            self.chunks.pop_front();
            self.left = 0;
        }
        Some(row)
    }

    /// Returns the row with this number.
    #[inline]
    pub fn get(&self, number: u64) -> Option<&T> {
        let (chunk, row) = self.place(number)?;
        self.chunks.get(chunk)?.get(row)
    }

    pub fn front(&self) -> Option<&T> {
        self.get(self.first)
    }

    pub fn back(&self) -> Option<&T> {
        self.chunks.back()?.last()
    }

    pub fn back_mut(&mut self) -> Option<&mut T> {
        self.chunks.back_mut()?.last_mut()
    }

    /// Returns the rows from this number on, with their numbers.
    pub fn from(&self, number: u64) -> impl Iterator<Item = (u64, &T)> {
        (number.max(self.first)..self.next())
            .filter_map(|number| self.get(number).map(|row| (number, row)))
    }

    /// Returns the number of the first row for which `is_before` no longer holds.
    pub fn partition_point(&self, is_before: impl Fn(&T) -> bool) -> u64 {
        let (mut low, mut high) = (self.first, self.next());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(&is_before) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn place(&self, number: u64) -> Option<(usize, usize)> {
        if number < self.first || self.next() <= number {
            return None;
        }
        let place = (number - self.first) as usize + self.left;
        Some((place / ROWS_PER_CHUNK, place % ROWS_PER_CHUNK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::index::hash_words;

    #[test]
    fn a_queue_agrees_with_a_plain_list() {
        let mut queue = Numbered::starting_at(5);
        let (mut list, mut first) = (VecDeque::new(), 5_u64);
        for step in 0..30_000_u64 {
            // Grows, then shrinks to nothing, then grows again.
            let limit = if (step / 6_000) % 2 == 0 { 6 } else { 2 };
            if hash_words(1, &[step]) % 8 < limit {
                assert_eq!(queue.push(step), first + list.len() as u64);
                list.push_back(step);
            } else {
                let popped = list.pop_front();
                assert_eq!(queue.pop(), popped);
                first += u64::from(popped.is_some());
            }
            assert_eq!((queue.first(), queue.len()), (first, list.len()));
            assert_eq!(queue.front(), list.front());
            assert_eq!(queue.back(), list.back());
            let probe = step % (list.len() as u64 + 1);
            assert_eq!(queue.get(first + probe), list.get(probe as usize));
            assert_eq!(queue.get(first.wrapping_sub(1)), None);
            let point = list.partition_point(|row| *row < step / 2);
            assert_eq!(
                queue.partition_point(|row| *row < step / 2),
                first + point as u64
            );
        }
        let rows: Vec<u64> = queue.from(0).map(|(_, row)| *row).collect();
        assert_eq!(rows, Vec::from(list));
    }
}
