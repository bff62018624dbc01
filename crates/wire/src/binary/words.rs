//! The bytes of the model's words: integers, ids, exact numbers and texts.

use core::num::NonZeroU32;

use super::codec::{DecodeError, Reader};
use super::field::{Field, Show};
use super::json_line::Line;
use model::account::{FeeTier, Scopes};
use model::allowance::Verification;
use model::id::{
    AccountId, AssetId, ChainId, KeyId, ListId, MarketId, OperatorId, OrderId, OwnerId,
    PreventedMatchId, ProposalId, Reference, Sequence, TradeGroupId, TradeId,
};
use model::number::{Amount, BasisPoints, PegLevels, Price, Qty, RatePpb, RatioPpm};
use model::order::SelfTradeModes;
use model::reject::Reject;
use model::text::{ClientOrderId, Symbol};
use model::time::Timestamp;

/// Integers: little-endian, all their bytes.
macro_rules! integers {
    ($($type:ident $shown:ident;)*) => {$(
        impl Field for $type {
            const BYTES_MIN: usize = size_of::<$type>();

            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn take(reader: &mut Reader<'_>) -> Result<$type, DecodeError> {
                reader.array(stringify!($type)).map($type::from_le_bytes)
            }
        }

        impl Show for $type {
            fn show(&self, line: &mut Line) {
                line.$shown(self);
            }
        }
    )*};
}

// What may pass 2^53 is shown as a text, whatever its value.
integers! {
    u8 number;
    u16 number;
    u32 number;
    u64 string;
    i64 string;
    i128 string;
}

/// The integer, refused when it is zero.
impl Field for NonZeroU32 {
    const BYTES_MIN: usize = 4;

    fn put(&self, out: &mut Vec<u8>) {
        self.get().put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<NonZeroU32, DecodeError> {
        let start = *reader;
        NonZeroU32::new(u32::take(reader)?).ok_or_else(|| start.illegal("number above zero"))
    }
}

impl Show for NonZeroU32 {
    fn show(&self, line: &mut Line) {
        line.number(self);
    }
}

/// Newtypes that hold any value of their integer.
macro_rules! ids {
    ($($name:ident($inner:ty);)*) => {$(
        impl Field for $name {
            const BYTES_MIN: usize = size_of::<$inner>();

            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                self.0.put(out);
            }

            #[inline]
            fn take(reader: &mut Reader<'_>) -> Result<$name, DecodeError> {
                <$inner>::take(reader).map($name)
            }
        }

        impl Show for $name {
            fn show(&self, line: &mut Line) {
                self.0.show(line);
            }
        }
    )*};
}

ids! {
    AccountId(u32);
    AssetId(u16);
    ChainId(u16);
    KeyId(u64);
    ListId(u64);
    MarketId(u16);
    OperatorId(u32);
    OrderId(u64);
    OwnerId(u64);
    PreventedMatchId(u64);
    ProposalId(u64);
    Sequence(u64);
    TradeGroupId(u32);
    TradeId(u64);
}

/// Numbers with a checked constructor: their integer, refused outside the bound.
macro_rules! checked {
    ($($name:ident($inner:ty) $get:ident $new:path, $shown:ident $expected:literal;)*) => {$(
        impl Field for $name {
            const BYTES_MIN: usize = size_of::<$inner>();

            #[inline]
            fn put(&self, out: &mut Vec<u8>) {
                self.$get().put(out);
            }

            #[inline]
            fn take(reader: &mut Reader<'_>) -> Result<$name, DecodeError> {
                let start = *reader;
                let inner = reader.array($expected).map(<$inner>::from_le_bytes)?;
                $new(inner).ok_or_else(|| start.illegal($expected))
            }
        }

        impl Show for $name {
            fn show(&self, line: &mut Line) {
                line.$shown(self.$get());
            }
        }
    )*};
}

