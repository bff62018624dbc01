//! What people ask of the history about candles.

use model::id::MarketId;
use model::snapshot_views::CandleRow;
use views::interval::Interval;

use crate::candle_columns;
use crate::codes::Code;
use crate::error::HistoryError;
use crate::reading::Reading;
use crate::statement::Statement;
use crate::tables::CANDLE_COLUMNS;

impl Reading {
    /// Returns the candles with trades of some periods, both included, oldest first.
    ///
    /// # Errors
    /// The database's; so do all below.
    pub async fn candles(
        &self,
        (market, interval): (MarketId, Interval),
        (first, last): (i64, i64),
        count: usize,
    ) -> Result<Vec<CandleRow>, HistoryError> {
        let statement = format!(
            "SELECT {CANDLE_COLUMNS} FROM candles WHERE market = $1 AND span = $2
             AND period BETWEEN $3 AND $4 ORDER BY period LIMIT $5"
        );
        let statement = Statement::new(statement)
            .bind(i64::from(market.0))
            .bind(interval.number())
            .bind(first)
            .bind(last)
            .bind(i64::try_from(count).unwrap_or(i64::MAX));
        let rows = self.pool().fetch_all(statement).await?;
        let candles = rows.iter().map(candle_columns::read);
        candles.map(|candle| Ok(candle?.row)).collect()
    }

    /// Returns the last candle with trades before a period.
    pub async fn candle_before(
        &self,
        (market, interval): (MarketId, Interval),
        period: i64,
    ) -> Result<Option<CandleRow>, HistoryError> {
        let statement = format!(
            "SELECT {CANDLE_COLUMNS} FROM candles WHERE market = $1 AND span = $2
             AND period < $3 ORDER BY period DESC LIMIT 1"
        );
        let statement = Statement::new(statement)
            .bind(i64::from(market.0))
            .bind(interval.number())
            .bind(period);
        let row = self.pool().fetch_optional(statement).await?;
        let candle = row.as_ref().map(candle_columns::read).transpose()?;
        Ok(candle.map(|candle| candle.row))
    }

    /// Returns the first period with trades.
    pub async fn first_candle(
        &self,
        (market, interval): (MarketId, Interval),
    ) -> Result<Option<i64>, HistoryError> {
        let first = self.candles((market, interval), (i64::MIN, i64::MAX), 1);
        Ok(first.await?.first().map(|row| row.period))
    }
}
