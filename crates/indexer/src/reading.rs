//! What people ask of the history.

use model::id::{AccountId, MarketId, OrderId};
use model::text::ClientOrderId;
use wire::binary::digest::{Digest, EventChain};

use crate::connection::Pool;
use crate::database::{position_read, read, version_read};
use crate::error::HistoryError;
use crate::order::{OrderKey, PastOrder};
use crate::order_columns::{self, name_text};
use crate::place::Place;
use crate::position::Position;
use crate::range::Range;
use crate::row::Row;
use crate::statement::Statement;
use crate::tables::{
    AGGREGATE_COLUMNS, FILL_COLUMNS, ORDER_COLUMNS, SCHEMA_VERSION, TABLES, TRADE_COLUMNS,
};
use crate::trade::{PastAggregate, PastFill, PastTrade};
use crate::trade_columns::{damaged, read_aggregate, read_fill, read_trade};

/// How many questions are read at a time; the others wait.
const CONNECTIONS_MAX: u32 = 4;

/// A reader of the history beside its writer.
#[derive(Clone, Debug)]
pub struct Reading {
    place: Place,
    pool: Pool,
}

/// The list that a range is of: its columns, and those by which it is sorted.
pub(crate) struct List {
    pub select: &'static str,
    pub number: &'static str,
    pub time: &'static str,
    /// By number, and what tells rows of one number apart.
    pub keys: &'static [&'static str],
}

const ORDERS: List = List {
    select: ORDER_COLUMNS,
    number: "number",
    time: "created_ns",
    keys: &["number"],
};
const FILLS: List = List {
    select: FILL_COLUMNS,
    number: "trade",
    time: "at_ns",
    keys: &["trade", "role"],
};
const TRADES: List = List {
    select: TRADE_COLUMNS,
    number: "trade",
    time: "at_ns",
    keys: &["trade"],
};
const AGGREGATES: List = List {
    select: AGGREGATE_COLUMNS,
    number: "aggregate",
    time: "at_ns",
    keys: &["aggregate"],
};

impl Reading {
    /// Opens a history that a writer has created.
    ///
    /// # Errors
    /// The database's; `Missing` when there is none, `SchemaOther` when it is of another version.
    pub async fn open(place: &Place) -> Result<Reading, HistoryError> {
        let pool = read(place, CONNECTIONS_MAX).await?;
        match version_read(&pool).await? {
            Some(SCHEMA_VERSION) => {}
            Some(found) => {
                return Err(HistoryError::SchemaOther {
                    found,
                    known: SCHEMA_VERSION,
                });
            }
            None => return Err(HistoryError::Missing),
        }
        Ok(Reading {
            place: place.clone(),
            pool,
        })
    }

    /// Returns how far the history has come.
    ///
    /// # Errors
    /// The database's.
    pub async fn position(&self) -> Result<Position, HistoryError> {
        position_read(&self.pool).await
    }

    /// Returns one order.
    ///
    /// # Errors
    /// The database's.
    pub async fn order(&self, key: OrderKey) -> Result<Option<PastOrder>, HistoryError> {
        let mut query = Statement::new("SELECT ");
        query.push(ORDER_COLUMNS);
        own(&mut query, " FROM orders", (key.account, key.market));
        query.push(" AND number = ");
        query.push_bind(key.order.0.cast_signed());
        let row = self.pool.fetch_optional(query).await?;
        row.as_ref().map(order_columns::read).transpose()
    }

    /// Returns the order that took this client id last: of closed orders, the one that closed last.
    ///
    /// # Errors
    /// The database's.
    pub async fn order_named(
        &self,
        of: (AccountId, MarketId),
        name: ClientOrderId,
    ) -> Result<Option<PastOrder>, HistoryError> {
        let mut query = Statement::new("SELECT ");
        query.push(ORDER_COLUMNS);
        own(&mut query, " FROM orders", of);
        query.push(" AND client_id = ");
        query.push_bind(name_text(name));
        query.push(" ORDER BY updated_ns DESC, number DESC LIMIT 1");
        let row = self.pool.fetch_optional(query).await?;
        row.as_ref().map(order_columns::read).transpose()
    }

    /// Returns orders of an account in a market, by number.
    ///
    /// # Errors
    /// The database's.
    pub async fn orders(
        &self,
        of: (AccountId, MarketId),
        range: Range,
        count: usize,
    ) -> Result<Vec<PastOrder>, HistoryError> {
        let mut query = ORDERS.begin();
        own(&mut query, " FROM orders", of);
        let rows = ORDERS.read(query, range, count, &self.pool).await?;
        rows.iter().map(order_columns::read).collect()
    }

