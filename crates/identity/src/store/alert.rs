//! Prices that users wait for.

use model::id::{MarketId, OwnerId};
use model::number::Price;
use model::time::Timestamp;
use sqlx::Row;

use crate::alert::{ALERTS_MAX, Alert, Direction};
use crate::identity::IdentityError;
use crate::notification::News;
use crate::store::{DatabaseRow, Store, Writing};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS alerts (
        id          INTEGER PRIMARY KEY AUTOINCREMENT,
        owner       INTEGER NOT NULL REFERENCES users (id),
        market      INTEGER NOT NULL,
        direction   INTEGER NOT NULL,
        price       INTEGER NOT NULL,
        created_ns  INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS alerts_by_owner ON alerts (owner);
    CREATE INDEX IF NOT EXISTS alerts_by_price ON alerts (market, direction, price);
";

const COLUMNS: &str = "SELECT id, market, direction, price, created_ns, owner FROM alerts";

/// What prices from a lowest to a highest reach.
const REACHED: &str = "market = $1 AND ((direction = $2 AND price <= $3) OR
                                        (direction = $4 AND $5 <= price))";

impl Store {
    /// Returns whether trades of a market may reach an alert.
    pub(crate) async fn are_reached(
        &self,
        market: MarketId,
        trades: &[(Timestamp, Price)],
    ) -> Result<bool, IdentityError> {
        let Some((low, high)) = span(trades) else {
            return Ok(false);
        };
        let query = format!("SELECT COUNT(*) FROM alerts WHERE {REACHED}");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(i64::from(market.0))
            .bind(Direction::Above.number())
            .bind(high)
            .bind(Direction::Below.number())
            .bind(low)
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    pub(crate) async fn alerts(&self, user: OwnerId) -> Result<Vec<Alert>, IdentityError> {
        let query = format!("{COLUMNS} WHERE owner = $1 ORDER BY id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(user.0.cast_signed())
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    pub(crate) async fn add_alert(
        &self,
        user: OwnerId,
        (market, direction, price): (MarketId, Direction, Price),
        at: Timestamp,
    ) -> Result<u64, IdentityError> {
        let mut transaction = self.begin().await?;
        let count: i64 = sqlx::query("SELECT COUNT(*) FROM alerts WHERE owner = $1")
            .bind(user.0.cast_signed())
            .fetch_one(&mut *transaction)
            .await?
            .try_get(0)?;
        if ALERTS_MAX as i64 <= count {
            return Err(IdentityError::AlertsFull);
        }
        let row = sqlx::query(
            "INSERT INTO alerts (owner, market, direction, price, created_ns)
             VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(user.0.cast_signed())
        .bind(i64::from(market.0))
        .bind(direction.number())
        .bind(price.ticks())
        .bind(at.nanos())
        .fetch_one(&mut *transaction)
        .await?;
        let id: i64 = row.try_get(0)?;
        transaction.commit().await?;
        Ok(id.cast_unsigned())
    }

    pub(crate) async fn remove_alerts(
        &self,
        user: OwnerId,
        id: Option<u64>,
    ) -> Result<u64, IdentityError> {
        // No alert has the number 0.
        let number = id.map_or(0, |id| i64::try_from(id).unwrap_or(i64::MAX));
        let query = sqlx::query("DELETE FROM alerts WHERE owner = $1 AND (id = $2 OR $3 = 1)")
            .bind(user.0.cast_signed())
            .bind(number)
            .bind(i64::from(id.is_none()));
        self.write(query).await
    }
}

/// Returns the lowest and the highest price of trades.
fn span(trades: &[(Timestamp, Price)]) -> Option<(i64, i64)> {
    let prices = trades.iter().map(|(_, price)| price.ticks());
    Some((prices.clone().min()?, prices.max()?))
}

/// Takes away the alerts that trades of a market reach, and returns what is told of each.
pub(super) async fn reached(
    transaction: &mut Writing,
    market: MarketId,
    trades: &[(Timestamp, Price)],
) -> Result<Vec<(OwnerId, News, Timestamp)>, IdentityError> {
    let Some((low, high)) = span(trades) else {
        return Ok(Vec::new());
    };
    let query = format!("{COLUMNS} WHERE {REACHED} ORDER BY id");
    let rows = sqlx::query(sqlx::AssertSqlSafe(query))
        .bind(i64::from(market.0))
        .bind(Direction::Above.number())
        .bind(high)
        .bind(Direction::Below.number())
        .bind(low)
        .fetch_all(&mut **transaction)
        .await?;
    let mut told = Vec::new();
    for row in &rows {
        let alert = read(row)?;
        let first = trades
            .iter()
            .find(|(at, price)| alert.is_reached(*at, *price));
        let Some((at, traded)) = first else {
            continue;
        };
        sqlx::query("DELETE FROM alerts WHERE id = $1")
            .bind(alert.id.cast_signed())
            .execute(&mut **transaction)
            .await?;
        let user: i64 = row.try_get(5)?;
        let news = News::PriceAlert {
            market,
            direction: alert.direction,
            price: alert.price,
            traded: *traded,
        };
        told.push((OwnerId(user.cast_unsigned()), news, *at));
    }
    Ok(told)
}

fn read(row: &DatabaseRow) -> Result<Alert, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let damaged = || IdentityError::AlertDamaged { id };
    let market: i64 = row.try_get(1)?;
    Ok(Alert {
        id: id.cast_unsigned(),
        market: market.try_into().map(MarketId).map_err(|_| damaged())?,
        direction: Direction::from_number(row.try_get(2)?).ok_or_else(damaged)?,
        price: Price::new(row.try_get(3)?).ok_or_else(damaged)?,
        created_at: Timestamp::from_nanos(row.try_get(4)?),
    })
}
