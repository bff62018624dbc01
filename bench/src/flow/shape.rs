//! The named kinds of flow.

/// The number of measured records of the named flows.
pub const MEASURED_RECORDS: u64 = 3_000_000;

/// What a generated flow looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub name: &'static str,
    /// At least 1, at most 65,536.
    pub symbols: u32,
    /// Resting orders aimed at, per side and symbol.
    pub target_orders: u32,
    /// At least 2, so that somebody can trade.
    pub accounts: u32,
    /// The farthest a passive price lies from the mid.
    pub span_ticks: u32,
}

/// One symbol of ordinary depth.
pub const ONE: Shape = Shape {
    name: "one",
    symbols: 1,
    target_orders: 1_000,
    accounts: 1_000,
    span_ticks: 1_000,
};

/// A hundred symbols of unequal popularity.
pub const HUNDRED: Shape = Shape {
    name: "hundred",
    symbols: 100,
    target_orders: 1_000,
    accounts: 10_000,
    span_ticks: 1_000,
};

/// One symbol whose 100,000 orders stand on some 33,000 levels.
pub const DEEP: Shape = Shape {
    name: "deep",
    symbols: 1,
    target_orders: 50_000,
    accounts: 10_000,
    span_ticks: 21_000,
};

/// The flows of the report, in its order.
pub const NAMED: [Shape; 3] = [ONE, HUNDRED, DEEP];

impl Shape {
    /// Returns the price around which every symbol starts: far enough from 0 that no walk of a
    /// named flow takes a price there.
    pub fn mid_start_ticks(&self) -> i64 {
        i64::from(self.span_ticks) * 4 + 100_000
    }

    /// Returns the number of records that build the books.
    pub fn prefill_records(&self) -> u64 {
        u64::from(self.symbols) * u64::from(self.target_orders) * 2
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Three shallow symbols: every constraint is met often within a few hundred records.
    pub fn small() -> Shape {
        Shape {
            name: "small",
            symbols: 3,
            target_orders: 8,
            accounts: 12,
            span_ticks: 20,
        }
    }
}
