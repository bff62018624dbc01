//! Orders that are spread over time, and their slices.

use model::id::{AccountId, AssetId, MarketId, OrderId};
use model::number::{Amount, Price, Qty};
use model::order::{SelfTradeMode, Side};
use model::text::ClientOrderId;
use model::time::Timestamp;
use sqlx::Row;

use crate::algo::{
    AlgoFilter, AlgoId, AlgoOrder, AlgoPage, AlgoRoom, AlgoSlice, AlgoWish, Ending, SliceFate,
    SliceFill, reject_of,
};
use crate::identity::IdentityError;
use crate::store::{Connection, DatabaseRow, Store, Writing};

/// Amounts are texts: they have more digits than the numbers of a database.
pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS algo_orders (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        account        INTEGER NOT NULL,
        client_id      TEXT NOT NULL,
        market         INTEGER NOT NULL,
        side           INTEGER NOT NULL,
        lots           INTEGER NOT NULL,
        limit_ticks    INTEGER,
        self_trade     INTEGER,
        begins_ns      INTEGER NOT NULL,
        ends_ns        INTEGER NOT NULL,
        slices         INTEGER NOT NULL,
        executed_lots  INTEGER NOT NULL DEFAULT 0,
        executed_quote TEXT NOT NULL DEFAULT '0',
        sent           INTEGER NOT NULL DEFAULT 0,
        last_sent_ns   INTEGER,
        ending         INTEGER,
        reject         INTEGER,
        ended_ns       INTEGER,
        UNIQUE (account, client_id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS algo_orders_by_end ON algo_orders (ended_ns);
    CREATE TABLE IF NOT EXISTS algo_slices (
        id             INTEGER PRIMARY KEY AUTOINCREMENT,
        algo           INTEGER NOT NULL REFERENCES algo_orders (id),
        number         INTEGER NOT NULL,
        lots           INTEGER NOT NULL,
        sent_ns        INTEGER NOT NULL,
        fate           INTEGER NOT NULL DEFAULT 0,
        reject         INTEGER,
        order_number   INTEGER,
        executed_lots  INTEGER,
        executed_quote TEXT,
        fee            TEXT,
        fee_asset      INTEGER,
        UNIQUE (algo, number)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS algo_slices_in_doubt ON algo_slices (algo) WHERE fate = 0;
";

const ORDERS: &str = "
    SELECT id, account, client_id, market, side, lots, limit_ticks, self_trade, begins_ns, ends_ns, slices,
           executed_lots, executed_quote, sent, last_sent_ns, ending, reject, ended_ns
    FROM algo_orders";
const SLICES: &str = "
    SELECT algo, number, lots, sent_ns, fate, reject, order_number, executed_lots, executed_quote, fee, fee_asset
    FROM algo_slices";
/// -1 stands for any.
const ENDED: &str =
    "account = $1 AND ended_ns IS NOT NULL AND ($2 = -1 OR market = $3) AND ($4 = -1 OR side = $5)
                     AND $6 <= begins_ns AND begins_ns <= $7";

const IN_DOUBT: i64 = 0;
const TAKEN: i64 = 1;
const REFUSED: i64 = 2;
const LOST: i64 = 3;

impl Store {
    pub(crate) async fn add_algo(
        &self,
        wish: &AlgoWish,
        room: AlgoRoom,
    ) -> Result<AlgoId, IdentityError> {
        let mut transaction = self.begin().await?;
        if named(&mut transaction, wish.account, wish.client_id)
            .await?
            .is_some()
        {
            return Err(IdentityError::AlgoNameTaken);
        }
        check_room(&mut transaction, wish.account, room).await?;
        let row = sqlx::query(
            "INSERT INTO algo_orders (account, client_id, market, side, lots, limit_ticks, self_trade,
                                      begins_ns, ends_ns, slices)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        )
        .bind(i64::from(wish.account.0))
        .bind(text_of(wish.client_id))
        .bind(i64::from(wish.market.0))
        .bind(wish.side as i64)
        .bind(wish.qty.lots())
        .bind(wish.limit.map(Price::ticks))
        .bind(wish.self_trade.map(|mode| mode as i64))
        .bind(wish.begins_at.nanos())
        .bind(wish.ends_at.nanos())
        .bind(i64::from(wish.slices))
        .fetch_one(&mut *transaction)
        .await?;
        let id: i64 = row.try_get(0)?;
        transaction.commit().await?;
        Ok(AlgoId(id.cast_unsigned()))
    }

    pub(crate) async fn algo(&self, id: AlgoId) -> Result<Option<AlgoOrder>, IdentityError> {
        let query = format!("{ORDERS} WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(number_of(id))
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_order).transpose()
    }

    pub(crate) async fn algo_named(
        &self,
        account: AccountId,
        name: ClientOrderId,
    ) -> Result<Option<AlgoOrder>, IdentityError> {
        let mut connection = self.pool.acquire().await?;
        named(&mut connection, account, name).await
    }

    pub(crate) async fn open_algos(
        &self,
        account: AccountId,
    ) -> Result<Vec<AlgoOrder>, IdentityError> {
        let query = format!("{ORDERS} WHERE account = $1 AND ended_ns IS NULL ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(i64::from(account.0))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_order).collect()
    }

    pub(crate) async fn unfinished_algos(&self) -> Result<Vec<AlgoOrder>, IdentityError> {
        let query = format!(
            "{ORDERS} WHERE ended_ns IS NULL OR id IN (SELECT algo FROM algo_slices WHERE fate = 0)
             ORDER BY id"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_order).collect()
    }

    pub(crate) async fn past_algos(
        &self,
        filter: &AlgoFilter,
        page: AlgoPage,
    ) -> Result<(u64, Vec<AlgoOrder>), IdentityError> {
        let market = filter.market.map_or(-1, |market| i64::from(market.0));
        let side = filter.side.map_or(-1, |side| side as i64);
        let count = format!("SELECT COUNT(*) FROM algo_orders WHERE {ENDED}");
        let rows = format!("{ORDERS} WHERE {ENDED} ORDER BY id DESC LIMIT $8 OFFSET $9");
        let bound = |query: String| {
            sqlx::query(sqlx::AssertSqlSafe(query))
                .bind(i64::from(filter.account.0))
                .bind(market)
                .bind(market)
                .bind(side)
                .bind(side)
                .bind(filter.begun.0.nanos())
                .bind(filter.begun.1.nanos())
        };
        let count: i64 = bound(count).fetch_one(&self.pool).await?.try_get(0)?;
        let rows = bound(rows)
            .bind(i64::from(page.rows))
            .bind(i64::try_from(page.skipped).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        let rows = rows.iter().map(read_order).collect::<Result<_, _>>()?;
        Ok((count.cast_unsigned(), rows))
    }

    pub(crate) async fn algo_slices(
        &self,
        id: AlgoId,
        page: AlgoPage,
    ) -> Result<Vec<AlgoSlice>, IdentityError> {
        let query = format!("{SLICES} WHERE algo = $1 ORDER BY number LIMIT $2 OFFSET $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(number_of(id))
            .bind(i64::from(page.rows))
            .bind(i64::try_from(page.skipped).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read_slice).collect()
    }

    pub(crate) async fn slice_in_doubt(
        &self,
        id: AlgoId,
    ) -> Result<Option<AlgoSlice>, IdentityError> {
        // As a literal, so that the index is used.
        let query = format!("{SLICES} WHERE algo = $1 AND fate = 0");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(number_of(id))
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read_slice).transpose()
    }

    pub(crate) async fn begin_slice(&self, slice: &AlgoSlice) -> Result<bool, IdentityError> {
        let mut transaction = self.begin().await?;
        let counted = sqlx::query(
            "UPDATE algo_orders SET sent = $1, last_sent_ns = $2
             WHERE id = $3 AND ended_ns IS NULL AND sent = $4",
        )
        .bind(i64::from(slice.number))
        .bind(slice.sent_at.nanos())
        .bind(number_of(slice.algo))
        .bind(i64::from(slice.number) - 1)
        .execute(&mut *transaction)
        .await?;
        if counted.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO algo_slices (algo, number, lots, sent_ns) VALUES ($1, $2, $3, $4)",
        )
        .bind(number_of(slice.algo))
        .bind(i64::from(slice.number))
        .bind(slice.qty.lots())
        .bind(slice.sent_at.nanos())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(crate) async fn end_slice(&self, slice: &AlgoSlice) -> Result<(), IdentityError> {
        let (fate, reject, fill) = match slice.fate {
            SliceFate::InDoubt => return Ok(()),
            SliceFate::Taken(fill) => (TAKEN, None, Some(fill)),
            SliceFate::Refused(reject) => (REFUSED, Some(i64::from(reject.code())), None),
            SliceFate::Lost => (LOST, None, None),
        };
        let fee = fill.and_then(|fill| fill.fee);
        let mut transaction = self.begin().await?;
        let ended = sqlx::query(
            "UPDATE algo_slices SET fate = $1, reject = $2, order_number = $3, executed_lots = $4,
                    executed_quote = $5, fee = $6, fee_asset = $7
             WHERE algo = $8 AND number = $9 AND fate = $10",
        )
        .bind(fate)
        .bind(reject)
        .bind(fill.map(|fill| fill.order.0.cast_signed()))
        .bind(fill.map(|fill| fill.executed.lots()))
        .bind(fill.map(|fill| fill.quote.units().to_string()))
        .bind(fee.map(|(fee, _)| fee.units().to_string()))
        .bind(fee.map(|(_, asset)| i64::from(asset.0)))
        .bind(number_of(slice.algo))
        .bind(i64::from(slice.number))
        .bind(IN_DOUBT)
        .execute(&mut *transaction)
        .await?;
        if let (Some(fill), 1) = (fill, ended.rows_affected()) {
            add_fill(&mut transaction, slice.algo, &fill).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn end_algo(
        &self,
        id: AlgoId,
        ending: Ending,
        at: Timestamp,
    ) -> Result<bool, IdentityError> {
        let (number, reject) = ending.numbers();
        let query = sqlx::query(
            "UPDATE algo_orders SET ending = $1, reject = $2, ended_ns = $3
             WHERE id = $4 AND ended_ns IS NULL",
        )
        .bind(number)
        .bind(reject)
        .bind(at.nanos())
        .bind(number_of(id));
        Ok(self.write(query).await? == 1)
    }

    /// Forgets orders that ended before a moment, unless a slice is still in doubt.
    pub(crate) async fn forget_algos(&self, before: Timestamp) -> Result<(), IdentityError> {
        const OLD: &str = "ended_ns < $1 AND NOT EXISTS (
            SELECT 1 FROM algo_slices AS open WHERE open.algo = algo_orders.id AND open.fate = 0)";
        let mut transaction = self.begin().await?;
        for statement in [
            format!(
                "DELETE FROM algo_slices WHERE algo IN (SELECT id FROM algo_orders WHERE {OLD})"
            ),
            format!("DELETE FROM algo_orders WHERE {OLD}"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .bind(before.nanos())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Ends what is open of accounts that are closed.
pub(super) async fn end_all(
    transaction: &mut Writing,
    accounts: &[AccountId],
    at: Timestamp,
) -> Result<(), IdentityError> {
    let (number, _) = Ending::AccountClosed.numbers();
    for account in accounts {
        sqlx::query(
            "UPDATE algo_orders SET ending = $1, ended_ns = $2 WHERE account = $3 AND ended_ns IS NULL",
        )
        .bind(number)
        .bind(at.nanos())
        .bind(i64::from(account.0))
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

async fn named(
    connection: &mut Connection,
    account: AccountId,
    name: ClientOrderId,
) -> Result<Option<AlgoOrder>, IdentityError> {
    let query = format!("{ORDERS} WHERE account = $1 AND client_id = $2");
    let row = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(i64::from(account.0))
        .bind(text_of(name))
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read_order).transpose()
}

async fn check_room(
    transaction: &mut Writing,
    account: AccountId,
    room: AlgoRoom,
) -> Result<(), IdentityError> {
    let row = sqlx::query(
        "SELECT COUNT(*), COUNT(CASE WHEN account = $1 THEN 1 END) FROM algo_orders WHERE ended_ns IS NULL",
    )
    .bind(i64::from(account.0))
    .fetch_one(&mut **transaction)
    .await?;
    let (in_all, of_account): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    if i64::from(room.of_account) <= of_account || i64::from(room.in_all) <= in_all {
        return Err(IdentityError::AlgosFull);
    }
    Ok(())
}

/// Adds up in here: the sum has more digits than a database counts in.
async fn add_fill(
    transaction: &mut Writing,
    id: AlgoId,
    fill: &SliceFill,
) -> Result<(), IdentityError> {
    let row = sqlx::query("SELECT executed_quote FROM algo_orders WHERE id = $1")
        .bind(number_of(id))
        .fetch_one(&mut **transaction)
        .await?;
    let damaged = || IdentityError::AlgoDamaged { id: id.0 };
    let before = amount(row.try_get(0)?).ok_or_else(damaged)?;
    let after = before.checked_plus(fill.quote).ok_or_else(damaged)?;
    sqlx::query(
        "UPDATE algo_orders SET executed_lots = executed_lots + $1, executed_quote = $2 WHERE id = $3",
    )
    .bind(fill.executed.lots())
    .bind(after.units().to_string())
    .bind(number_of(id))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// No order has the largest number there is.
fn number_of(id: AlgoId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}

fn text_of(name: ClientOrderId) -> String {
    let (text, length) = name.chars();
    text[..length].iter().copied().map(char::from).collect()
}

fn amount(text: &str) -> Option<Amount> {
    Amount::new(text.parse().ok()?)
}

fn read_order(row: &DatabaseRow) -> Result<AlgoOrder, IdentityError> {
    let id = AlgoId(row.try_get::<i64, _>(0)?.cast_unsigned());
    let damaged = || IdentityError::AlgoDamaged { id: id.0 };
    let whole = |column: usize| row.try_get::<i64, _>(column);
    let perhaps = |column: usize| row.try_get::<Option<i64>, _>(column);
    let ending = perhaps(15)?.map(|number| -> Result<_, IdentityError> {
        let ending = Ending::from_numbers(number, perhaps(16)?).ok_or_else(damaged)?;
        Ok((ending, Timestamp::from_nanos(whole(17)?)))
    });
    let limit = perhaps(6)?.map(|ticks| Price::new(ticks).ok_or_else(damaged));
    let self_trade = perhaps(7)?.map(|number| mode_of(number).ok_or_else(damaged));
    Ok(AlgoOrder {
        id,
        wish: AlgoWish {
            account: whole(1)?.try_into().map(AccountId).map_err(|_| damaged())?,
            client_id: ClientOrderId::parse(row.try_get::<&str, _>(2)?.as_bytes())
                .ok_or_else(damaged)?,
            market: whole(3)?.try_into().map(MarketId).map_err(|_| damaged())?,
            side: side_of(whole(4)?).ok_or_else(damaged)?,
            qty: Qty::new(whole(5)?).ok_or_else(damaged)?,
            limit: limit.transpose()?,
            self_trade: self_trade.transpose()?,
            begins_at: Timestamp::from_nanos(whole(8)?),
            ends_at: Timestamp::from_nanos(whole(9)?),
            slices: whole(10)?.try_into().map_err(|_| damaged())?,
        },
        executed: Qty::new(whole(11)?).ok_or_else(damaged)?,
        quote: amount(row.try_get(12)?).ok_or_else(damaged)?,
        sent: whole(13)?.try_into().map_err(|_| damaged())?,
        last_sent_at: perhaps(14)?.map(Timestamp::from_nanos),
        end: ending.transpose()?,
    })
}

fn read_slice(row: &DatabaseRow) -> Result<AlgoSlice, IdentityError> {
    let algo = AlgoId(row.try_get::<i64, _>(0)?.cast_unsigned());
    let damaged = || IdentityError::AlgoDamaged { id: algo.0 };
    let whole = |column: usize| row.try_get::<i64, _>(column);
    let fate = match whole(4)? {
        IN_DOUBT => SliceFate::InDoubt,
        TAKEN => SliceFate::Taken(read_fill(row)?.ok_or_else(damaged)?),
        REFUSED => SliceFate::Refused(reject_of(whole(5)?).ok_or_else(damaged)?),
        LOST => SliceFate::Lost,
        _ => return Err(damaged()),
    };
    Ok(AlgoSlice {
        algo,
        number: whole(1)?.try_into().map_err(|_| damaged())?,
        qty: Qty::new(whole(2)?).ok_or_else(damaged)?,
        sent_at: Timestamp::from_nanos(whole(3)?),
        fate,
    })
}

/// Returns what a slice executed, `None` when its row is damaged.
fn read_fill(row: &DatabaseRow) -> Result<Option<SliceFill>, IdentityError> {
    let order = OrderId(row.try_get::<i64, _>(6)?.cast_unsigned());
    let executed = Qty::new(row.try_get(7)?);
    let quote = amount(row.try_get(8)?);
    let fee: Option<String> = row.try_get(9)?;
    let asset: Option<i64> = row.try_get(10)?;
    let fee = fee
        .as_deref()
        .and_then(amount)
        .zip(asset.and_then(|asset| asset.try_into().ok()).map(AssetId));
    Ok(executed.zip(quote).map(|(executed, quote)| SliceFill {
        order,
        executed,
        quote,
        fee,
    }))
}

fn side_of(number: i64) -> Option<Side> {
    [Side::Buy, Side::Sell]
        .into_iter()
        .find(|side| *side as i64 == number)
}

fn mode_of(number: i64) -> Option<SelfTradeMode> {
    SelfTradeMode::ALL
        .into_iter()
        .find(|mode| *mode as i64 == number)
}
