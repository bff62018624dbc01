//! The one writer of the history.

use std::collections::{BTreeMap, BTreeSet};

use model::id::MarketId;
use model::time::Timestamp;
use views::interval::Interval;

use crate::batch::Batch;
use crate::candle_columns;
use crate::change_columns;
use crate::codes::Code;
use crate::connection::Connection;
use crate::database::{create, position_of};
use crate::entry::{BalanceKey, PastBalance, PastEntry};
use crate::error::HistoryError;
use crate::fold::{Changes, Memory, earlier_orders, fold};
use crate::fundings;
use crate::listing_columns::{push_asset, push_market, read_market};
use crate::lists;
use crate::match_columns::push_prevented;
use crate::money::settle;
use crate::money_columns::{push_day, push_entry, push_key, push_transfer, read_day};
use crate::order::{OrderKey, PastOrder};
use crate::order_columns;
use crate::place::Place;
use crate::position::Position;
use crate::rows::Repeat::{Refused, Replaces};
use crate::rows::{LookUp, Writes};
use crate::statement::{Statement, Values};
use crate::tables::{CANDLE_COLUMNS, DAY_COLUMNS, MARKET_COLUMNS, ORDER_COLUMNS, VOLUME_COLUMNS};
use crate::trade::PastFill;
use crate::trade_columns::{Columns, push_aggregate, push_fill, push_trade};
use crate::volume::{self, PastVolume, VolumeKey};
use crate::volume_columns;

/// How many balances are remembered between batches; some 10 MB of them.
const BALANCES_MAX: usize = 1 << 16;

/// How many volumes are; the day is over for most of them when they are let go.
const VOLUMES_MAX: usize = 1 << 16;

/// The last aggregate of the last market below one.
const LAST_AGGREGATE: &str = "SELECT market, aggregate FROM aggregates WHERE market < $1
    ORDER BY market DESC, aggregate DESC LIMIT 1";

/// Writes batches; each is one transaction, with the position it leads to.
///
/// **Shape** a batch that fails takes the writer with it, since its memory may then be ahead of the tables.
pub struct Writer {
    connection: Connection,
    position: Position,
    memory: Memory,
}

