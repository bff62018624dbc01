//! Who gives up its oldest row when a store that all markets fill is full.

use model::id::MarketId;
use model::instrument::MARKETS_MAX;

/// How many rows each market has in one store.
///
/// Every market is sure of an equal share. A market above its share gives up its own oldest row for a new one, so
/// that a busy market never drives out a quiet one; a market below it takes from the fullest.
pub struct Share {
    counts: Vec<u32>,
    total: usize,
    total_max: usize,
}

impl Share {
    pub fn new(total_max: usize) -> Share {
        Share {
            counts: Vec::new(),
            total: 0,
            total_max,
        }
    }

    /// Opens the count of the next market.
    pub fn list_market(&mut self) {
        self.counts.push(0);
    }

    /// Counts a new row of a market and returns the market that must give up its oldest, if the store is over full.
    pub fn add(&mut self, market: MarketId) -> Option<MarketId> {
        let count = &mut self.counts[usize::from(market.0)];
        *count += 1;
        self.total += 1;
        if self.total <= self.total_max {
            return None;
        }
        if self.total_max / MARKETS_MAX < *count as usize - 1 {
            return Some(market);
        }
        self.fullest()
    }

    /// Counts a row that left.
    pub fn remove(&mut self, market: MarketId) {
        self.counts[usize::from(market.0)] -= 1;
        self.total -= 1;
    }

    fn fullest(&self) -> Option<MarketId> {
        let most = self.counts.iter().copied().max()?;
        let index = self.counts.iter().position(|count| *count == most)?;
        u16::try_from(index).ok().map(MarketId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: MarketId = MarketId(0);
    const QUIET: MarketId = MarketId(1);

    /// Returns a store of two markets that the busy one has filled with `rows` rows.
    fn filled(rows: usize) -> Share {
        let mut share = Share::new(rows);
        share.list_market();
        share.list_market();
        for _ in 0..rows {
            assert_eq!(share.add(BUSY), None);
        }
        share
    }

    #[test]
    fn a_market_above_its_share_gives_up_its_own() {
        let mut share = filled(2 * MARKETS_MAX);
        assert_eq!(share.add(BUSY), Some(BUSY));
    }

    #[test]
    fn a_market_below_its_share_takes_from_the_fullest() {
        let mut share = filled(2 * MARKETS_MAX);
        for _ in 0..2 {
            assert_eq!(share.add(QUIET), Some(BUSY));
            share.remove(BUSY);
        }
        assert_eq!(share.add(QUIET), Some(BUSY));
        share.remove(BUSY);
        assert_eq!(share.add(QUIET), Some(QUIET));
    }
}
