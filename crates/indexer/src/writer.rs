//! The one writer of the history.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::id::MarketId;
use model::time::Timestamp;
use sqlx::query_builder::QueryBuilder;
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection};
use views::interval::Interval;

use crate::batch::Batch;
use crate::candle_columns;
use crate::codes::Code;
use crate::database::{create, read_position};
use crate::entry::{BalanceKey, PastBalance, PastEntry};
use crate::error::HistoryError;
use crate::fold::{Changes, Memory, earlier_orders, fold};
use crate::fundings;
use crate::listing_columns::{push_asset, push_market, read_market};
use crate::money::settle;
use crate::money_columns::{push_day, push_entry, push_key, push_transfer, read_day};
use crate::order::{OrderKey, PastOrder};
use crate::order_columns;
use crate::position::Position;
use crate::rows;
use crate::tables::{
    AGGREGATE_COLUMNS, ASSET_COLUMNS, CANDLE_COLUMNS, DAY_COLUMNS, ENTRY_COLUMNS, FILL_COLUMNS,
    MARKET_COLUMNS, ORDER_COLUMNS, TRADE_COLUMNS, TRANSFER_COLUMNS,
};
use crate::trade_columns::{Columns, push_aggregate, push_fill, push_trade};

/// How many balances are remembered between batches; some 10 MB of them.
const BALANCES_MAX: usize = 1 << 16;

/// The last aggregate of the last market below one.
const LAST_AGGREGATE: &str = "SELECT market, aggregate FROM aggregates WHERE market < ?
    ORDER BY market DESC, aggregate DESC LIMIT 1";

/// Writes batches; each is one transaction, with the position it leads to.
///
/// **Shape** a batch that fails takes the writer with it, since its memory may then be ahead of the tables.
pub struct Writer {
    pool: SqlitePool,
    position: Position,
    memory: Memory,
}

impl Writer {
    /// Opens the history, creating it for this exchange when it is missing.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(path: &Path, cluster: u128) -> Result<Writer, HistoryError> {
        let pool = create(path, cluster).await?;
        Ok(Writer {
            position: read_position(&pool).await?,
            memory: read_memory(&pool).await?,
            pool,
        })
    }

    /// Returns how far the history has come.
    pub const fn position(&self) -> &Position {
        &self.position
    }

    /// Folds and writes a batch that follows the position.
    ///
    /// # Errors
    /// The database's, or events that do not belong to this history; nothing of the batch is written then.
    ///
    /// # Panics
    /// When the batch follows another position.
    pub async fn apply(mut self, batch: &Batch) -> Result<Writer, HistoryError> {
        assert!(batch.after == self.position);
        let mut transaction = self.pool.begin().await?;
        move_position(&mut transaction, batch).await?;
        let earlier = read_orders(&mut transaction, batch).await?;
        let mut changes = fold(batch, earlier, &mut self.memory)?;
        read_balances(
            &mut transaction,
            &changes.entries,
            &mut self.memory.balances,
        )
        .await?;
        changes.days = settle(&mut changes.entries, &mut self.memory.balances)?;
        write_changes(&mut transaction, &changes).await?;
        transaction.commit().await?;
        self.position = batch.until;
        Ok(self)
    }

    /// Ends the connection.
    pub async fn close(self) {
        self.pool.close().await;
    }
}

/// Moves the position on, unless somebody else has.
async fn move_position(to: &mut SqliteConnection, batch: &Batch) -> Result<(), HistoryError> {
    let (from, until) = (&batch.after, &batch.until);
    let moved = sqlx::query(
        "UPDATE position SET sequence = ?, at_ns = ?, before = ?, after = ?
         WHERE cluster = ? AND sequence = ? AND after = ?",
    )
    .bind(until.sequence.0.cast_signed())
    .bind(until.at.nanos())
    .bind(until.before.0.to_vec())
    .bind(until.after.0.to_vec())
    .bind(from.cluster.to_be_bytes().to_vec())
    .bind(from.sequence.0.cast_signed())
    .bind(from.after.0.to_vec())
    .execute(to)
    .await?;
    if moved.rows_affected() == 1 {
        Ok(())
    } else {
        Err(HistoryError::WrittenByAnother)
    }
}

