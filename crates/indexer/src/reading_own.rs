//! Orders and fills of an account in one market or in all of them, newest first.
//!
//! The tables are kept by account and market, so each market is searched by itself and what was found is merged.

use core::cmp::Reverse;

use model::id::{AccountId, MarketId, Sequence};
use model::time::Timestamp;

use crate::entry::EntryPlace;
use crate::error::HistoryError;
use crate::order::PastOrder;
use crate::order_columns;
use crate::reading::Reading;
use crate::row::Row;
use crate::statement::Statement;
use crate::tables::{FILL_COLUMNS, ORDER_COLUMNS};
use crate::trade::{FillRole, PastFill};
use crate::trade_columns::{damaged, read_fill};

/// How many rows of each market are read at once at least, unless fewer are asked for: markets that an account trades
/// more than others would else take a turn for each few of their rows.
const MARKET_ROWS_MIN: usize = 100;

/// Which rows of an account are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnRange {
    /// Of one market, or of all.
    pub market: Option<MarketId>,
    /// From one moment to another, both included.
    pub from: Timestamp,
    pub until: Timestamp,
    /// Those before this place only.
    pub beyond: Option<EntryPlace>,
}

/// Rows that follow each other, newest first.
#[derive(Debug)]
pub struct Chunk<T> {
    pub rows: Vec<T>,
    /// How many were read for them: of each market as many, though newer ones of another may leave them for later.
    pub looked: usize,
    /// Whether nothing of the range comes after them.
    pub is_last: bool,
}

/// A list of what is an account's own.
#[derive(Debug)]
pub struct OwnList<T> {
    table: &'static str,
    columns: &'static str,
    time: &'static str,
    /// By number, and what tells rows of one number apart.
    number: &'static str,
    role: Option<&'static str>,
    read: fn(&Row) -> Result<T, HistoryError>,
    place: fn(&T) -> EntryPlace,
}

pub const OWN_ORDERS: OwnList<PastOrder> = OwnList {
    table: "orders",
    columns: ORDER_COLUMNS,
    time: "created_ns",
    number: "number",
    role: None,
    read: order_columns::read,
    place: order_place,
};
pub const OWN_FILLS: OwnList<PastFill> = OwnList {
    table: "fills",
    columns: FILL_COLUMNS,
    time: "at_ns",
    number: "trade",
    role: Some("role"),
    read: read_fill,
    place: fill_place,
};

impl<T> OwnList<T> {
    /// Returns where a row stands among those of all markets: by time, by number, and then by market.
    pub fn place(&self, row: &T) -> EntryPlace {
        (self.place)(row)
    }
}

fn order_place(order: &PastOrder) -> EntryPlace {
    EntryPlace {
        at: order.created_at,
        sequence: Sequence(order.key.order.0),
        step: step(order.key.market),
    }
}

fn fill_place(fill: &PastFill) -> EntryPlace {
    EntryPlace {
        at: fill.at,
        sequence: Sequence(fill.trade.0),
        step: step(fill.market) + u32::from(fill.role == FillRole::Taker),
    }
}

/// The steps of a market are two, since a trade of an account with itself has two rows.
fn step(market: MarketId) -> u32 {
    2 * u32::from(market.0)
}

impl Reading {
    /// Returns the newest rows of a range: some `count` of them, or more where there are many markets.
    ///
    /// **Cost** a search for each market in which the account has rows, and of each at most `count` rows, a hundred or
    /// its share of `count`.
    ///
    /// # Errors
    /// The database's.
    pub async fn own<T>(
        &self,
        list: &OwnList<T>,
        account: AccountId,
        range: OwnRange,
        count: usize,
    ) -> Result<Chunk<T>, HistoryError> {
        let markets = match range.market {
            Some(market) => vec![market],
            None => self.own_markets(list.table, account).await?,
        };
        let share = count.div_ceil(markets.len().max(1));
        let each = share.max(count.min(MARKET_ROWS_MIN));
        let mut rows = Vec::new();
        // What lies beyond the last row of a market that has more is not known yet.
        let mut known_from = None;
        for market in markets {
            let statement = rows_of(list, (account, market), range, each);
            let page = self.pool().fetch_all(statement).await?;
            let page: Result<Vec<T>, _> = page.iter().map(list.read).collect();
            let page = page?;
            if let Some(last) = page.last().filter(|_| page.len() == each) {
                known_from = known_from.max(Some(list.place(last)));
            }
            rows.extend(page);
        }
        rows.sort_unstable_by_key(|row| Reverse(list.place(row)));
        let looked = rows.len();
        rows.retain(|row| known_from.is_none_or(|from| from <= list.place(row)));
        Ok(Chunk {
            rows,
            looked,
            is_last: known_from.is_none(),
        })
    }