    /// Returns fills of an account in a market, by trade; all of them, or those of one order.
    ///
    /// # Errors
    /// The database's.
    pub async fn fills(
        &self,
        of: (AccountId, MarketId),
        order: Option<OrderId>,
        range: Range,
        count: usize,
    ) -> Result<Vec<PastFill>, HistoryError> {
        let query = begin_fills(of, order);
        let rows = FILLS.read(query, range, count, &self.pool).await?;
        rows.iter().map(read_fill).collect()
    }

    /// Returns how many fills an account has in a market.
    ///
    /// **Cost** they are counted.
    ///
    /// # Errors
    /// The database's.
    pub async fn fill_count(&self, of: (AccountId, MarketId)) -> Result<u64, HistoryError> {
        let mut query = Statement::new("SELECT COUNT(*)");
        own(&mut query, " FROM fills", of);
        let row = self.pool.fetch_optional(query).await?;
        let count = row.ok_or(damaged("count"))?.integer(0)?;
        Ok(count.unwrap_or_default().cast_unsigned())
    }

    /// Returns trades of a market, by number.
    ///
    /// **Cost** by times, all trades of the market: nobody asks for these.
    ///
    /// # Errors
    /// The database's.
    pub async fn trades(
        &self,
        market: MarketId,
        range: Range,
        count: usize,
    ) -> Result<Vec<PastTrade>, HistoryError> {
        let mut query = TRADES.begin();
        query.push(" FROM trades WHERE market = ");
        query.push_bind(i64::from(market.0));
        let rows = TRADES.read(query, range, count, &self.pool).await?;
        rows.iter().map(read_trade).collect()
    }

    /// Returns aggregate trades of a market, by number.
    ///
    /// # Errors
    /// The database's.
    pub async fn aggregates(
        &self,
        market: MarketId,
        range: Range,
        count: usize,
    ) -> Result<Vec<PastAggregate>, HistoryError> {
        let mut query = AGGREGATES.begin();
        query.push(" FROM aggregates WHERE market = ");
        query.push_bind(i64::from(market.0));
        let rows = AGGREGATES.read(query, range, count, &self.pool).await?;
        rows.iter().map(read_aggregate).collect()
    }

    /// Returns how many rows each table has.
    ///
    /// # Errors
    /// The database's.
    pub async fn row_counts(&self) -> Result<Vec<(&'static str, u64)>, HistoryError> {
        let mut counts = Vec::new();
        for (table, ..) in TABLES {
            let select = Statement::new(format!("SELECT count(*) FROM {table}"));
            let row = self.pool.fetch_optional(select).await?;
            let count = row.ok_or(damaged("count"))?.integer(0)?;
            counts.push((table, count.unwrap_or_default().cast_unsigned()));
        }
        Ok(counts)
    }

    /// Returns the digest of every row of every table: two histories with the same one hold the same.
    ///
    /// **Cost** reads all of it, some thousand rows at a time.
    ///
    /// # Errors
    /// The database's, or rows that were written meanwhile.
    pub async fn digest(&self) -> Result<Digest, HistoryError> {
        let before = self.position().await?;
        let mut chain = EventChain::start();
        for (table, columns, key) in TABLES {
            chain.add(table.as_bytes());
            add_table(&mut chain, (table, columns, key), &self.pool).await?;
        }
        if self.position().await? == before {
            Ok(chain.digest())
        } else {
            Err(HistoryError::WrittenByAnother)
        }
    }

    pub(crate) const fn pool(&self) -> &Pool {
        &self.pool
    }

    /// Opens one more connection to the same history, for work that is to stay out of the way of others.
    ///
    /// # Errors
    /// The database's.
    pub async fn apart(&self) -> Result<Reading, HistoryError> {
        Ok(Reading {
            place: self.place.clone(),
            pool: read(&self.place, 1).await?,
        })
    }

    /// Ends the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn own(query: &mut Statement, from: &str, (account, market): (AccountId, MarketId)) {
    query.push(from);
    query.push(" WHERE account = ");
    query.push_bind(i64::from(account.0));
    query.push(" AND market = ");
    query.push_bind(i64::from(market.0));
}

fn begin_fills(of: (AccountId, MarketId), order: Option<OrderId>) -> Statement {
    let mut query = FILLS.begin();
    own(&mut query, " FROM fills", of);
    if let Some(order) = order {
        query.push(" AND number = ");
        query.push_bind(order.0.cast_signed());
    }
    query
}

