//! The 128-byte header of a flow.

use crate::flow::error::FlowError;
use crate::flow::record::{Record, RecordFault};

/// The size of the encoded header.
pub const HEADER_BYTES: usize = 128;

const MAGIC: [u8; 8] = *b"ORDFLOW1";
const WORDS: usize = 14;
const PADDING_START: usize = MAGIC.len() + WORDS * size_of::<u64>();
const SYMBOLS_MAX: u64 = 1 << u16::BITS;

const _: () = assert!(PADDING_START <= HEADER_BYTES);

/// What a correct matcher arrives at over the whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub trades: u64,
    pub traded_lots: u64,
    /// **Units**: ticks × lots, summed modulo 2^64.
    pub notional: u64,
    /// At the end of the file.
    pub resting_orders: u64,
    /// At the end of the file.
    pub resting_lots: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Passive orders that build the books; not timed.
    pub prefill_records: u64,
    pub measured_records: u64,
    /// At least 1, at most 65,536.
    pub symbols: u32,
    /// Ids run from 1 to this number.
    pub accounts: u32,
    /// One more than the highest order id.
    pub order_id_end: u64,
    pub expected: Totals,
    /// The lowest price in any record.
    pub price_low_ticks: i64,
    /// The highest price in any record.
    pub price_high_ticks: i64,
    pub seed: u64,
    /// The number of resting orders the generator aims at, per side and symbol.
    pub target_orders: u64,
}

impl Header {
    /// Returns the header as it stands in a file.
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..MAGIC.len()].copy_from_slice(&MAGIC);
        let (slots, _) = bytes[MAGIC.len()..PADDING_START].as_chunks_mut();
        for (slot, word) in slots.iter_mut().zip(self.words()) {
            *slot = word.to_le_bytes();
        }
        bytes
    }

    /// Returns the header at the start of `bytes`.
    ///
    /// # Errors
    /// Anything but a complete header whose words can be true.
    pub fn decode(bytes: &[u8]) -> Result<Header, FlowError> {
        check_magic(bytes)?;
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else {
            return Err(FlowError::HeaderCutOff {
                found_bytes: bytes.len(),
            });
        };
        if header[PADDING_START..].iter().any(|byte| *byte != 0) {
            return Err(FlowError::Padding);
        }
        let (slots, _) = header[MAGIC.len()..PADDING_START].as_chunks();
        let words: Vec<u64> = slots.iter().map(|slot| u64::from_le_bytes(*slot)).collect();
        Header::from_words(
            words
                .first_chunk()
                .expect("the header holds fourteen words"),
        )
    }

    fn words(&self) -> [u64; WORDS] {
        [
            self.prefill_records,
            self.measured_records,
            u64::from(self.symbols),
            u64::from(self.accounts),
            self.order_id_end,
            self.expected.trades,
            self.expected.traded_lots,
            self.expected.notional,
            self.expected.resting_orders,
            self.expected.resting_lots,
            self.price_low_ticks.cast_unsigned(),
            self.price_high_ticks.cast_unsigned(),
            self.seed,
            self.target_orders,
        ]
    }

    fn from_words(words: &[u64; WORDS]) -> Result<Header, FlowError> {
        check_words(words)?;
        Ok(Header {
            prefill_records: words[0],
            measured_records: words[1],
            symbols: u32::try_from(words[2]).expect("checked above"),
            accounts: u32::try_from(words[3]).expect("checked above"),
            order_id_end: words[4],
            expected: Totals {
                trades: words[5],
                traded_lots: words[6],
                notional: words[7],
                resting_orders: words[8],
                resting_lots: words[9],
            },
            price_low_ticks: words[10].cast_signed(),
            price_high_ticks: words[11].cast_signed(),
            seed: words[12],
            target_orders: words[13],
        })
    }

    /// Checks the fields of `record` that the header bounds.
    ///
    /// # Errors
    /// The first field outside its bound.
    pub fn admit(&self, record: &Record) -> Result<(), RecordFault> {
        let Record {
            symbol,
            account,
            order_id,
            price_ticks,
            ..
        } = *record;
        let (low_ticks, high_ticks) = (self.price_low_ticks, self.price_high_ticks);
        if self.symbols <= u32::from(symbol) {
            return Err(RecordFault::Symbol {
                symbol,
                symbols: self.symbols,
            });
        }
        if account == 0 || self.accounts < account {
            return Err(RecordFault::Account {
                account,
                accounts: self.accounts,
            });
        }
        if self.order_id_end <= order_id {
            return Err(RecordFault::OrderId {
                order_id,
                order_id_end: self.order_id_end,
            });
        }
        if price_ticks < low_ticks || high_ticks < price_ticks {
            return Err(RecordFault::Price {
                price_ticks,
                low_ticks,
                high_ticks,
            });
        }
        if record.quantity_lots == 0 {
            return Err(RecordFault::Quantity);
        }
        Ok(())
    }
}

