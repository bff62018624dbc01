//! What one connection sends, ready to be written.

use core::ops::Range;

/// The requests of one connection, in order.
#[derive(Debug, Default)]
pub struct Requests {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Requests {
    pub fn push(&mut self, request: &[u8]) {
        self.bytes.extend_from_slice(request);
        self.ends.push(self.bytes.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|index| self.slice(index..index + 1))
    }

    /// Returns the bytes of the requests with these numbers.
    pub fn slice(&self, numbers: Range<usize>) -> &[u8] {
        let offset = |number: usize| number.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.bytes[offset(numbers.start)..offset(numbers.end)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_one_by_one_or_side_by_side() {
        let mut requests = Requests::default();
        for request in ["a", "bc", "def"] {
            requests.push(request.as_bytes());
        }
        let each: Vec<&[u8]> = requests.iter().collect();
        assert_eq!(each, [b"a".as_slice(), b"bc", b"def"]);
        assert_eq!(requests.slice(1..3), b"bcdef");
        assert_eq!(requests.slice(0..0), b"");
    }
}