// Ticks and lots end at 2^50, rates at 2^31: plain numbers in a dump.
checked! {
    Price(i64) ticks Price::new, number "price";
    Qty(i64) lots Qty::new, number "quantity";
    RatePpb(i64) ppb RatePpb::new, number "rate";
    PegLevels(u8) count PegLevels::new, number "number of levels";
    BasisPoints(u16) points BasisPoints::new, number "delta";
    RatioPpm(u64) ppm RatioPpm::new, number "ratio";
    Scopes(u8) bits Scopes::from_bits, number "set of scopes";
    FeeTier(u8) row FeeTier::new, number "fee tier";
    Verification(u8) number Verification::new, number "verification";
    SelfTradeModes(u8) bits SelfTradeModes::from_bits, number "set of self-trade modes";
}

/// Its stable number.
impl Field for Reject {
    const BYTES_MIN: usize = 2;

    fn put(&self, out: &mut Vec<u8>) {
        self.code().put(out);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Reject, DecodeError> {
        let start = *reader;
        let code = reader.array("refusal").map(u16::from_le_bytes)?;
        Reject::from_code(code).ok_or(DecodeError::UnknownType {
            offset: start.offset(),
            expected: "refusal",
            found: code,
        })
    }
}

impl Show for Reject {
    fn show(&self, line: &mut Line) {
        line.string(self.name());
    }
}

impl Field for Timestamp {
    const BYTES_MIN: usize = 8;

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        self.nanos().put(out);
    }

    #[inline]
    fn take(reader: &mut Reader<'_>) -> Result<Timestamp, DecodeError> {
        reader
            .array("time")
            .map(|bytes| Timestamp::from_nanos(i64::from_le_bytes(bytes)))
    }
}

impl Show for Timestamp {
    fn show(&self, line: &mut Line) {
        line.string(self.nanos());
    }
}

/// The most bytes an amount needs: 2^95 and its sign are 97 bits.
const AMOUNT_BYTES_MAX: usize = 13;
const _: () = assert!(units_length(Amount::MAX.units()) == AMOUNT_BYTES_MAX);
const _: () = assert!(units_length(Amount::MIN.units()) <= AMOUNT_BYTES_MAX);

/// Returns how many bytes of two's complement hold `units`; nothing needs none.
const fn units_length(units: i128) -> usize {
    if units == 0 {
        return 0;
    }
    let magnitude_bits = 128 - (units ^ (units >> 127)).leading_zeros();
    (magnitude_bits / 8 + 1) as usize
}

/// A length in one byte, then as few bytes of two's complement as the amount needs.
impl Field for Amount {
    const BYTES_MIN: usize = 1;

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        let length = units_length(self.units());
        out.push(length as u8);
        let start = out.len();
        out.extend_from_slice(&self.units().to_le_bytes());
        out.truncate(start + length);
    }

    #[inline]
    fn take(reader: &mut Reader<'_>) -> Result<Amount, DecodeError> {
        let start = *reader;
        let [length] = reader.array("amount")?;
        let length = usize::from(length);
        if AMOUNT_BYTES_MAX < length {
            return Err(start.illegal("amount"));
        }
        let raw = i128::from_le_bytes(reader.padded(length, "amount")?);
        let units = match length {
            0 => 0,
            _ => raw << (128 - 8 * length) >> (128 - 8 * length),
        };
        match Amount::new(units) {
            Some(amount) if units_length(units) == length => Ok(amount),
            _ => Err(start.illegal("amount")),
        }
    }
}

impl Show for Amount {
    fn show(&self, line: &mut Line) {
        line.string(self.units());
    }
}

