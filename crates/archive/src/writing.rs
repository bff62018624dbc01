//! One day under way: command by command into tables, and the tables into files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use model::id::MarketId;
use model::instrument::Instrument;
use model::order::Side;
use model::text::Symbol;
use model::time::Timestamp;
use views::candle::Candle;
use views::candle_row::CandleTrade;
use views::change::Change;
use views::interval::Interval;
use views::market::Market;
use views::trade::Trade;
use views::views::Views;

use crate::day::Day;
use crate::day_candles::DayCandles;
use crate::error::ArchiveError;
use crate::file_name::{DAY_INTERVALS, FileName, Kind};
use crate::fold::Fold;
use crate::level_changes::{ChangedLevel, LevelChanges};
use crate::publish::publish;
use crate::rows::{self, LevelsOf};
use crate::spool::Spool;

/// Where tables grow, below the folder of the files.
const SPOOL: &str = ".under-way";

/// What is to be written, and where.
#[derive(Clone, Debug)]
pub struct Plan {
    pub day: Day,
    /// One market, or all.
    pub market: Option<Symbol>,
    pub intervals: Vec<Interval>,
    /// The folder of all files.
    pub root: PathBuf,
}

impl Plan {
    /// Returns the plan of all markets and intervals.
    pub fn of_everything(day: Day, root: &Path) -> Plan {
        Plan {
            day,
            market: None,
            intervals: DAY_INTERVALS.to_vec(),
            root: root.to_owned(),
        }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Archives; each has a checksum beside it.
    pub files: u64,
    pub text_bytes: u64,
    pub archive_bytes: u64,
}

/// A day that is being read.
pub struct Writing {
    plan: Plan,
    spool: Spool,
    markets: BTreeMap<MarketId, MarketDay>,
    /// The markets whose levels the command under way has changed.
    touched: Vec<MarketId>,
}

struct MarketDay {
    instrument: Instrument,
    candles: Vec<DayCandles>,
    levels: LevelChanges,
}

impl Writing {
    /// Begins a day: `fold` has taken in every command before it and none of it.
    ///
    /// # Errors
    /// The disk's.
    pub fn begin(plan: Plan, fold: &Fold) -> Result<Writing, ArchiveError> {
        let spool = Spool::create(&plan.root.join(SPOOL))?;
        let mut writing = Writing {
            plan,
            spool,
            markets: BTreeMap::new(),
            touched: Vec::new(),
        };
        for market in fold.views.markets() {
            writing.open(market)?;
        }
        Ok(writing)
    }

    /// Begins the tables of a market, with its levels as they are.
    fn open(&mut self, market: &Market) -> Result<(), ArchiveError> {
        let instrument = *market.instrument();
        if self
            .plan
            .market
            .is_some_and(|only| only != instrument.symbol)
        {
            return Ok(());
        }
        let (id, day) = (instrument.id, self.plan.day);
        let close = market.last_trade().map(|last| last.price);
        let begun = |interval: &Interval| DayCandles::begin(*interval, day, close);
        let candles: Vec<DayCandles> = self.plan.intervals.iter().map(begun).collect();
        for kind in [
            Kind::Trades,
            Kind::AggregateTrades,
            Kind::DepthUpdate,
            Kind::DepthSnapshot,
        ] {
            self.spool.begin(id, kind);
        }
        for interval in &self.plan.intervals {
            self.spool.begin(id, Kind::Klines(*interval));
        }
        write_snapshot(market, day.begins(), &mut self.spool)?;
        let opened = MarketDay {
            instrument,
            candles,
            levels: LevelChanges::default(),
        };
        self.markets.insert(id, opened);
        Ok(())
    }

    /// Takes in the encoded events of the next command, which is one of the day.
    ///
    /// # Errors
    /// The events are not the next ones or cannot be read, and the disk's. The day is begun again then.
    pub fn add(&mut self, fold: &mut Fold, payload: &[u8]) -> Result<(), ArchiveError> {
        let done = fold.add(payload)?;
        let at = done.at;
        let mut listed = Vec::new();
        for change in done.changes {
            match *change {
                Change::Trade { market, trade } => self.trade(market, &trade)?,
                Change::Aggregate { market, aggregate } => {
                    let Some(of) = self.markets.get(&market) else {
                        continue;
                    };
                    self.spool.write(market, Kind::AggregateTrades, |out| {
                        rows::aggregate(&aggregate, &of.instrument, out);
                    })?;
                }
                Change::Level {
                    market,
                    side,
                    price,
                    lots,
                    update,
                } => self.level(market, ChangedLevel { side, price, lots }, update),
                Change::MarketListed { market } => listed.push(market),
                _ => {}
            }
        }
        self.end_command(at)?;
        self.open_listed(&listed, &fold.views)
    }

