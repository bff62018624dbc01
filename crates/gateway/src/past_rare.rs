//! Lists, prevented matches and amendments out of the history.

use indexer::reading_rare::PreventedOf;
use model::id::{AccountId, MarketId, OrderId, PreventedMatchId, Sequence};
use model::order::ListRef;
use model::snapshot_views::{AmendmentViewRow, PreventedViewRow};
use views::list::OrderList;
use wire::binance::error::Refusal;

use crate::past::{Past, failed};
use crate::rest::page::Page;

impl Past {
    /// Returns a list of an account; with both names, by its number.
    ///
    /// # Errors
    /// -1001 when the history is behind or fails; so do all below.
    pub async fn list(
        &self,
        account: AccountId,
        wanted: ListRef,
    ) -> Result<Option<OrderList>, Refusal> {
        let Some(reading) = self.reading()? else {
            return Ok(None);
        };
        let list = match wanted {
            ListRef::Id(list) | ListRef::Both(list, _) => reading.list(account, list).await,
            ListRef::Client(name) => reading.list_named(account, name).await,
        };
        list.map_err(failed)
    }

    /// Returns lists of an account.
    pub async fn lists(&self, account: AccountId, page: Page) -> Result<Vec<OrderList>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let lists = reading.lists(account, page.range, page.count).await;
                lists.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns one prevented match, whoever it is of.
    pub async fn prevented_match(
        &self,
        market: MarketId,
        prevented: PreventedMatchId,
    ) -> Result<Option<PreventedViewRow>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let row = reading.prevented_match(market, prevented).await;
                row.map_err(failed)
            }
            None => Ok(None),
        }
    }

    /// Returns the first prevented matches from a number on.
    pub async fn prevented(
        &self,
        account: AccountId,
        of: (MarketId, PreventedOf),
        (first, count): (PreventedMatchId, usize),
    ) -> Result<Vec<PreventedViewRow>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let rows = reading.prevented(account, of, first, count).await;
                rows.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Returns the first amendments of an order from a command on.
    pub async fn amendments(
        &self,
        account: AccountId,
        order: (MarketId, OrderId),
        (first, count): (Sequence, usize),
    ) -> Result<Vec<AmendmentViewRow>, Refusal> {
        match self.reading()? {
            Some(reading) => {
                let rows = reading.amendments(account, order, first, count).await;
                rows.map_err(failed)
            }
            None => Ok(Vec::new()),
        }
    }
}
