//! Short texts as plain values: client order ids, idempotency keys and symbols.

/// A text of 1 to 36 characters out of `. A-Z : / a-z 0-9 _ -`, as clients name their orders.
///
/// **Shape** 7 bits a character from the lowest bit up, zero-filled: 36 characters are 252 bits, four words.
/// Two equal texts are four equal words, so comparing and hashing never touch bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientOrderId([u64; 4]);

/// The exactly-once key of a mutating call (D17): the same alphabet and length as a client order id.
pub type IdempotencyKey = ClientOrderId;

impl ClientOrderId {
    pub const CHARS_MAX: usize = 36;
    const BITS: usize = 7;

    /// Returns the id with this text, or `None` when it is empty, too long or has a foreign character.
    pub fn parse(text: &[u8]) -> Option<ClientOrderId> {
        if text.is_empty() || ClientOrderId::CHARS_MAX < text.len() {
            return None;
        }
        let mut words = [0_u64; 4];
        for (index, byte) in text.iter().enumerate() {
            if !is_client_id_byte(*byte) {
                return None;
            }
            put_bits(&mut words, index * ClientOrderId::BITS, u64::from(*byte));
        }
        Some(ClientOrderId(words))
    }

    /// Returns the id whose text is `number` in decimal.
    pub fn from_number(number: u64) -> ClientOrderId {
        let mut digits = [b'0'; 20];
        let mut left = number;
        let mut start = digits.len();
        loop {
            start -= 1;
            digits[start] += u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
            if left == 0 {
                break;
            }
        }
        let mut words = [0_u64; 4];
        for (index, byte) in digits[start..].iter().enumerate() {
            put_bits(&mut words, index * ClientOrderId::BITS, u64::from(*byte));
        }
        ClientOrderId(words)
    }

    /// Returns the text; `length` says how much of the buffer it fills.
    pub fn chars(self) -> ([u8; ClientOrderId::CHARS_MAX], usize) {
        let mut text = [0_u8; ClientOrderId::CHARS_MAX];
        let mut length = 0;
        for slot in &mut text {
            let byte = take_bits(&self.0, length * ClientOrderId::BITS);
            if byte == 0 {
                break;
            }
            *slot = byte;
            length += 1;
        }
        (text, length)
    }

    /// Returns the packed words, for hashing and for byte formats.
    pub const fn words(self) -> [u64; 4] {
        self.0
    }

    /// Returns the id with these packed words, or `None` unless they are what `words` could have returned.
    ///
    /// **Cost** one step for eight characters it has: every record of a replay passes here.
    pub fn from_words(words: [u64; 4]) -> Option<ClientOrderId> {
        let [a, b, c, d] = words;
        let eights = [
            a,
            a >> 56 | b << 8,
            b >> 48 | c << 16,
            c >> 40 | d << 24,
            d >> 32,
        ];
        let mut eights = eights.into_iter().map(|bits| bits & LOW_56_BITS);
        for seven_bits in eights.by_ref() {
            let text = spread_to_bytes(seven_bits);
            let legal = legal_bytes(text);
            let is_prefix = legal & legal.wrapping_add(1) == 0;
            if text & !legal != 0 || !is_prefix {
                return None;
            }
            if legal != u64::MAX {
                break;
            }
        }
        let is_rest_zero = eights.all(|seven_bits| seven_bits == 0);
        // The last of the eights holds 28 bits of text; 4 bits of the last word are never used.
        let is_empty = a == 0;
        let is_unused_zero = d >> 60 == 0;
        (!is_empty && is_rest_zero && is_unused_zero).then_some(ClientOrderId(words))
    }
}

const LOW_56_BITS: u64 = u64::MAX >> 8;

/// Returns eight characters of 7 bits as eight bytes, the first in the lowest.
const fn spread_to_bytes(seven_bits: u64) -> u64 {
    let halves = seven_bits & 0x0fff_ffff | (seven_bits & 0x00ff_ffff_f000_0000) << 4;
    let quarters = halves & 0x0000_3fff_0000_3fff | (halves & 0x0fff_c000_0fff_c000) << 2;
    quarters & 0x007f_007f_007f_007f | (quarters & 0x3f80_3f80_3f80_3f80) << 1
}

/// Returns `0xff` for each of the eight bytes, all below 128, that is legal in a client order id.
const fn legal_bytes(text: u64) -> u64 {
    let top_bits = bytes_within(text, b'-', b':')
        | bytes_within(text, b'A', b'Z')
        | bytes_within(text, b'_', b'_')
        | bytes_within(text, b'a', b'z');
    (top_bits >> 7).wrapping_mul(0xff)
}

/// Sets the top bit of each byte within `first ..= last`; no sum leaves its byte, since every byte is below 128.
const fn bytes_within(text: u64, first: u8, last: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x80 * ONES;
    let not_below = text + ONES * (128 - first as u64);
    let above = text + ONES * (127 - last as u64);
    not_below & !above & TOPS
}

