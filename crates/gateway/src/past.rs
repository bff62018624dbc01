//! Rows that the views no longer keep, out of the history: the one place that decides who is asked.
//!
//! The views are asked first and are right about every row they have. The history is asked for the rest, and only if
//! the views have let go of anything and what they have does not answer the request by itself.

use core::error::Error;
use std::collections::BTreeMap;
use std::time::Duration;

use indexer::error::HistoryError;
use indexer::history::History;
use indexer::order::{OrderKey, PastOrder};
use indexer::position::Position;
use indexer::reading::Reading;
use indexer::reading_moves::{FundingKind, MoveRange};
use indexer::trade::{PastAggregate, PastFill, PastTrade};
use model::id::{AccountId, AssetId, MarketId, OrderId, Reference, Sequence};
use model::snapshot_views::FundingRow;
use model::text::ClientOrderId;
use model::time::Timestamp;
use views::views::Views;
use wire::binance::error::{Fault, Refusal};

use crate::correlation;
use crate::gateway::Gateway;
use crate::rest::page::Page;

/// How often and how many times the history is looked at until it has come far enough: for five seconds in all, half of
/// what the most impatient of common clients waits for an answer.
const LOOK: Duration = Duration::from_millis(20);
const LOOKS_MAX: u32 = 250;

/// Where the rows are that the views may lack.
#[derive(Debug)]
pub enum Past {
    /// They lack none.
    Nothing,
    Readable(Reading),
    /// The history has not come as far as the views have let go.
    Behind,
}

impl Gateway {
    /// Returns where the rows are that these views may lack.
    pub(crate) fn past(&self, views: &Views) -> Past {
        let (Some(history), Some(gone)) = (self.history(), views.gone_until()) else {
            return Past::Nothing;
        };
        match history.look() {
            Some((reading, position)) if has_reached(&position, gone, views) => {
                Past::Readable(reading)
            }
            _ => mutant::plant!("history-behind-unseen", Past::Nothing, Past::Behind),
        }
    }
}

/// Returns whether a history has everything that the views have let go of, up to a moment.
///
/// Several commands may be of that moment, so that it must be past.
fn has_reached(position: &Position, gone: Timestamp, views: &Views) -> bool {
    gone < position.at || views.sequence() <= position.sequence
}

/// How far the history must have come for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Up to here it has everything there is.
    sequence: Sequence,
    /// Past here it has everything that is asked for.
    until: Timestamp,
}

impl Reach {
    /// Returns how far it must have come to say what happened up to a moment.
    pub fn of(views: &Views, until: Timestamp) -> Reach {
        Reach {
            sequence: views.sequence(),
            until,
        }
    }

    fn is_reached_at(&self, position: &Position) -> bool {
        self.until < position.at || self.sequence <= position.sequence
    }
}

impl Gateway {
    /// Returns the history once it has come so far; it rarely is further behind than the time that this waits.
    ///
    /// # Errors
    /// -1001 when it does not come so far in that time.
    pub(crate) async fn reading(&self, reach: Reach) -> Result<Reading, Refusal> {
        reading_of(self.history(), reach).await
    }
}

