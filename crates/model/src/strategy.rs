//! What an order's owner says it is part of. The exchange keeps it, tells it back and never looks at it.

/// The strategy an order belongs to, as far as its owner named it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strategy {
    pub id: Option<StrategyId>,
    pub kind: Option<StrategyKind>,
}

/// One strategy of an owner.
///
/// **Bounds** `0 ..= 2^63 - 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrategyId(i64);

/// What sort of strategy it is, in numbers of the owner's own.
///
/// **Bounds** `1_000_000 ..= 2^63 - 1`.
///
/// **Source** `docs/spec/binance-surface.md` §9.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StrategyKind(i64);

impl Strategy {
    pub const NONE: Strategy = Strategy {
        id: None,
        kind: None,
    };
}

impl StrategyId {
    /// Returns the id, or `None` below zero.
    pub const fn new(number: i64) -> Option<StrategyId> {
        if 0 <= number {
            Some(StrategyId(number))
        } else {
            None
        }
    }

    /// Returns its number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

impl StrategyKind {
    pub const MIN: StrategyKind = StrategyKind(1_000_000);

    /// Returns the kind, or `None` below a million.
    pub const fn new(number: i64) -> Option<StrategyKind> {
        if StrategyKind::MIN.0 <= number {
            Some(StrategyKind(number))
        } else {
            None
        }
    }

    /// Returns its number.
    pub const fn number(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constructors_refuse_what_lies_outside_the_bound() {
        assert_eq!(StrategyId::new(-1), None);
        assert_eq!(StrategyId::new(0).map(StrategyId::number), Some(0));
        assert_eq!(StrategyKind::new(999_999), None);
        assert_eq!(StrategyKind::new(1_000_000), Some(StrategyKind::MIN));
    }
}