/// Returns the orders that a batch speaks of and that were accepted before it.
async fn read_orders(
    from: &mut SqliteConnection,
    batch: &Batch,
) -> Result<BTreeMap<OrderKey, PastOrder>, HistoryError> {
    let keys: Vec<OrderKey> = earlier_orders(batch).into_iter().collect();
    let mut found = BTreeMap::new();
    for keys in rows::pieces(&keys) {
        let mut query = orders_named(keys);
        let rows = query.build().fetch_all(&mut *from).await?;
        for row in &rows {
            let order = order_columns::read(row)?;
            found.insert(order.key, order);
        }
    }
    Ok(found)
}

/// Adds to the known balances those of some entries that are not among them.
async fn read_balances(
    from: &mut SqliteConnection,
    entries: &[PastEntry],
    known: &mut BTreeMap<BalanceKey, PastBalance>,
) -> Result<(), HistoryError> {
    if BALANCES_MAX < known.len() {
        known.clear();
    }
    let wanted = entries.iter().map(|entry| entry.key);
    let wanted: BTreeSet<BalanceKey> = wanted.filter(|key| !known.contains_key(key)).collect();
    let wanted: Vec<BalanceKey> = wanted.into_iter().collect();
    for keys in rows::pieces(&wanted) {
        let mut query = balances_of(keys);
        for row in &query.build().fetch_all(&mut *from).await? {
            let day = read_day(row)?;
            known.insert(day.key, day.balance);
        }
    }
    Ok(())
}

/// Returns the statement that looks up the last day of each of these balances.
fn balances_of(keys: &[BalanceKey]) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("WITH wanted (a, w, s) AS (");
    query.push_values(keys, |mut values, key| push_key(&mut values, key));
    query.push(") SELECT ");
    query.push(DAY_COLUMNS);
    query.push(
        " FROM wanted CROSS JOIN days ON account = a AND wallet = w AND asset = s AND day =
         (SELECT max(day) FROM days AS own WHERE own.account = a AND own.wallet = w AND own.asset = s)",
    );
    query
}

/// Returns the statement that looks each of these orders up.
fn orders_named(keys: &[OrderKey]) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("WITH wanted (a, m, n) AS (");
    query.push_values(keys, |mut values, key| {
        values.push_bind(i64::from(key.account.0));
        values.push_bind(i64::from(key.market.0));
        values.push_bind(key.order.0.cast_signed());
    });
    query.push(") SELECT ");
    query.push(ORDER_COLUMNS);
    // With an ordinary join, or IN, SQLite may walk through all orders instead.
    query.push(" FROM wanted CROSS JOIN orders ON account = a AND market = m AND number = n");
    query
}

async fn write_changes(to: &mut SqliteConnection, changes: &Changes) -> Result<(), HistoryError> {
    let replace = |table, columns| format!("REPLACE INTO {table} ({columns}) ");
    let insert = |table, columns| format!("INSERT INTO {table} ({columns}) ");
    let orders: Vec<&PastOrder> = changes.orders.values().collect();
    let statement = replace("orders", ORDER_COLUMNS);
    rows::write(to, &statement, &orders, |values, order| {
        order_columns::push(values, order);
    })
    .await?;
    let statement = insert("fills", FILL_COLUMNS);
    rows::write(to, &statement, &changes.fills, push_fill).await?;
    let statement = insert("trades", TRADE_COLUMNS);
    rows::write(to, &statement, &changes.trades, push_trade).await?;
    let statement = insert("aggregates", AGGREGATE_COLUMNS);
    rows::write(to, &statement, &changes.aggregates, push_aggregate).await?;
    let statement = insert("assets", ASSET_COLUMNS);
    rows::write(to, &statement, &changes.assets, push_asset).await?;
    let statement = insert("markets", MARKET_COLUMNS);
    rows::write(to, &statement, &changes.markets, push_market).await?;
    let statement = insert("entries", ENTRY_COLUMNS);
    rows::write(to, &statement, &changes.entries, push_entry).await?;
    let statement = replace("days", DAY_COLUMNS);
    rows::write(to, &statement, &changes.days, push_day).await?;
    let statement = insert("transfers", TRANSFER_COLUMNS);
    rows::write(to, &statement, &changes.transfers, push_transfer).await?;
    let statement = replace("candles", CANDLE_COLUMNS);
    rows::write(to, &statement, &changes.candles, candle_columns::push).await?;
    fundings::write(to, &changes.fundings).await?;
    for (key, at) in &changes.begun {
        begin_trail(to, *key, *at).await?;
    }
    Ok(())
}