fn check_magic(bytes: &[u8]) -> Result<(), FlowError> {
    match bytes.first_chunk() {
        Some(&MAGIC) => Ok(()),
        Some(&found) => Err(FlowError::Magic { found }),
        None => Err(FlowError::HeaderCutOff {
            found_bytes: bytes.len(),
        }),
    }
}

fn check_words(words: &[u64; WORDS]) -> Result<(), FlowError> {
    let refuse = |word: usize, why| {
        Err(FlowError::Word {
            word,
            value: words[word],
            why,
        })
    };
    if words[2] == 0 || SYMBOLS_MAX < words[2] {
        return refuse(2, "symbols must number 1 to 65,536");
    }
    if words[3] == 0 || u64::from(u32::MAX) < words[3] {
        return refuse(3, "accounts must number 1 to 2^32 - 1");
    }
    if words[11].cast_signed() < words[10].cast_signed() {
        return refuse(11, "the highest price is below the lowest");
    }
    Ok(())
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn header() -> Header {
        Header {
            prefill_records: 1,
            measured_records: 2,
            symbols: 3,
            accounts: 4,
            order_id_end: 5,
            expected: Totals {
                trades: 6,
                traded_lots: 7,
                notional: 8,
                resting_orders: 9,
                resting_lots: 10,
            },
            price_low_ticks: -11,
            price_high_ticks: 12,
            seed: 13,
            target_orders: 14,
        }
    }

    #[test]
    fn the_header_lies_in_the_file_as_the_format_says() {
        let bytes = header().encode();
        assert_eq!(&bytes[..8], b"ORDFLOW1");
        for word in 0..WORDS {
            let expected = if word == 10 {
                -11
            } else {
                i64::try_from(word + 1).unwrap()
            };
            let start = 8 + 8 * word;
            assert_eq!(
                bytes[start..start + 8],
                expected.to_le_bytes(),
                "word {word}"
            );
        }
        assert_eq!(bytes[120..], [0; 8]);
    }

    #[test]
    fn the_header_survives_the_round_trip() {
        assert_eq!(Header::decode(&header().encode()).unwrap(), header());
    }

    #[test]
    fn an_impossible_header_is_refused_with_its_word() {
        let check = |word: usize, value: u64, text: &str| {
            let mut bytes = header().encode();
            bytes[8 + 8 * word..16 + 8 * word].copy_from_slice(&value.to_le_bytes());
            let error = Header::decode(&bytes).unwrap_err().to_string();
            assert!(error.contains(text), "{error}");
        };
        check(2, 0, "header word 2 is 0: symbols");
        check(2, 65_537, "header word 2 is 65537: symbols");
        check(3, 0, "header word 3 is 0: accounts");
        check(3, 1 << 32, "header word 3 is 4294967296: accounts");
        check(11, u64::MAX - 20, "the highest price is below the lowest");
    }
}