    /// Returns the markets in which an account has rows, each by a search of its own.
    async fn own_markets(
        &self,
        table: &str,
        account: AccountId,
    ) -> Result<Vec<MarketId>, HistoryError> {
        let mut markets: Vec<MarketId> = Vec::new();
        loop {
            let after = markets.last().map_or(-1, |market| i64::from(market.0));
            let select = format!(
                "SELECT market FROM {table} WHERE account = $1 AND market > $2 ORDER BY market LIMIT 1"
            );
            let statement = Statement::new(select)
                .bind(i64::from(account.0))
                .bind(after);
            let Some(row) = self.pool().fetch_optional(statement).await? else {
                return Ok(markets);
            };
            let number = row.integer(0)?.and_then(|number| number.try_into().ok());
            markets.push(MarketId(number.ok_or(damaged("market"))?));
        }
    }
}

/// Returns the statement that finds the newest rows of an account in a market.
fn rows_of<T>(
    list: &OwnList<T>,
    (account, market): (AccountId, MarketId),
    range: OwnRange,
    count: usize,
) -> Statement {
    let OwnList {
        table,
        columns,
        time: column,
        number,
        role,
        ..
    } = list;
    let mut query = Statement::new(format!("SELECT {columns} FROM {table} WHERE account = "));
    query.push_bind(i64::from(account.0));
    query.push(" AND market = ");
    query.push_bind(i64::from(market.0));
    query.push(format!(" AND {column} >= "));
    query.push_bind(range.from.nanos());
    let until = range
        .beyond
        .map_or(range.until, |place| range.until.min(place.at));
    query.push(format!(" AND {column} <= "));
    query.push_bind(until.nanos());
    if let Some(place) = range.beyond {
        // Rows of the same number are beyond the place where their steps are lower.
        let lower = place.step.saturating_sub(step(market)).min(2);
        let (key, comparison) = match role {
            Some(role) => (format!("{column}, {number}, {role}"), "<"),
            None => (
                format!("{column}, {number}"),
                if lower == 0 { "<" } else { "<=" },
            ),
        };
        query.push(format!(" AND ({key}) {comparison} ("));
        query.push_bind(place.at.nanos());
        query.push(", ");
        query.push_bind(place.sequence.0.cast_signed());
        if role.is_some() {
            query.push(", ");
            query.push_bind(i64::from(lower));
        }
        query.push(")");
    }
    query.push(format!(" ORDER BY {column} DESC, {number} DESC"));
    if let Some(role) = role {
        query.push(format!(", {role} DESC"));
    }
    query.push(" LIMIT ");
    query.push_bind(i64::try_from(count).unwrap_or(i64::MAX));
    query
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_plan::check_quick;

    #[tokio::test]
    async fn rows_are_found_by_an_index_and_need_no_sorting() {
        let of = (AccountId(1), MarketId(2));
        let place = |step| EntryPlace {
            at: Timestamp::ZERO,
            sequence: Sequence(3),
            step,
        };
        for beyond in [None, Some(place(3)), Some(place(4)), Some(place(9))] {
            let range = OwnRange {
                market: None,
                from: Timestamp::ZERO,
                until: Timestamp::MAX,
                beyond,
            };
            for query in [
                rows_of(&OWN_ORDERS, of, range, 9),
                rows_of(&OWN_FILLS, of, range, 9),
            ] {
                check_quick(&query).await;
            }
        }
    }
}