impl Writer {
    /// Opens the history, creating it for this exchange when it is missing.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(place: &Place, cluster: u128) -> Result<Writer, HistoryError> {
        let mut connection = create(place, cluster).await?;
        Ok(Writer {
            position: position_of(&mut connection).await?,
            memory: read_memory(&mut connection).await?,
            connection,
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
        let (connection, memory) = (&mut self.connection, &mut self.memory);
        connection.begin().await?;
        move_position(connection, batch).await?;
        let earlier = read_orders(connection, batch).await?;
        let mut changes = fold(batch, earlier, memory)?;
        read_balances(connection, &changes.entries, &mut memory.balances).await?;
        changes.days = settle(&mut changes.entries, &mut memory.balances)?;
        read_volumes(connection, &changes.fills, &mut memory.volumes).await?;
        changes.volumes = volume::add(&changes.fills, &mut memory.volumes);
        write_changes(connection, &changes).await?;
        connection.commit().await?;
        self.position = batch.until;
        Ok(self)
    }

    /// Ends the connection.
    pub async fn close(self) {
        self.connection.close().await;
    }
}

/// Moves the position on, unless somebody else has.
async fn move_position(to: &mut Connection, batch: &Batch) -> Result<(), HistoryError> {
    let (from, until) = (&batch.after, &batch.until);
    let update = Statement::new(
        "UPDATE position SET sequence = $1, at_ns = $2, before = $3, after = $4
         WHERE cluster = $5 AND sequence = $6 AND after = $7",
    );
    let update = update
        .bind(until.sequence.0.cast_signed())
        .bind(until.at.nanos())
        .bind(until.before.0.to_vec())
        .bind(until.after.0.to_vec())
        .bind(from.cluster.to_be_bytes().to_vec())
        .bind(from.sequence.0.cast_signed())
        .bind(from.after.0.to_vec());
    if to.execute(update).await? == 1 {
        Ok(())
    } else {
        Err(HistoryError::WrittenByAnother)
    }
}

/// Returns the orders that a batch speaks of and that were accepted before it.
async fn read_orders(
    from: &mut Connection,
    batch: &Batch,
) -> Result<BTreeMap<OrderKey, PastOrder>, HistoryError> {
    let keys: Vec<OrderKey> = earlier_orders(batch).into_iter().collect();
    let mut found = BTreeMap::new();
    for row in &ORDERS.read(from, &keys, push_order_key).await? {
        let order = order_columns::read(row)?;
        found.insert(order.key, order);
    }
    Ok(found)
}

/// Adds to the known balances those of some entries that are not among them.
async fn read_balances(
    from: &mut Connection,
    entries: &[PastEntry],
    known: &mut BTreeMap<BalanceKey, PastBalance>,
) -> Result<(), HistoryError> {
    if BALANCES_MAX < known.len() {
        known.clear();
    }
    let wanted = entries.iter().map(|entry| entry.key);
    let wanted: BTreeSet<BalanceKey> = wanted.filter(|key| !known.contains_key(key)).collect();
    let wanted: Vec<BalanceKey> = wanted.into_iter().collect();
    for row in &BALANCES.read(from, &wanted, push_key).await? {
        let day = read_day(row)?;
        known.insert(day.key, day.balance);
    }
    Ok(())
}

/// Adds to the known volumes those of some fills that are not among them.
async fn read_volumes(
    from: &mut Connection,
    fills: &[PastFill],
    known: &mut BTreeMap<VolumeKey, PastVolume>,
) -> Result<(), HistoryError> {
    if VOLUMES_MAX < known.len() {
        known.clear();
    }
    let wanted = fills.iter().map(VolumeKey::of);
    let wanted: BTreeSet<VolumeKey> = wanted.filter(|key| !known.contains_key(key)).collect();
    let wanted: Vec<VolumeKey> = wanted.into_iter().collect();
    for row in &VOLUMES
        .read(from, &wanted, volume_columns::push_key)
        .await?
    {
        let volume = volume_columns::read(row)?;
        known.insert(volume.key, volume);
    }
    Ok(())
}

const VOLUMES: LookUp = LookUp {
    columns: VOLUME_COLUMNS,
    table: "volumes",
    names: "a, d, m",
    condition: "account = a AND day = d AND market = m",
};

/// The last day of each of some balances.
const BALANCES: LookUp = LookUp {
    columns: DAY_COLUMNS,
    table: "days",
    names: "a, w, s",
    condition:
        "account = a AND wallet = w AND asset = s AND day = (SELECT max(day) FROM days AS own
        WHERE own.account = a AND own.wallet = w AND own.asset = s)",
};

const ORDERS: LookUp = LookUp {
    columns: ORDER_COLUMNS,
    table: "orders",
    names: "a, m, n",
    condition: "account = a AND market = m AND number = n",
};

fn push_order_key(values: &mut Values, key: &OrderKey) {
    values.push_bind(i64::from(key.account.0));
    values.push_bind(i64::from(key.market.0));
    values.push_bind(key.order.0.cast_signed());
}

async fn write_changes(to: &mut Connection, changes: &Changes) -> Result<(), HistoryError> {
    let mut writes = Writes::default();
    let orders: Vec<&PastOrder> = changes.orders.values().collect();
    writes.add(("orders", Replaces), &orders, |values, order| {
        order_columns::push(values, order);
    })?;
    writes.add(("fills", Refused), &changes.fills, push_fill)?;
    writes.add(
        ("volumes", Replaces),
        &changes.volumes,
        volume_columns::push,
    )?;
    writes.add(("trades", Refused), &changes.trades, push_trade)?;
    writes.add(("aggregates", Refused), &changes.aggregates, push_aggregate)?;
    writes.add(("assets", Refused), &changes.assets, push_asset)?;
    writes.add(("markets", Refused), &changes.markets, push_market)?;
    writes.add(("entries", Refused), &changes.entries, push_entry)?;
    writes.add(("days", Replaces), &changes.days, push_day)?;
    writes.add(("transfers", Refused), &changes.transfers, push_transfer)?;
    writes.add(
        ("candles", Replaces),
        &changes.candles,
        candle_columns::push,
    )?;
    fundings::add(&mut writes, &changes.fundings)?;
    lists::add(&mut writes, &changes.lists)?;
    let rows = &changes.prevented;
    writes.add(("prevented_matches", Refused), rows, push_prevented)?;
    let rows = &changes.order_changes;
    writes.add(("order_changes", Refused), rows, change_columns::push)?;
    writes.write(to).await?;
    fundings::drop_earlier(to, &changes.fundings).await?;
    lists::change_earlier(to, &changes.lists).await?;
    for (key, at) in &changes.begun {
        begin_trail(to, *key, *at).await?;
    }
    Ok(())
}

