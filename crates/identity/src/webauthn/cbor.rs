//! The part of CBOR (RFC 8949) that authenticators send: definite lengths, a few levels, nothing else.

/// No authenticator nests deeper.
const DEPTH_MAX: usize = 8;

/// A value that lies in the bytes it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Integer(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    List(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// False, true, nothing, or a number with a fraction: nobody asks which.
    Other,
}

impl<'a> Value<'a> {
    /// Returns what a map has under a text.
    pub(super) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.find(&Value::Text(name))
    }

    /// Returns what a map has under a number.
    pub(super) fn number(&self, number: i64) -> Option<&Value<'a>> {
        self.find(&Value::Integer(number))
    }

    /// A name that stands twice is none.
    fn find(&self, name: &Value<'_>) -> Option<&Value<'a>> {
        let Value::Map(pairs) = self else {
            return None;
        };
        let mut found = pairs.iter().filter(|(key, _)| key == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// What is left to be read.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    pub(super) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Returns the next value; `None` when there is none of the kinds above.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        self.value_within(DEPTH_MAX)
    }

    fn value_within(&mut self, depth: usize) -> Option<Value<'a>> {
        let depth = depth.checked_sub(1)?;
        let [head] = self.chunk::<1>()?;
        let (kind, short) = (head >> 5, head & 31);
        let argument = self.argument(short)?;
        match kind {
            0 => i64::try_from(argument).ok().map(Value::Integer),
            1 => i64::try_from(argument)
                .ok()
                .map(|below| Value::Integer(-1 - below)),
            2 => self.bytes(argument).map(Value::Bytes),
            3 => core::str::from_utf8(self.bytes(argument)?)
                .ok()
                .map(Value::Text),
            4 => self.list(argument, depth).map(Value::List),
            5 => self.map(argument, depth).map(Value::Map),
            7 => (20 <= short && short != 24).then_some(Value::Other),
            _ => None,
        }
    }

    fn argument(&mut self, short: u8) -> Option<u64> {
        match short {
            0..24 => Some(u64::from(short)),
            24 => self.chunk().map(|[byte]| u64::from(byte)),
            25 => self
                .chunk()
                .map(|bytes| u64::from(u16::from_be_bytes(bytes))),
            26 => self
                .chunk()
                .map(|bytes| u64::from(u32::from_be_bytes(bytes))),
            27 => self.chunk().map(u64::from_be_bytes),
            _ => None,
        }
    }

    fn list(&mut self, count: u64, depth: usize) -> Option<Vec<Value<'a>>> {
        let count = self.countable(count)?;
        (0..count).map(|_| self.value_within(depth)).collect()
    }

    fn map(&mut self, count: u64, depth: usize) -> Option<Vec<(Value<'a>, Value<'a>)>> {
        let count = self.countable(count)?;
        let mut pairs = Vec::new();
        for _ in 0..count {
            pairs.push((self.value_within(depth)?, self.value_within(depth)?));
        }
        Some(pairs)
    }

    /// A value has at least one byte: whoever claims more of them lies.
    fn countable(&self, count: u64) -> Option<usize> {
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= self.0.len())
    }

    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    fn chunk<const BYTES: usize>(&mut self) -> Option<[u8; BYTES]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<Value<'_>> {
        let mut reader = Reader::new(bytes);
        let value = reader.value()?;
        reader.rest().is_empty().then_some(value)
    }

    /// RFC 8949, appendix A.
    #[test]
    fn the_published_examples_are_read() {
        use Value::{Bytes, Integer, List, Map, Other, Text};
        let million = [0x1a, 0x00, 0x0f, 0x42, 0x40];
        assert_eq!(read(&million), Some(Integer(1_000_000)));
        assert_eq!(read(&[0x38, 0x63]), Some(Integer(-100)));
        assert_eq!(read(&[0x39, 0x03, 0xe7]), Some(Integer(-1_000)));
        assert_eq!(read(&[0x44, 1, 2, 3, 4]), Some(Bytes(&[1, 2, 3, 4])));
        assert_eq!(read(&[0x62, 0xc3, 0xbc]), Some(Text("ü")));
        assert_eq!(read(&[0xf5]), Some(Other));
        let nested = [0x82, 0x01, 0x82, 0x02, 0x03];
        assert_eq!(
            read(&nested),
            Some(List(vec![Integer(1), List(vec![Integer(2), Integer(3)])]))
        );
        let map = [0xa2, 0x61, 0x61, 0x01, 0x20, 0x02];
        let value = read(&map).expect("a map");
        assert_eq!(
            value,
            Map(vec![(Text("a"), Integer(1)), (Integer(-1), Integer(2))])
        );
        assert_eq!(value.get("a"), Some(&Integer(1)));
        assert_eq!(value.number(-1), Some(&Integer(2)));
        assert_eq!(value.get("b"), None);
    }

    #[test]
    fn what_is_cut_short_too_deep_doubled_or_endless_is_none() {
        let deep = [vec![0x81; 9], vec![0x01]].concat();
        for odd in [
            &[][..],
            &[0x44, 1, 2, 3],
            &[0x1a, 0, 0],
            &[0x5f, 0xff],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x61, 0xff],
            &[0xc0, 0x01],
            &[0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0],
            &deep,
        ] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
        let twice = read(&[0xa2, 0x01, 0x01, 0x01, 0x02]).expect("a map");
        assert_eq!(twice.number(1), None);
    }
}
