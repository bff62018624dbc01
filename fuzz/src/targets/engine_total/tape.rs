//! Bytes as a sequence of choices: a mutated byte changes one choice and leaves the others alone.

use model::number::{Amount, Price, Qty};

/// Choices out of bytes; after the last byte, every choice is the first one.
#[derive(Clone, Debug)]
pub struct Tape<'a> {
    bytes: &'a [u8],
}

impl<'a> Tape<'a> {
    pub const fn new(bytes: &'a [u8]) -> Tape<'a> {
        Tape { bytes }
    }

    pub const fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((byte, rest)) => {
                self.bytes = rest;
                *byte
            }
            None => 0,
        }
    }

    /// Returns the next bytes, at most `count`.
    pub fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(count.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// Returns a number that is mostly small, sometimes at an edge, and sometimes anything.
    pub fn number(&mut self) -> u64 {
        match self.byte() {
            small @ 0..200 => u64::from(small),
            200..232 => self.pick(&EDGES),
            _ => self.anything(),
        }
    }

    /// Returns a price near a thousand ticks, now and then any other.
    pub fn price(&mut self) -> Price {
        let ticks = match self.byte() {
            near @ 0..240 => 940 + i64::from(near) / 2,
            _ => (self.number() & (Price::MAX.ticks() as u64)) as i64,
        };
        Price::new(ticks.clamp(1, Price::MAX.ticks())).unwrap_or(Price::MIN)
    }

    /// Returns a few lots, now and then any other quantity.
    pub fn qty(&mut self) -> Qty {
        let lots = match self.byte() {
            few @ 0..240 => i64::from(few % 24),
            _ => (self.number() as i64).clamp(0, Qty::MAX.lots()),
        };
        Qty::new(lots).unwrap_or(Qty::ZERO)
    }

    /// Returns an amount that is mostly small, now and then negative or at its bound.
    pub fn amount(&mut self) -> Amount {
        match self.byte() {
            250 => Amount::MAX,
            251 => Amount::MIN,
            252 => self.sized_amount().negated(),
            253 => Amount::MAX.minus(self.sized_amount()),
            _ => self.sized_amount(),
        }
    }

    fn sized_amount(&mut self) -> Amount {
        let shift = self.byte() % 48;
        let units = i128::from(self.number()) << shift;
        Amount::new(
            units
                & Amount::MAX
                    .minus(Amount::new(1).unwrap_or(Amount::ZERO))
                    .units(),
        )
        .unwrap_or(Amount::ZERO)
    }

    fn anything(&mut self) -> u64 {
        self.bytes(8)
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

const EDGES: [u64; 10] = [
    u8::MAX as u64,
    u16::MAX as u64,
    u32::MAX as u64,
    1 << 50,
    (1 << 50) + 1,
    (1 << 53) - 1,
    1 << 53,
    i64::MAX as u64,
    i64::MAX as u64 + 1,
    u64::MAX,
];