async fn begin_trail(
    to: &mut Connection,
    key: OrderKey,
    at: Timestamp,
) -> Result<(), HistoryError> {
    let mut values = Values::default();
    values.push_bind(at.nanos());
    push_order_key(&mut values, &key);
    let update = Statement::new(
        "UPDATE orders SET trailing_since_ns = $1 WHERE account = $2 AND market = $3 AND number = $4",
    );
    to.execute(update.bind_all(values.0)).await?;
    Ok(())
}

/// Returns what the fold remembered at the position.
async fn read_memory(from: &mut Connection) -> Result<Memory, HistoryError> {
    let mut memory = Memory::default();
    let mut below = i64::MAX;
    // One search a market: a grouping would walk through all aggregates.
    while let Some(row) = from
        .fetch_optional(Statement::new(LAST_AGGREGATE).bind(below))
        .await?
    {
        let mut columns = Columns::of(&row);
        let market = MarketId(columns.number("market")?);
        let last = columns.number("aggregate")?;
        memory.last_aggregates.insert(market, last);
        below = i64::from(market.0);
    }
    read_listings(from, &mut memory).await?;
    let to_trail = format!(
        "SELECT {ORDER_COLUMNS} FROM orders WHERE stage = 1 AND trigger_condition IN (1, 2)
         AND trailing_since_ns IS NULL AND closed IS NULL"
    );
    for row in &from.fetch_all(Statement::new(to_trail)).await? {
        let order = order_columns::read(row)?;
        memory.coming.add(&order);
    }
    Ok(memory)
}

/// Adds the markets and the last candle of each, by one search a market and interval.
async fn read_listings(from: &mut Connection, memory: &mut Memory) -> Result<(), HistoryError> {
    let markets = Statement::new(format!("SELECT {MARKET_COLUMNS} FROM markets"));
    for row in &from.fetch_all(markets).await? {
        let market = read_market(row)?;
        memory.markets.insert(market.id, market);
    }
    let last = format!(
        "SELECT {CANDLE_COLUMNS} FROM candles WHERE market = $1 AND span = $2
         ORDER BY period DESC LIMIT 1"
    );
    for market in memory.markets.keys() {
        for interval in Interval::ALL {
            let last = Statement::new(last.clone())
                .bind(i64::from(market.0))
                .bind(interval.number());
            if let Some(row) = from.fetch_optional(last).await? {
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
    use crate::row::Row;
    use crate::tables::SCHEMA;
    use model::account::Wallet;
    use model::id::{AccountId, AssetId, OrderId};
    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

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
        let opened = SqliteConnectOptions::new().in_memory(true).connect().await;
        let mut connection = Connection::Sqlite(opened.expect("opens"));
        connection.run(SCHEMA.to_owned()).await.expect("tables");
        let volume = VolumeKey {
            account: AccountId(1),
            day: 20_000,
            market: MarketId(0),
        };
        let (mut orders, mut balances) = (Values::default(), Values::default());
        let mut volumes = Values::default();
        for _ in 0..3 {
            push_order_key(&mut orders, &key);
            push_key(&mut balances, &balance);
            volume_columns::push_key(&mut volumes, &volume);
        }
        for statement in [
            ORDERS.statement(&connection, 3, orders).text().to_owned(),
            BALANCES
                .statement(&connection, 3, balances)
                .text()
                .to_owned(),
            VOLUMES.statement(&connection, 3, volumes).text().to_owned(),
            LAST_AGGREGATE.to_owned(),
        ] {
            let explain = Statement::new(format!("EXPLAIN QUERY PLAN {statement}"));
            let rows = connection.fetch_all(explain).await.expect("a plan");
            let step = |row: &Row| row.text(3).expect("text").unwrap_or_default().to_owned();
            let steps: Vec<String> = rows.iter().map(step).collect();
            let walks = |step: &&String| {
                [
                    "SCAN orders",
                    "SCAN aggregates",
                    "SCAN days",
                    "SCAN volumes",
                ]
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
