//! The recorded book, rebuilt as its recorder's venue prescribes.

use anyhow::{Result, bail};
use model::instrument::Grid;
use model::number::{Price, Qty};
use model::order::Side;
use std::collections::{BTreeMap, VecDeque};
use wire::decimal::{price_on_grid, qty_on_grid};
use wire::recording::{Content, Level};

/// Levels by price; no level is zero.
pub type Levels = BTreeMap<Price, Qty>;

/// A book that follows a recording: snapshot first, then every difference after it, without a gap.
#[derive(Clone, Debug)]
pub struct RecordedBook {
    grid: Grid,
    pub bids: Levels,
    pub asks: Levels,
    /// The last update in it; `None` before the snapshot.
    last_update: Option<u64>,
    /// Differences that came before the snapshot they belong after.
    waiting: VecDeque<Content>,
}

/// What a record did to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The book now stands at a recorded update.
    Updated,
    Unchanged,
}

impl RecordedBook {
    pub fn new(grid: Grid) -> RecordedBook {
        RecordedBook {
            grid,
            bids: Levels::new(),
            asks: Levels::new(),
            last_update: None,
            waiting: VecDeque::new(),
        }
    }

    /// Returns the last update in the book.
    pub fn last_update(&self) -> Option<u64> {
        self.last_update
    }

