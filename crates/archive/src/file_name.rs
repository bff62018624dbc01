//! How files are called and where they lie: as upstream's public data does it, so that its downloaders find them.

use std::path::PathBuf;

use model::text::Symbol;
use views::interval::Interval;

use crate::day::Day;

/// What a file tells of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Trades,
    AggregateTrades,
    /// The levels that each command changed.
    DepthUpdate,
    /// The levels as the day begins.
    DepthSnapshot,
    Klines(Interval),
}

/// The intervals that divide a day; longer ones do not end with it.
pub const DAY_INTERVALS: [Interval; 13] = [
    Interval::Second1,
    Interval::Minute1,
    Interval::Minute3,
    Interval::Minute5,
    Interval::Minute15,
    Interval::Minute30,
    Interval::Hour1,
    Interval::Hour2,
    Interval::Hour4,
    Interval::Hour6,
    Interval::Hour8,
    Interval::Hour12,
    Interval::Day1,
];

impl Kind {
    /// Returns the folder of all files of the kind.
    pub const fn folder(self) -> &'static str {
        match self {
            Kind::Trades => "trades",
            Kind::AggregateTrades => "aggTrades",
            Kind::DepthUpdate => "depthUpdate",
            Kind::DepthSnapshot => "depthSnapshot",
            Kind::Klines(_) => "klines",
        }
    }

    /// Returns what stands between symbol and day in the name of a file.
    const fn word(self) -> &'static str {
        match self {
            Kind::Klines(interval) => interval.name(),
            _ => self.folder(),
        }
    }
}

/// The name of a file of one market and one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileName {
    pub symbol: Symbol,
    pub kind: Kind,
    pub day: Day,
}

impl FileName {
    /// Returns the name without an ending, `BTCUSDT-trades-2024-08-08`.
    pub fn stem(&self) -> String {
        format!("{}-{}-{}", self.symbol, self.kind.word(), self.day)
    }

    /// Returns the folder it lies in, `spot/daily/klines/BTCUSDT/1m`.
    pub fn folder(&self) -> PathBuf {
        let mut folder = PathBuf::from("spot/daily");
        folder.push(self.kind.folder());
        folder.push(self.symbol.as_str());
        if let Kind::Klines(interval) = self.kind {
            folder.push(interval.name());
        }
        folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_folders_are_those_that_downloaders_ask_for() {
        let symbol = Symbol::parse(b"BTCUSDT").expect("a symbol");
        let day = Day::parse("2024-08-08").expect("a day");
        for (kind, folder, stem) in [
            (
                Kind::Trades,
                "spot/daily/trades/BTCUSDT",
                "BTCUSDT-trades-2024-08-08",
            ),
            (
                Kind::AggregateTrades,
                "spot/daily/aggTrades/BTCUSDT",
                "BTCUSDT-aggTrades-2024-08-08",
            ),
            (
                Kind::Klines(Interval::Minute1),
                "spot/daily/klines/BTCUSDT/1m",
                "BTCUSDT-1m-2024-08-08",
            ),
        ] {
            let name = FileName { symbol, kind, day };
            assert_eq!(name.folder(), PathBuf::from(folder));
            assert_eq!(name.stem(), stem);
        }
    }
}