    /// Begins the tables of markets that the command has listed; nothing of theirs has happened yet.
    fn open_listed(&mut self, listed: &[MarketId], views: &Views) -> Result<(), ArchiveError> {
        for market in listed.iter().filter_map(|market| views.market(*market)) {
            self.open(market)?;
        }
        Ok(())
    }

    fn trade(&mut self, market: MarketId, trade: &Trade) -> Result<(), ArchiveError> {
        let Some(of) = self.markets.get_mut(&market) else {
            return Ok(());
        };
        let MarketDay {
            instrument,
            candles,
            ..
        } = of;
        self.spool.write(market, Kind::Trades, |out| {
            rows::trade(trade, instrument, out);
        })?;
        let in_candle = CandleTrade {
            trade: trade.trade,
            price: trade.price,
            qty: trade.qty,
            taker_side: trade.taker_side,
        };
        for series in candles {
            let kind = Kind::Klines(series.interval());
            self.spool.write(market, kind, |out| {
                let mut take = |candle: &Candle| rows::candle(candle, instrument, out);
                series.add(&in_candle, trade.at, instrument, &mut take);
            })?;
        }
        Ok(())
    }

    fn level(&mut self, market: MarketId, level: ChangedLevel, update: u64) {
        if let Some(of) = self.markets.get_mut(&market) {
            of.levels.add(level, update);
            if !self.touched.contains(&market) {
                self.touched.push(market);
            }
        }
    }

    /// Writes the levels that a command has changed: what the stream tells of it at once.
    fn end_command(&mut self, at: Timestamp) -> Result<(), ArchiveError> {
        for market in self.touched.drain(..) {
            let Some(of) = self.markets.get_mut(&market) else {
                continue;
            };
            let Some((first_update, last_update)) = of.levels.updates() else {
                continue;
            };
            let shared = LevelsOf {
                at,
                first_update,
                last_update,
                update_type: "set",
            };
            let (levels, instrument) = (&of.levels, &of.instrument);
            self.spool.write(market, Kind::DepthUpdate, |out| {
                let levels = levels.levels();
                levels.for_each(|level| rows::level(&shared, &level, instrument, out));
            })?;
            of.levels.clear();
        }
        Ok(())
    }

    /// Ends the day: closes its candles and publishes every file.
    ///
    /// # Errors
    /// The disk's. Files that were published stay; the same day gives the same ones again.
    pub fn finish(mut self) -> Result<Written, ArchiveError> {
        let day = self.plan.day;
        let mut symbols = BTreeMap::new();
        for (market, of) in self.markets {
            let instrument = of.instrument;
            symbols.insert(market, instrument.symbol);
            for series in of.candles {
                let kind = Kind::Klines(series.interval());
                self.spool.write(market, kind, |out| {
                    let mut take = |candle: &Candle| rows::candle(candle, &instrument, out);
                    series.finish(day, &instrument, &mut take);
                })?;
            }
        }
        let mut written = Written::default();
        while let Some(((market, kind), table)) = self.spool.pop() {
            let Some(symbol) = symbols.get(&market).copied() else {
                continue;
            };
            let name = FileName { symbol, kind, day };
            written.files += 1;
            written.text_bytes += table.size_bytes();
            written.archive_bytes += publish(&self.plan.root, &name, &table)?;
            table.remove()?;
        }
        self.spool.remove()?;
        Ok(written)
    }
}

/// Writes the levels of a market as they are, best first.
fn write_snapshot(market: &Market, at: Timestamp, spool: &mut Spool) -> Result<(), ArchiveError> {
    let (instrument, depth) = (market.instrument(), market.depth(usize::MAX));
    let shared = LevelsOf {
        at,
        first_update: depth.update,
        last_update: depth.update,
        update_type: "snap",
    };
    let sides = [(Side::Buy, &depth.bids), (Side::Sell, &depth.asks)];
    for (side, levels) in sides {
        for level in levels {
            let level = ChangedLevel {
                side,
                price: level.price,
                lots: level.lots,
            };
            spool.write(instrument.id, Kind::DepthSnapshot, |out| {
                rows::level(&shared, &level, instrument, out);
            })?;
        }
    }
    Ok(())
}