impl List {
    pub fn begin(&self) -> Statement {
        let mut query = Statement::new("SELECT ");
        query.push(self.select);
        query
    }

    /// Reads the rows of a range, whichever end they are taken from, by number.
    pub async fn read(
        &self,
        mut query: Statement,
        range: Range,
        count: usize,
        pool: &Pool,
    ) -> Result<Vec<Row>, HistoryError> {
        self.end(&mut query, range, count);
        let mut rows = pool.fetch_all(query).await?;
        if range.is_newest() {
            rows.reverse();
        }
        Ok(rows)
    }

    /// Ends a statement with the bounds of a range, and in such an order that an index has it already.
    pub fn end(&self, query: &mut Statement, range: Range, count: usize) {
        let (number, time) = (self.number, self.time);
        let mut bound = |column: &str, comparison: &str, value: i64| {
            query.push(format!(" AND {column} {comparison} "));
            query.push_bind(value);
        };
        match range {
            Range::Newest => {}
            Range::From(first) => bound(number, ">=", i64::try_from(first).unwrap_or(i64::MAX)),
            Range::Within(from, until) => {
                bound(time, ">=", from.nanos());
                bound(time, "<=", until.nanos());
            }
            Range::Until(until) => bound(time, "<=", until.nanos()),
        }
        let way = if range.is_newest() { "DESC" } else { "ASC" };
        let is_by_time = matches!(range, Range::Within(..) | Range::Until(_));
        let columns = is_by_time.then_some(&time).into_iter().chain(self.keys);
        let columns: Vec<String> = columns.map(|column| format!("{column} {way}")).collect();
        let columns = columns.join(", ");
        query.push(format!(" ORDER BY {columns} LIMIT "));
        query.push_bind(i64::try_from(count).unwrap_or(i64::MAX));
    }
}

/// Adds every row of a table to a digest, page by page after the last key.
async fn add_table(
    chain: &mut EventChain,
    (table, columns, key): (&str, &str, &str),
    pool: &Pool,
) -> Result<(), HistoryError> {
    const ROWS: usize = 4_096;
    let (columns_count, keys) = (columns.split(", ").count(), key.split(", ").count());
    let select = format!("SELECT {columns}, {key} FROM {table}");
    let mut after: Option<Vec<i64>> = None;
    let mut encoded = String::new();
    loop {
        let mut page = Statement::new(select.clone());
        if let Some(values) = after {
            page.push(format!(" WHERE ({key}) > ("));
            for (index, value) in values.into_iter().enumerate() {
                page.push(if index == 0 { "" } else { ", " });
                page.push_bind(value);
            }
            page.push(")");
        }
        page.push(format!(" ORDER BY {key} LIMIT {ROWS}"));
        let rows = pool.fetch_all(page).await?;
        for row in &rows {
            encoded.clear();
            row.write_json(columns_count, &mut encoded)?;
            chain.add(encoded.as_bytes());
        }
        let Some(last) = rows.last().filter(|_| rows.len() == ROWS) else {
            return Ok(());
        };
        let values = (columns_count..columns_count + keys)
            .map(|column| last.integer(column)?.ok_or(damaged("key")));
        after = Some(values.collect::<Result<Vec<i64>, HistoryError>>()?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_plan::check_quick;
    use model::time::Timestamp;

    #[tokio::test]
    async fn a_page_is_found_by_an_index_and_needs_no_sorting() {
        let of = (AccountId(1), MarketId(0));
        let moment = Timestamp::from_nanos(5);
        let ranges = [
            Range::Newest,
            Range::From(3),
            Range::Within(moment, moment),
            Range::Until(moment),
        ];
        for range in ranges {
            let mut orders = ORDERS.begin();
            own(&mut orders, " FROM orders", of);
            let mut aggregates = AGGREGATES.begin();
            aggregates.push(" FROM aggregates WHERE market = 0");
            let mut pages = vec![
                (&ORDERS, orders),
                (&FILLS, begin_fills(of, None)),
                (&AGGREGATES, aggregates),
            ];
            if matches!(range, Range::Newest | Range::From(_)) {
                let mut trades = TRADES.begin();
                trades.push(" FROM trades WHERE market = 0");
                pages.push((&TRADES, trades));
                pages.push((&FILLS, begin_fills(of, Some(OrderId(4)))));
            }
            for (list, mut query) in pages {
                list.end(&mut query, range, 9);
                check_quick(&query).await;
            }
        }
    }
}