    /// Returns one side.
    pub fn side(&self, side: Side) -> &Levels {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    /// Follows a record.
    ///
    /// # Errors
    /// A gap between updates, or a number off the market's grid.
    pub fn follow(&mut self, content: &Content) -> Result<Outcome> {
        match content {
            Content::Snapshot {
                last_update,
                bids,
                asks,
            } if self.last_update.is_none() => {
                self.bids = self.read(bids)?;
                self.asks = self.read(asks)?;
                self.last_update = Some(*last_update);
                Ok(Outcome::Updated)
            }
            Content::Depth { .. } if self.last_update.is_none() => {
                self.waiting.push_back(content.clone());
                Ok(Outcome::Unchanged)
            }
            Content::Depth {
                first_update,
                last_update,
                bids,
                asks,
            } => self.apply(*first_update, *last_update, [bids, asks]),
            _ => Ok(Outcome::Unchanged),
        }
    }

    /// Returns the next difference that waited for the snapshot, to be followed now that it is there.
    pub fn next_waiting(&mut self) -> Option<Content> {
        self.last_update.and_then(|_| self.waiting.pop_front())
    }

    /// Makes the book what it must have been for a trade: nothing better at the maker's side, nothing crossed by its
    /// price, and at the price at least as much as was traded.
    ///
    /// Differences come every 100 ms and trades at once; in between, trades are the only witnesses of the book.
    pub fn admit(&mut self, taker: Side, price: Price, qty: Qty) {
        let level = match taker {
            Side::Sell => {
                self.bids.retain(|bid, _| *bid <= price);
                self.asks.retain(|ask, _| price < *ask);
                self.bids.entry(price)
            }
            Side::Buy => {
                self.asks.retain(|ask, _| price <= *ask);
                self.bids.retain(|bid, _| *bid < price);
                self.asks.entry(price)
            }
        };
        let there = level.or_insert(qty);
        *there = qty.max(*there);
    }

    /// Takes a trade off its level.
    pub fn take(&mut self, taker: Side, price: Price, qty: Qty) {
        let levels = match taker {
            Side::Sell => &mut self.bids,
            Side::Buy => &mut self.asks,
        };
        let there = levels.get(&price).copied().unwrap_or(Qty::ZERO);
        let rest = Qty::new(there.lots() - qty.lots()).unwrap_or(Qty::ZERO);
        change(levels, price, rest);
    }

    fn apply(&mut self, first: u64, last: u64, [bids, asks]: [&Vec<Level>; 2]) -> Result<Outcome> {
        let at = self.last_update.unwrap_or(0);
        if last <= at {
            return Ok(Outcome::Unchanged);
        }
        if at + 1 < first {
            bail!(
                "updates {} to {} are missing from the recording",
                at + 1,
                first - 1
            );
        }
        for (price, qty) in self.read_all(bids)? {
            change(&mut self.bids, price, qty);
        }
        for (price, qty) in self.read_all(asks)? {
            change(&mut self.asks, price, qty);
        }
        self.last_update = Some(last);
        Ok(Outcome::Updated)
    }

    fn read(&self, levels: &[Level]) -> Result<Levels> {
        let mut read: Levels = self.read_all(levels)?.into_iter().collect();
        read.retain(|_, qty| !qty.is_zero());
        Ok(read)
    }

    fn read_all(&self, levels: &[Level]) -> Result<Vec<(Price, Qty)>> {
        levels
            .iter()
            .map(|level| on_grid(level.price, level.qty, &self.grid))
            .collect()
    }
}

/// Returns a recorded price and quantity on the market's grid.
///
/// # Errors
/// One of them lies off it.
pub fn on_grid(price: i128, qty: i128, grid: &Grid) -> Result<(Price, Qty)> {
    match (price_on_grid(price, grid), qty_on_grid(qty, grid)) {
        (Some(price), Some(qty)) => Ok((price, qty)),
        _ => bail!("the recorded level {price} × {qty} (10^-8) lies off the market's grid"),
    }
}

fn change(levels: &mut Levels, price: Price, qty: Qty) {
    if qty.is_zero() {
        levels.remove(&price);
    } else {
        levels.insert(price, qty);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Grid = Grid {
        tick_units: 1_000_000,
        lot_units: 1_000,
    };

    fn level(ticks: i128, lots: i128) -> Level {
        Level {
            price: ticks * 1_000_000,
            qty: lots * 1_000,
        }
    }

    fn depth(first_update: u64, last_update: u64, bids: Vec<Level>) -> Content {
        Content::Depth {
            first_update,
            last_update,
            bids,
            asks: vec![],
        }
    }

    /// The difference that spans the snapshot comes before it in the file, and still counts.
    #[test]
    fn a_difference_received_before_the_snapshot_is_kept_for_it() {
        let mut book = RecordedBook::new(GRID);
        let early = [
            depth(1, 4, vec![level(9, 9)]),
            depth(5, 8, vec![level(10, 0), level(11, 3)]),
        ];
        for content in &early {
            assert_eq!(book.follow(content).expect("waits"), Outcome::Unchanged);
        }
        let snapshot = Content::Snapshot {
            last_update: 6,
            bids: vec![level(10, 1), level(12, 2)],
            asks: vec![],
        };
        assert_eq!(book.follow(&snapshot).expect("fits"), Outcome::Updated);
        assert_eq!(book.last_update(), Some(6));
        let mut outcomes = Vec::new();
        while let Some(content) = book.next_waiting() {
            outcomes.push(book.follow(&content).expect("fits"));
        }
        assert_eq!(outcomes, [Outcome::Unchanged, Outcome::Updated]);
        let bids: Vec<(i64, i64)> = book
            .bids
            .iter()
            .map(|(price, qty)| (price.ticks(), qty.lots()))
            .collect();
        assert_eq!(bids, [(11, 3), (12, 2)]);
        assert_eq!(book.last_update(), Some(8));
    }

    #[test]
    fn a_gap_between_updates_is_an_error() {
        let mut book = RecordedBook::new(GRID);
        book.follow(&Content::Snapshot {
            last_update: 6,
            bids: vec![],
            asks: vec![],
        })
        .expect("fits");
        let error = book
            .follow(&depth(8, 9, vec![]))
            .expect_err("a gap")
            .to_string();
        assert_eq!(error, "updates 7 to 7 are missing from the recording");
    }

    #[test]
    fn a_trade_tells_what_the_book_must_have_been() {
        let read = |levels: &[(i64, i64)]| -> Levels {
            let read = levels.iter().map(|(price, qty)| {
                let price = Price::new(*price).expect("small");
                (price, Qty::new(*qty).expect("small"))
            });
            read.collect()
        };
        let mut book = RecordedBook::new(GRID);
        book.bids = read(&[(8, 5), (9, 5), (10, 5)]);
        book.asks = read(&[(11, 5), (12, 5), (13, 5)]);
        let (price, qty) = (Price::new(12).expect("small"), Qty::new(7).expect("small"));
        book.admit(Side::Buy, price, qty);
        assert_eq!(book.asks, read(&[(12, 7), (13, 5)]));
        book.take(Side::Buy, price, qty);
        assert_eq!(book.asks, read(&[(13, 5)]));
        book.admit(Side::Sell, Price::new(13).expect("small"), qty);
        assert_eq!(book.bids, read(&[(8, 5), (9, 5), (10, 5), (13, 7)]));
        assert_eq!(book.asks, read(&[]));
    }
}