/// Returns a history once it has come so far.
///
/// # Errors
/// -1001 when it does not come so far in time, and where there is none.
pub(crate) async fn reading_of(
    history: Option<&History>,
    reach: Reach,
) -> Result<Reading, Refusal> {
    for _ in 0..=LOOKS_MAX {
        if let Some((reading, position)) = history.and_then(History::look)
            && reach.is_reached_at(&position)
        {
            return Ok(reading);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Refusal::of(Fault::Disconnected))
}

impl Past {
    /// Returns nowhere, if the views have every row of a request.
    #[must_use]
    pub fn unless(self, has_all: bool) -> Past {
        if has_all { Past::Nothing } else { self }
    }

    /// Returns an order by its number.
    ///
    /// # Errors
    /// -1001 when the history is behind or fails; so do all below.
    pub async fn order(&self, key: OrderKey) -> Result<Option<PastOrder>, Refusal> {
        match self.reading()? {
            Some(reading) => reading.order(key).await.map_err(failed),
            None => Ok(None),
        }
    }

    /// Returns the order that took a client id last.
    pub async fn order_named(
        &self,
        of: (AccountId, MarketId),
        name: ClientOrderId,
    ) -> Result<Option<PastOrder>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let order = reading.order_named(of, name).await;
                order.map_err(failed)
            }
            None => Ok(None),
        }
    }

    /// Returns orders of an account in a market.
    pub async fn orders(
        &self,
        of: (AccountId, MarketId),
        page: Page,
    ) -> Result<Vec<PastOrder>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let orders = reading.orders(of, page.range, page.count).await;
                orders.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns fills of an account in a market, of one order or of all.
    pub async fn fills(
        &self,
        of: (AccountId, MarketId),
        order: Option<OrderId>,
        page: Page,
    ) -> Result<Vec<PastFill>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let fills = reading.fills(of, order, page.range, page.count).await;
                fills.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns trades of a market.
    pub async fn trades(&self, market: MarketId, page: Page) -> Result<Vec<PastTrade>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let trades = reading.trades(market, page.range, page.count).await;
                trades.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns aggregate trades of a market.
    pub async fn aggregates(
        &self,
        market: MarketId,
        page: Page,
    ) -> Result<Vec<PastAggregate>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let rows = reading.aggregates(market, page.range, page.count).await;
                rows.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns the first deposits or withdrawals of a range, of one asset or of all.
    pub async fn fundings(
        &self,
        of: (AccountId, FundingKind),
        asset: Option<AssetId>,
        range: MoveRange,
        count: usize,
    ) -> Result<Vec<FundingRow>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let rows = reading.fundings(of, asset, range, count).await;
                rows.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns the deposit or the withdrawal of an account with a reference.
    pub async fn funding(
        &self,
        of: (AccountId, FundingKind),
        reference: Reference,
    ) -> Result<Option<FundingRow>, Refusal> {
        match self.reading()? {
            Some(reading) => reading.funding(of, reference).await.map_err(failed),
            None => Ok(None),
        }
    }

    pub(crate) fn reading(&self) -> Result<Option<&Reading>, Refusal> {
        match self {
            Past::Nothing => Ok(None),
            Past::Readable(reading) => Ok(Some(reading)),
            Past::Behind => Err(Refusal::of(Fault::Disconnected)),
        }
    }
}

pub(crate) fn failed(error: HistoryError) -> Refusal {
    let cause = error.source().map(ToString::to_string);
    let correlation = correlation::current();
    tracing::warn!(event = "history.unread", %correlation, cause, "{error}");
    Refusal::of(Fault::Disconnected)
}

/// Returns the rows of a page that are in either list, each once and by key; `kept` is right about those in both.
///
/// Each list has the rows of the page that it knows, so none of the page is missing.
pub fn join<T, K: Ord>(page: Page, past: Vec<T>, kept: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let lists = mutant::plant!("history-over-the-views", [kept, past], [past, kept]);
    let rows = lists.into_iter().flatten();
    let rows: BTreeMap<K, T> = rows.map(|row| (key(&row), row)).collect();
    let surplus = rows.len().saturating_sub(page.count);
    let skipped = if page.range.is_newest() { surplus } else { 0 };
    rows.into_values().skip(skipped).take(page.count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexer::range::Range;

    #[test]
    fn a_page_of_two_lists_has_each_row_once() {
        let page = |range, count| Page { range, count };
        let joined = |page| {
            let past = vec![(1, 'p'), (2, 'p'), (4, 'p')];
            let kept = vec![(2, 'k'), (3, 'k'), (5, 'k')];
            join(page, past, kept, |row| row.0)
        };
        let all = [(1, 'p'), (2, 'k'), (3, 'k'), (4, 'p'), (5, 'k')];
        assert_eq!(joined(page(Range::Newest, 9)), all);
        assert_eq!(joined(page(Range::Newest, 2)), all[3..]);
        assert_eq!(joined(page(Range::From(1), 2)), all[..2]);
    }
}