impl core::fmt::Display for ClientOrderId {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (text, length) = self.chars();
        text[..length]
            .iter()
            .try_for_each(|byte| write!(formatter, "{}", char::from(*byte)))
    }
}

fn is_client_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'/' | b'_' | b'-')
}

fn put_bits(words: &mut [u64; 4], bit: usize, value: u64) {
    let (word, shift) = (bit / 64, bit % 64);
    words[word] |= value << shift;
    if 64 - ClientOrderId::BITS < shift {
        words[word + 1] |= value >> (64 - shift);
    }
}

fn take_bits(words: &[u64; 4], bit: usize) -> u8 {
    let (word, shift) = (bit / 64, bit % 64);
    let mut value = words[word] >> shift;
    if 64 - ClientOrderId::BITS < shift {
        value |= words[word + 1] << (64 - shift);
    }
    (value & 0x7f) as u8
}

/// The name of an asset or a market: 1 to 16 characters out of `A-Z 0-9 _`.
///
/// **Shape** bytes, zero-filled to 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol([u8; Symbol::CHARS_MAX]);

impl Symbol {
    pub const CHARS_MAX: usize = 16;

    /// Returns the symbol with this text, or `None` when it is empty, too long or has a foreign character.
    pub fn parse(text: &[u8]) -> Option<Symbol> {
        let is_legal =
            |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        if text.is_empty() || Symbol::CHARS_MAX < text.len() || !text.iter().all(is_legal) {
            return None;
        }
        let mut bytes = [0; Symbol::CHARS_MAX];
        bytes[..text.len()].copy_from_slice(text);
        Some(Symbol(bytes))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        let length = self
            .0
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(Symbol::CHARS_MAX);
        core::str::from_utf8(&self.0[..length]).unwrap_or("")
    }

    /// Returns the zero-filled bytes, for byte formats.
    pub const fn bytes(self) -> [u8; Symbol::CHARS_MAX] {
        self.0
    }
}

impl core::fmt::Display for Symbol {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_order_id_reads_back_as_it_was_written() {
        for text in [
            "a",
            "x-TKT5PX2F0123456789abcdef012345",
            "....................................",
            "Z:/_-9",
        ] {
            let id = ClientOrderId::parse(text.as_bytes()).expect("legal");
            assert_eq!(id.to_string(), text);
            assert_eq!(ClientOrderId::from_words(id.words()), Some(id));
        }
    }

    #[test]
    fn a_client_order_id_refuses_foreign_texts() {
        for text in [
            "",
            "a b",
            "é",
            "x\u{0}",
            "0123456789012345678901234567890123456",
        ] {
            assert_eq!(ClientOrderId::parse(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn words_that_no_text_packs_to_are_refused() {
        assert_eq!(ClientOrderId::from_words([0; 4]), None);
        assert_eq!(ClientOrderId::from_words([1, 0, 0, 0]), None);
        assert_eq!(
            ClientOrderId::from_words([u64::from(b'a'), 0, 0, 1 << 63]),
            None
        );
    }

    #[test]
    fn each_byte_at_each_place_is_legal_in_words_exactly_when_it_is_in_a_text() {
        for length in 1..=ClientOrderId::CHARS_MAX {
            for place in 0..length {
                for byte in 1..128 {
                    let mut text = vec![b'a'; length];
                    text[place] = byte;
                    let mut words = [0; 4];
                    for (index, byte) in text.iter().enumerate() {
                        put_bits(&mut words, index * ClientOrderId::BITS, u64::from(*byte));
                    }
                    assert_eq!(
                        ClientOrderId::from_words(words),
                        ClientOrderId::parse(&text)
                    );
                }
            }
        }
    }

    #[test]
    fn words_with_a_hole_or_a_rest_are_refused() {
        let words = ClientOrderId::parse(&[b'a'; ClientOrderId::CHARS_MAX])
            .expect("legal")
            .words();
        for place in 0..ClientOrderId::CHARS_MAX - 1 {
            let mut holed = words;
            let bit = place * ClientOrderId::BITS;
            for bit in bit..bit + ClientOrderId::BITS {
                holed[bit / 64] &= !(1 << (bit % 64));
            }
            assert_eq!(ClientOrderId::from_words(holed), None, "{place}");
        }
        for bit in 252..256 {
            let mut longer = words;
            longer[3] |= 1 << (bit % 64);
            assert_eq!(ClientOrderId::from_words(longer), None, "{bit}");
        }
    }

    #[test]
    fn a_number_becomes_its_decimal_text() {
        for number in [0, 7, 10, 123_456_789, u64::MAX] {
            assert_eq!(
                ClientOrderId::from_number(number).to_string(),
                number.to_string()
            );
        }
    }

    #[test]
    fn a_symbol_is_upper_case() {
        assert_eq!(
            Symbol::parse(b"BTCUSDT").map(|symbol| symbol.to_string()),
            Some("BTCUSDT".to_owned())
        );
        assert_eq!(Symbol::parse(b"btcusdt"), None);
        assert_eq!(Symbol::parse(b""), None);
    }
}