async fn begin_trail(
    to: &mut SqliteConnection,
    key: OrderKey,
    at: Timestamp,
) -> Result<(), HistoryError> {
    sqlx::query(
        "UPDATE orders SET trailing_since_ns = ? WHERE account = ? AND market = ? AND number = ?",
    )
    .bind(at.nanos())
    .bind(i64::from(key.account.0))
    .bind(i64::from(key.market.0))
    .bind(key.order.0.cast_signed())
    .execute(to)
    .await?;
    Ok(())
}

/// Returns what the fold remembered at the position.
async fn read_memory(pool: &SqlitePool) -> Result<Memory, HistoryError> {
    let mut memory = Memory::default();
    let mut below = i64::MAX;
    // One search a market: a grouping would walk through all aggregates.
    while let Some(row) = sqlx::query(LAST_AGGREGATE)
        .bind(below)
        .fetch_optional(pool)
        .await?
    {
        let mut columns = Columns::of(&row);
        let market = MarketId(columns.number("market")?);
        let last = columns.number("aggregate")?;
        memory.last_aggregates.insert(market, last);
        below = i64::from(market.0);
    }
    read_listings(pool, &mut memory).await?;
    let to_trail = format!(
        "SELECT {ORDER_COLUMNS} FROM orders WHERE stage = 1 AND trigger_condition IN (1, 2)
         AND trailing_since_ns IS NULL AND closed IS NULL"
    );
    let coming = sqlx::query(AssertSqlSafe(to_trail)).fetch_all(pool).await?;
    for row in &coming {
        let order = order_columns::read(row)?;
        memory.coming.add(&order);
    }
    Ok(memory)
}

/// Adds the markets and the last candle of each, by one search a market and interval.
async fn read_listings(pool: &SqlitePool, memory: &mut Memory) -> Result<(), HistoryError> {
    let markets = AssertSqlSafe(format!("SELECT {MARKET_COLUMNS} FROM markets"));
    for row in &sqlx::query(markets).fetch_all(pool).await? {
        let market = read_market(row)?;
        memory.markets.insert(market.id, market);
    }
    let last = format!(
        "SELECT {CANDLE_COLUMNS} FROM candles WHERE market = $1 AND span = $2
         ORDER BY period DESC LIMIT 1"
    );
    for market in memory.markets.keys() {
        for interval in Interval::ALL {
            let row = sqlx::query(AssertSqlSafe(last.clone()))
                .bind(i64::from(market.0))
                .bind(interval.number())
                .fetch_optional(pool)
                .await?;
            if let Some(row) = row {
                let candle = candle_columns::read(&row)?;
                let place = (candle.market, candle.interval);
                memory.last_candles.insert(place, candle.row);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::SCHEMA;
    use model::account::Wallet;
    use model::id::{AccountId, AssetId, OrderId};
    use sqlx::{Executor, Row};

    #[tokio::test]
    async fn no_statement_of_the_writer_walks_through_a_table() {
        let key = OrderKey {
            account: AccountId(1),
            market: MarketId(0),
            order: OrderId(7),
        };
        let balance = BalanceKey {
            account: AccountId(1),
            wallet: Wallet::Spot,
            asset: AssetId(0),
        };
        let pool = SqlitePool::connect("sqlite::memory:").await.expect("opens");
        let mut connection = pool.acquire().await.expect("a connection");
        connection.execute(SCHEMA).await.expect("tables");
        for statement in [
            orders_named(&[key; 3]).sql().as_str().to_owned(),
            balances_of(&[balance; 3]).sql().as_str().to_owned(),
            LAST_AGGREGATE.to_owned(),
        ] {
            let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
            let rows = sqlx::query(explain).fetch_all(&mut *connection).await;
            let steps = rows.expect("a plan").into_iter();
            let steps: Vec<String> = steps.map(|row| row.get(3)).collect();
            let walks = |step: &&String| {
                ["SCAN orders", "SCAN aggregates", "SCAN days"]
                    .iter()
                    .any(|walk| step.starts_with(walk))
            };
            assert_eq!(steps.iter().find(walks), None, "{statement}");
            assert!(
                steps.iter().any(|step| step.starts_with("SEARCH")),
                "{steps:?}"
            );
        }
    }
}