/// A number of characters in one byte, then their 7 bits each, packed from the lowest bit up.
impl Field for ClientOrderId {
    const BYTES_MIN: usize = 2;

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        let words = self.words();
        let count = char_count(words);
        out.push(count as u8);
        let start = out.len();
        words
            .iter()
            .for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
        out.truncate(start + packed_length(count));
    }

    #[inline]
    fn take(reader: &mut Reader<'_>) -> Result<ClientOrderId, DecodeError> {
        let start = *reader;
        let [count] = reader.array("client id")?;
        let count = usize::from(count);
        if ClientOrderId::CHARS_MAX < count {
            return Err(start.illegal("client id"));
        }
        let words = words(reader.padded(packed_length(count), "client id")?);
        match ClientOrderId::from_words(words) {
            Some(id) if char_count(words) == count => Ok(id),
            _ => Err(start.illegal("client id")),
        }
    }
}

impl Show for ClientOrderId {
    fn show(&self, line: &mut Line) {
        line.string(self);
    }
}

const CHAR_BITS: usize = 7;

/// Returns the number of characters: the highest bit set lies in the last of them, since none is zero.
#[inline]
fn char_count(words: [u64; 4]) -> usize {
    words.iter().rposition(|word| *word != 0).map_or(0, |last| {
        let bits = 64 * (last + 1) - words[last].leading_zeros() as usize;
        bits.div_ceil(CHAR_BITS)
    })
}

fn packed_length(chars: usize) -> usize {
    (chars * CHAR_BITS).div_ceil(8)
}

#[inline]
fn words(bytes: [u8; 32]) -> [u64; 4] {
    let (chunks, _) = bytes.as_chunks();
    core::array::from_fn(|index| u64::from_le_bytes(chunks[index]))
}

/// Sixteen bytes, filled up with zeros.
impl Field for Symbol {
    const BYTES_MIN: usize = Symbol::CHARS_MAX;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes());
    }

    fn take(reader: &mut Reader<'_>) -> Result<Symbol, DecodeError> {
        let start = *reader;
        let bytes: [u8; Symbol::CHARS_MAX] = reader.array("symbol")?;
        let length = bytes
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        Symbol::parse(&bytes[..length]).ok_or_else(|| start.illegal("symbol"))
    }
}

impl Show for Symbol {
    fn show(&self, line: &mut Line) {
        line.string(self);
    }
}

impl Field for Reference {
    const BYTES_MIN: usize = 32;

    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn take(reader: &mut Reader<'_>) -> Result<Reference, DecodeError> {
        reader.array("reference").map(Reference)
    }
}

impl Show for Reference {
    fn show(&self, line: &mut Line) {
        line.hex(&self.0);
    }
}

/// One byte: 0 or 1.
impl Field for bool {
    const BYTES_MIN: usize = 1;

    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    #[inline]
    fn take(reader: &mut Reader<'_>) -> Result<bool, DecodeError> {
        let start = *reader;
        match reader.array("flag")? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(start.illegal("flag")),
        }
    }
}

impl Show for bool {
    fn show(&self, line: &mut Line) {
        line.number(self);
    }
}

/// A flag, then the value if there is one.
impl<T: Field> Field for Option<T> {
    const BYTES_MIN: usize = 1;

    #[inline]
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(1);
                value.put(out);
            }
        }
    }

    #[inline]
    fn take(reader: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
        if bool::take(reader)? {
            T::take(reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<T: Show> Show for Option<T> {
    fn show(&self, line: &mut Line) {
        match self {
            None => line.null(),
            Some(value) => value.show(line),
        }
    }
}

/// The elements in order; their number is fixed.
impl<T: Field + Copy, const N: usize> Field for [T; N] {
    const BYTES_MIN: usize = N * T::BYTES_MIN;

    fn put(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|element| element.put(out));
    }

    fn take(reader: &mut Reader<'_>) -> Result<[T; N], DecodeError> {
        // Zero elements would leave nothing to start from.
        const { assert!(0 < N) };
        let mut elements = [T::take(reader)?; N];
        for element in &mut elements[1..] {
            *element = T::take(reader)?;
        }
        Ok(elements)
    }
}

impl<T: Show, const N: usize> Show for [T; N] {
    fn show(&self, line: &mut Line) {
        line.open_list();
        self.iter().for_each(|element| line.element(element));
        line.close_list();
    }
}
